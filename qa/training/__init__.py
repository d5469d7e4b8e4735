"""Fits what is learned: the ranker and the calibrator."""
