"""Metrics of answers, rankings and confidences, and how certain their values are."""
