"""Fits the ranker and the calibrator to trials, and evaluates them on domains that they were not fitted to."""
