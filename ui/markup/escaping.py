"""Any text -> HTML that shows it and does nothing else."""

from __future__ import annotations

import html
import re

__all__ = ["attribute", "text"]

NOT_HTML = re.compile("[\0\ud800-\udfff]")
# Controls that make text read in another order than it is stored in.
REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]+")


def text(value: str) -> str:
    """Return any text as HTML that shows it and does nothing else.

    A parser that reads it back finds the same characters, with U+FFFD for those that HTML cannot hold. Controls
    that would reorder the text around them are shut in, so that a quote looks like what it is.
    """
    return REORDERING.sub(lambda found: f'<bdi class="qw-control">{found[0]}</bdi>', attribute(value))


def attribute(value: str) -> str:
    """Return any text as the value of an attribute, to stand between double quotes; it reads back as itself."""
    return NOT_HTML.sub("\ufffd", html.escape(value)).replace("\r", "&#13;")
