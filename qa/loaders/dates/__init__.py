"""Dates that a document does not declare: the one at the head of its text, or in the name of its file."""

from qa.loaders.dates.datelines import (
    date_field,
    date_in_head,
    is_of_something_else,
    is_update,
    is_whole_dateline,
)
from qa.loaders.dates.file_names import date_in_path

__all__ = ["date_field", "date_in_head", "date_in_path", "is_of_something_else", "is_update", "is_whole_dateline"]
