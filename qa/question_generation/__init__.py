"""Questions made from sentences by rules, for examples and for evaluation."""
