"""Typeset stories, tables and forms as PDFs, and note on which page each answer stands."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from benchmarks.typesetting.stories import Form, Story, Table

__all__ = ["Layout", "Typeset", "typeset_form", "typeset_story", "typeset_table"]

WIDTH, HEIGHT = 595.0, 842.0
FONTS = ("Helvetica", "Times-Roman")
_SYLLABLE = re.compile(r"(?<=[aeiou])(?=[bcdfgklmnprst][aeiou])|(?<=[lmnrst])(?=[bcdfgkpst][aeiou])")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a story is set."""

    columns: int = 1
    by_row: bool = False
    """Whether the file holds the lines of all columns row by row."""
    size: float = 10.5
    font: str = "Helvetica"
    hyphens: bool = False
    justified: bool = False
    indented: bool = False
    """Whether paragraphs begin with an indent and no space, rather than with space alone."""
    heads: int = 1
    """0: none; 1: the same head and foot on each page; 2: different ones on left and right pages."""
    extras: frozenset[str] = frozenset()
    """Of footnote, sidebar, caption, rotated, watermark, hidden."""
    height: float = 640.0
    """The height of the text on each page."""


@dataclass(frozen=True, slots=True)
class Typeset:
    """A PDF, the page of each answer, and strings that must not be in its text."""

    data: bytes
    pages: tuple[int, ...]
    absent: tuple[str, ...]


@dataclass(slots=True)
class _Line:
    page: int
    x: float
    y: float
    text: str
    start: int
    """Where the line begins in its paragraph."""
    paragraph: int
    spread: float = 0.0
    """The space that is added to each space between words."""
    mark: str = ""
    """The number of a footnote after the last word."""


@dataclass(slots=True)
class _Frame:
    page: int
    x: float
    top: float
    bottom: float
    width: float


@dataclass(slots=True)
class _Setting:
    layout: Layout
    rng: random.Random
    lines: list[_Line] = field(default_factory=list)

    def set_paragraphs(self, paragraphs: Sequence[str], frames: Iterator[_Frame]) -> None:
        """Fill the frames with lines."""
        layout = self.layout
        leading = 1.25 * layout.size
        frame = next(frames)
        y = frame.top
        for number, text in enumerate(paragraphs):
            start, is_first = 0, True
            while start < len(text):
                if y - leading < frame.bottom:
                    frame = next(frames)
                    y = frame.top
                indent = layout.size * 1.5 if is_first and layout.indented else 0.0
                end, shown = self._break(text, start, frame.width - indent)
                spread = 0.0
                if layout.justified and end < len(text) and " " in shown:
                    rest = frame.width - indent - stringWidth(shown, layout.font, layout.size)
                    spread = max(rest, 0.0) / shown.count(" ")
                y -= leading
                self.lines.append(_Line(frame.page, frame.x + indent, y, shown, start, number, spread))
                start, is_first = end, False
            y -= 0.0 if layout.indented else 0.6 * leading

    def _break(self, text: str, start: int, width: float) -> tuple[int, str]:
        """Return where the next line begins, and the line as it is shown."""
        layout = self.layout
        end = start
        for match in re.finditer(r"\S+\s*", text[start:]):
            shown = text[start : start + match.end()].rstrip()
            if stringWidth(shown, layout.font, layout.size) <= width:
                end = start + match.end()
                continue
            word = match[0].strip()
            if layout.hyphens and word.strip(".,").islower() and len(word) > 7:
                for cut in reversed(
                    [m.start() for m in _SYLLABLE.finditer(word) if 3 <= m.start() <= len(word) - 4]
                ):
                    broken = f"{text[start : start + match.start() + cut]}-"
                    if stringWidth(broken, layout.font, layout.size) <= width:
                        return start + match.start() + cut, broken
            break
        return end, text[start:end].rstrip()


