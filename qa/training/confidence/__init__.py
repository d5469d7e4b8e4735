"""The ranker and the calibrator: fitted to trials, and judged on domains that they were not fitted to."""
