"""Pages are drawn with the quote marked where it stands."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from reportlab.lib import colors

from qa.errors import LoadError
from qa.loaders.pdfium.page_drawing import draw_page
from qa.loaders.pdfium.page_picture import LONGEST_SIDE, Picture, QuoteOnPage
from qa.types import Box
from tests.qa.loaders.documents import drawn_pdf, encrypted_pdf_bytes, lines_at, pdf_bytes

WIDTH, HEIGHT = 595.0, 842.0
"""A4 in points."""


def pixels(picture: Picture) -> Any:
    return np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width, 3)


def colour(picture: Picture, x: float, y: float) -> list[int]:
    """Return the colour at shares of the width and the height."""
    found: list[int] = pixels(picture)[int(y * picture.height), int(x * picture.width)].tolist()
    return found


def draw(*draws: Callable[[Any], None], quote: str, page: int = 0) -> Picture:
    return draw_page(drawn_pdf(*draws), QuoteOnPage(page, quote))


def is_near(box: Box, left: float, baseline: float, slack: float = 4.0) -> bool:
    """Whether a box begins at a place in points, y upwards, and has the height of a line of 11 points."""
    begins, top, bottom = box[0] * WIDTH, HEIGHT - box[1] * HEIGHT, HEIGHT - box[3] * HEIGHT
    return abs(begins - left) < slack and bottom - slack < baseline < top and 8 < top - bottom < 18


def test_the_quote_is_marked_and_nothing_else() -> None:
    picture = draw(lines_at(60, 700, "Before it.", "The tower is 42 metres tall."), quote="42 metres")
    assert max(picture.width, picture.height) in (LONGEST_SIDE, LONGEST_SIDE + 1)
    (box,) = picture.boxes
    assert is_near(box, 60 + 64, 685, slack=8)
    assert colour(picture, box[0] + 0.001, box[1] + 0.001) == [255, 223, 128]
    tinted = (pixels(picture)[:, :, 2] < 200) & (pixels(picture)[:, :, 0] > 200)
    rows, columns = np.nonzero(tinted)
    assert rows.min() >= int(box[1] * picture.height) and rows.max() <= int(box[3] * picture.height)
    assert columns.min() >= int(box[0] * picture.width) and columns.max() <= int(box[2] * picture.width)


def test_each_line_of_a_quote_has_its_box() -> None:
    lines = lines_at(60, 700, "The tower is made", "of the stone of", "Karst.")
    _, second, third = draw(lines, quote="made of the stone of Karst").boxes
    assert is_near(second, 60, 685) and is_near(third, 60, 670)


def test_a_quote_that_goes_on_in_the_next_column() -> None:
    def columns(canvas: Any) -> None:
        lines_at(60, 100, "It was bought by")(canvas)
        lines_at(310, 700, "Otto Lind.")(canvas)

    first, second = draw(columns, quote="bought by Otto Lind").boxes
    assert is_near(first, 60, 100, slack=50) and is_near(second, 310, 700)


def test_a_page_is_drawn_without_a_mark_if_the_quote_is_not_there() -> None:
    picture = draw(lines_at(60, 700, "Another text."), quote="42 metres")
    assert picture.boxes == ()
    assert pixels(picture).min() < 100 < colour(picture, 0.9, 0.9)[2]


def test_what_ocr_has_read_is_marked_in_its_box() -> None:
    box = (0.1, 0.2, 0.3, 0.4)
    quote = QuoteOnPage(0, "42 metres", box=box)
    picture = draw_page(drawn_pdf(lambda canvas: canvas.rect(60, 60, 100, 100, fill=1)), quote)
    assert picture.boxes == (box,)
    assert (colour(picture, 0.2, 0.3), colour(picture, 0.5, 0.3)) == ([255, 223, 128], [255, 255, 255])


@pytest.mark.parametrize("turns", [0, 90, 180, 270])
def test_a_page_that_is_turned(turns: int) -> None:
    def turned(canvas: Any) -> None:
        lines_at(60, 300, "The tower is 42 metres tall.")(canvas)
        canvas.setPageRotation(turns)

    picture = draw(turned, quote="42 metres")
    (box,) = picture.boxes
    part = pixels(picture)[
        int(box[1] * picture.height) : int(box[3] * picture.height),
        int(box[0] * picture.width) : int(box[2] * picture.width),
    ]
    assert part.min() < 60  # the letters
    assert (part[:, :, 2] <= 130).all()


def test_a_page_of_unusual_size_stays_within_the_limit() -> None:
    def wide(canvas: Any) -> None:
        canvas.setPageSize((14_000, 3))
        canvas.drawString(1, 1, "x")

    picture = draw(wide, quote="x")
    assert (picture.width, 1 <= picture.height < 5) == (LONGEST_SIDE, True)


def test_what_is_filled_in_shows_and_is_marked() -> None:
    def form(canvas: Any) -> None:
        white = {"fillColor": colors.white, "borderColor": colors.white, "textColor": colors.black}
        for name, value, y in (("boat", "Sea Rose", 600), ("owner", "Rose Tarn", 500)):
            canvas.acroForm.textfield(name=name, value=value, x=60, y=y, width=200, height=30, **white)

    picture = draw(form, quote="Sea Rose")
    shown = pixels(picture)[460:510, 130:400]
    assert shown.min() < 100
    assert shown[0].min() == 255  # not tinted as a field to be filled in
    (box,) = picture.boxes
    assert box[0] * WIDTH == pytest.approx(60, abs=5) and HEIGHT - box[3] * HEIGHT == pytest.approx(600, abs=20)
    assert draw(form, quote="Rose").boxes == ()  # which of the two is not known


@pytest.mark.parametrize(
    ("data", "page", "reason"),
    [
        (encrypted_pdf_bytes(), 0, "encrypted"),
        (b"just text", 0, "broken"),
        (pdf_bytes([["x"]]), 1, "page is broken"),
    ],
)
def test_what_cannot_be_drawn(data: bytes, page: int, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        draw_page(data, QuoteOnPage(page, "x"))
