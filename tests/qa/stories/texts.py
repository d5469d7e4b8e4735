"""A wire story and what papers make of it: the material of the conformance tests."""

from qa.testing.copies import FOLLOW_UP, LOCAL, OTHER, SHORTENED, UPDATED, WIRE

__all__ = ["FOLLOW_UP", "LOCAL", "OTHER", "SHORTENED", "UPDATED", "WIRE"]
