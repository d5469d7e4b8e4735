"""The request for a picture of a page, and the reply to it: a line of JSON, then the pixels."""

from __future__ import annotations

import json
from dataclasses import asdict

from qa.errors import ArticleError, LoadError
from qa.loaders.pdfium.page_picture import LONGEST_SIDE, MAX_BOXES, Picture, QuoteOnPage
from qa.types.place import checked_box

__all__ = ["MAX_PICTURE", "decode_page_request", "decode_picture", "encode_page_request", "encode_picture"]

_MAX_SIDE = LONGEST_SIDE + 1
"""Of a picture, in pixels: PDFium rounds up."""
MAX_PICTURE = 3 * _MAX_SIDE**2 + (64 << 10)
"""The largest reply, in bytes."""


def encode_page_request(quote: QuoteOnPage) -> bytes:
    """Return the description of a page that is wanted."""
    return json.dumps(asdict(quote)).encode()


def decode_page_request(description: bytes) -> QuoteOnPage:
    """Return what :func:`encode_page_request` described."""
    return QuoteOnPage(**json.loads(description))


def encode_picture(result: Picture | LoadError) -> bytes:
    """Return a picture, or why there is none."""
    if isinstance(result, LoadError):
        return json.dumps(str(result)).encode()
    head = json.dumps([result.width, result.height, result.boxes])
    return b"\n".join((head.encode(), result.pixels))


def decode_picture(data: bytes) -> Picture | LoadError:
    """Return what :func:`encode_picture` encoded.

    The worker may have been taken over by a hostile file, so all values are checked. Pixels are only that: no file
    of a picture that it made reaches anyone.

    :raises ValueError: if the data are of another form.
    """
    head, _, pixels = data.partition(b"\n")
    try:
        values = json.loads(head)
        if isinstance(values, str):
            return LoadError(values)
        width, height, boxes = values
        sides = type(width) is type(height) is int and 0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE
        if not sides or len(pixels) != 3 * width * height or len(boxes) > MAX_BOXES:
            raise TypeError("the picture has another size")
        return Picture(width, height, pixels, tuple(map(checked_box, boxes)))
    except (TypeError, RecursionError, ArticleError) as error:
        raise ValueError(f"the worker's picture is malformed ({error!r})") from error
