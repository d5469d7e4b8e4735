"""Tests that the project ships for those who extend it. They need pytest and hypothesis."""

import pytest

pytest.register_assert_rewrite(
    "qa.testing.copies", "qa.testing.processes", "qa.testing.searching", "qa.testing.pending", "qa.testing.storing"
)
