"""Pictures of text (PNG, JPEG, TIFF), read by OCR if it is installed."""

from __future__ import annotations

import time
from collections.abc import Iterator

from qa.errors import LoadError
from qa.loaders.article_builder import make_article
from qa.loaders.base import File, LoadFailure
from qa.loaders.layout.geometry import Page
from qa.loaders.layout.page_layout import lay_out
from qa.loaders.ocr import INSTALL, is_installed, places_of_lines, recognise
from qa.types import Article

__all__ = ["load"]

MAX_FRAMES = 500
MAX_PIXELS = 100_000_000
_SHARE_OF_TIME = 0.6
"""The share of the file's time that recognition may take."""


def load(file: File) -> Iterator[Article | LoadFailure]:
    """Yield one article with a page for each frame of the picture, or a failure for a picture without text.

    :raises LoadError: if the picture is broken or too large.
    """
    if not is_installed():
        reason = f"reading images takes OCR, which is not installed: {INSTALL}"
        yield LoadFailure(file.source, reason, is_skipped=True, kind="images")
        return
    pages = list(_pages(file))
    composition = lay_out(pages)
    if not composition.text.strip():
        yield LoadFailure(file.source, "OCR found no text in the image", is_skipped=True, kind="images")
        return
    numbers = " ".join(str(number) for number in range(1, len(composition.pages) + 1))
    yield make_article(
        file,
        composition.text,
        headings=composition.headings,
        pages=composition.pages,
        metadata={"ocr_pages": numbers},
        places=places_of_lines(composition, pages),
    )


def _pages(file: File) -> Iterator[Page]:
    from io import BytesIO

    from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

    end = time.monotonic() + _SHARE_OF_TIME * file.limits.seconds
    try:
        with Image.open(BytesIO(file.data), formats=("PNG", "JPEG", "TIFF")) as picture:
            for number, frame in enumerate(ImageSequence.Iterator(picture)):
                if frame.width * frame.height > MAX_PIXELS:
                    raise LoadError("the image has more than 100 million pixels: save it smaller")
                if number == MAX_FRAMES or time.monotonic() > end:
                    yield Page(1.0, 1.0, is_ocr=True)  # reported as a page without text
                else:
                    yield recognise(ImageOps.exif_transpose(frame))
    except UnidentifiedImageError:
        raise LoadError("the image is broken: save it again") from None
    except (Image.DecompressionBombError, OSError, SyntaxError) as error:
        raise LoadError(f"the image is broken ({error}): save it again") from error
