"""Trains the span model from a base model, with or without a teacher."""
