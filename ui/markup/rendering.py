"""The templates of the chat and their filters."""

from __future__ import annotations

from pathlib import Path

from qa.export.citations import extent_text, place_text, support_text
from qa.export.skipped_files import skipped_in_brief
from qa.export.templates import Templates
from qa.export.timelines import HEADINGS, LINKS
from qa.languages import is_foreign, language_name
from ui.markup import wording
from ui.markup.distinct import distinct_answers

__all__ = ["render"]

FILTERS = (
    extent_text,
    place_text,
    skipped_in_brief,
    support_text,
    is_foreign,
    language_name,
    distinct_answers,
    wording.by_article,
    wording.by_sentence,
    wording.confidence_in_words,
    wording.confidence_level,
    wording.counted,
    wording.day,
    wording.excerpt,
    wording.file_name,
    wording.marked_sentence,
    wording.percent,
    wording.source_name,
    wording.split_sentence,
)
TEMPLATES = Templates(Path(__file__).parent / "templates", {function.__name__: function for function in FILTERS})
TEMPLATES.environment.globals |= {"timeline_headings": HEADINGS, "timeline_links": LINKS}

render = TEMPLATES.render
