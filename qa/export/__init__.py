"""Export articles, feedback, citations and conversations in common formats."""
