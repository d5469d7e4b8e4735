"""A page of an original, drawn as a picture."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from html import escape

from qa.types.place import Box

__all__ = ["PageImage"]


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page of a PDF as a picture, with a quote marked in it.

    ``page`` is its number, from 1. ``data`` is a WebP file of ``width`` by ``height`` pixels. ``boxes`` are where
    the quote is marked, a line each; there are none if it was not found on the page. ``alt`` says what it shows.
    """

    page: int
    data: bytes = field(repr=False)
    width: int
    height: int
    boxes: tuple[Box, ...]
    alt: str

    media_type = "image/webp"

    @property
    def data_uri(self) -> str:
        """The picture as an address that holds it."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.data).decode('ascii')}"

    def _repr_html_(self) -> str:
        """Return the picture as notebooks show it."""
        return f'<img src="{self.data_uri}" alt="{escape(self.alt)}" style="max-width: 100%">'
