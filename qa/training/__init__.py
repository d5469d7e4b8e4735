"""Trains the reader, and fits the ranker and the calibrator of the confidence."""