def typeset_story(story: Story, layout: Layout, seed: int) -> Typeset:
    """Return a story as a PDF."""
    rng = random.Random(seed)
    setting = _Setting(layout, rng)
    setting.set_paragraphs(story.paragraphs, _frames(layout))
    count = max(line.page for line in setting.lines) + 1
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=True)
    for page in range(count):
        absent = _draw_furniture(canvas, story, layout, page, count)
        lines = [line for line in setting.lines if line.page == page]
        if "footnote" in layout.extras and page == 0:
            lines[len(lines) // 2].mark = "1"
        if layout.by_row:
            lines.sort(key=lambda line: (-line.y, line.x))
        for line in lines:
            _draw_line(canvas, line, layout)
        _draw_extras(canvas, story, layout, page)
        canvas.showPage()
    canvas.save()
    pages = tuple(_page_of(story, number, setting.lines) for number in range(len(story.facts)))
    return Typeset(buffer.getvalue(), pages, (*absent, *(story.hidden if "hidden" in layout.extras else ())))


def _frames(layout: Layout) -> Iterator[_Frame]:
    gap = 22.0
    width = (WIDTH - 120 - gap * (layout.columns - 1)) / layout.columns
    page = 0
    while True:
        top = HEIGHT - (130 if page == 0 else 90)
        bottom = top - layout.height
        for column in range(layout.columns):
            x = 60 + column * (width + gap)
            if "caption" in layout.extras and page == 0 and column == 0:
                middle = (top + bottom) / 2
                yield _Frame(page, x, top, middle + 70, width)
                yield _Frame(page, x, middle - 70, bottom, width)
            elif "sidebar" in layout.extras and page == 0 and column == layout.columns - 1:
                yield _Frame(page, x, top, top - 0.5 * layout.height, width)
            else:
                yield _Frame(page, x, top, bottom, width)
        page += 1


def _page_of(story: Story, number: int, lines: Sequence[_Line]) -> int:
    """Return the page, from 1, on which the answer to a fact begins."""
    fact = story.facts[number]
    paragraph = next(index for index, text in enumerate(story.paragraphs) if fact.sentence in text)
    text = story.paragraphs[paragraph]
    offset = text.index(fact.sentence) + fact.sentence.index(fact.answer)
    return (
        1
        + max(
            (line for line in lines if line.paragraph == paragraph and line.start <= offset),
            key=lambda line: line.start,
        ).page
    )


def _draw_line(canvas: Canvas, line: _Line, layout: Layout) -> None:
    text = canvas.beginText(line.x, line.y)
    text.setFont(layout.font, layout.size)
    text.setWordSpace(line.spread)
    text.textOut(line.text)
    if line.mark:
        text.setFont(layout.font, 0.6 * layout.size)
        text.setRise(0.4 * layout.size)
        text.textOut(line.mark)
    canvas.drawText(text)


def _draw_furniture(canvas: Canvas, story: Story, layout: Layout, page: int, count: int) -> tuple[str, ...]:
    """Draw the title on the first page and the running heads, and return what must not be in the text."""
    if page == 0:
        canvas.setFont(f"{layout.font.split('-')[0]}-Bold", 18)
        canvas.drawString(60, HEIGHT - 100, story.title)
    canvas.setFont(layout.font, 8.5)
    if not layout.heads or count == 1:
        return ()
    if layout.heads == 2 and page % 2:
        canvas.drawRightString(WIDTH - 60, HEIGHT - 40, "The Oslund Quarterly")
        canvas.drawString(60, 36, str(page + 1))
    else:
        canvas.drawString(60, HEIGHT - 40, f"Set and printed by {story.printer}, sheet {page + 1}")
        canvas.drawRightString(WIDTH - 60, 36, f"Page {page + 1} of {count}")
        canvas.drawString(60, 36, f"Ref. OQ-{4410 + page}")
    # The two kinds of pages have to come up twice to be known as such.
    return (story.printer, "Ref. OQ-", "Oslund Quarterly") if layout.heads == 1 or count > 3 else ()


def _draw_extras(canvas: Canvas, story: Story, layout: Layout, page: int) -> None:
    canvas.setFont(layout.font, 7.5)
    bottom = HEIGHT - (130 if page == 0 else 90) - layout.height
    if page == 0 and "footnote" in layout.extras:
        canvas.line(60, bottom - 4, 160, bottom - 4)
        canvas.drawString(60, bottom - 15, "1 The older minutes are kept in the archive of the county.")
    if page == 0 and "caption" in layout.extras:
        middle = HEIGHT - 130 - layout.height / 2
        canvas.setFillGray(0.8)
        canvas.rect(60, middle - 38, 120, 90, stroke=0, fill=1)
        canvas.setFillGray(0)
        canvas.drawString(60, middle - 52, "Figure 1: the square in winter.")
    if page == 0 and "sidebar" in layout.extras:
        width = (WIDTH - 120 - 22 * (layout.columns - 1)) / layout.columns
        x, top = WIDTH - 60 - width, HEIGHT - 130 - 0.5 * layout.height - 24
        canvas.rect(x, top - 84, width, 80)
        for number, text in enumerate(
            ("In brief", "The office is open on weekdays.", "Bring your own chair.", "Tea is free.")
        ):
            canvas.drawString(x + 8, top - 20 - 14 * number, text)
    if "rotated" in layout.extras:
        canvas.saveState()
        canvas.translate(28, 300)
        canvas.rotate(90)
        canvas.drawString(0, 0, "Photographs: county archive" if page == 0 else "Volume 12")
        canvas.restoreState()
    if "watermark" in layout.extras:
        canvas.saveState()
        canvas.translate(180, 300)
        canvas.rotate(45)
        canvas.setFont("Helvetica", 60)
        canvas.setFillGray(0.9)
        canvas.drawString(0, 0, "DRAFT COPY")
        canvas.restoreState()
    if page == 0 and "hidden" in layout.extras:
        canvas.saveState()
        canvas.setFillGray(1)
        for number, text in enumerate(story.hidden):
            canvas.drawString(60, HEIGHT - 118 - number, text[:90])
            hidden = canvas.beginText(60, 60 + number * 9)
            hidden.setTextRenderMode(3)
            hidden.textOut(text)
            canvas.drawText(hidden)
        canvas.restoreState()


def typeset_table(table: Table, story: Story, seed: int, *, ruled: str, size: float = 10) -> Typeset:
    """Return a PDF of a table between two paragraphs.

    :param ruled: "all", "flat" (lines between the rows), "head" (a line below the head) or "none".
    """
    rng = random.Random(seed)
    layout = Layout(size=size)
    setting = _Setting(layout, rng)
    setting.set_paragraphs(story.paragraphs[:1], iter([_Frame(0, 60, 740, 400, 475)]))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=True)
    for line in setting.lines:
        _draw_line(canvas, line, layout)
    rows = [table.columns, *table.rows]
    widths = [
        max(stringWidth(row[column], "Helvetica-Bold", size) for row in rows) + 18
        for column in range(len(rows[0]))
    ]
    edges = [60 + sum(widths[:column]) for column in range(len(widths) + 1)]
    top, height = 540.0, 18.0
    for number, row in enumerate(rows):
        canvas.setFont("Helvetica-Bold" if number == 0 and seed % 2 else "Helvetica", size)
        for column, cell in enumerate(row):
            y = top - height * number - 13
            if column and seed % 3 == 0:
                canvas.drawRightString(edges[column + 1] - 6, y, cell)
            else:
                canvas.drawString(edges[column] + 6, y, cell)
    heights = [top - height * number for number in range(len(rows) + 1)]
    if ruled == "all":
        canvas.grid(edges, heights)
    elif ruled in ("flat", "head"):
        for y in heights if ruled == "flat" else heights[:2]:
            canvas.line(edges[0], y, edges[-1], y)
    canvas.setFont("Helvetica", size)
    canvas.drawString(60, 300, story.paragraphs[1][:80].rpartition(" ")[0] + ".")
    canvas.save()
    return Typeset(buffer.getvalue(), tuple(1 for _ in table.questions), ())


def typeset_form(form: Form, seed: int, *, above: bool) -> Typeset:
    """Return a PDF of a form that is filled in; its labels stand left of the fields or above them."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=True)
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(60, 770, form.title)
    canvas.setFont("Helvetica", 10.5)
    for number, (label, value, _) in enumerate(form.fields):
        y = 720 - 44 * number
        canvas.drawString(60, y, label)
        place = {"x": 60, "y": y - 22} if above else {"x": 250, "y": y - 6}
        canvas.acroForm.textfield(name=f"f{seed}-{number}", width=200, height=18, value=value, **place)
    canvas.save()
    return Typeset(buffer.getvalue(), tuple(1 for _ in form.fields), ())
