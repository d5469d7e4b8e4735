"""The conversation and its source panel."""
