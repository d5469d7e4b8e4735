"""Questions drafted from sentences by rules, as examples and for evaluation."""
