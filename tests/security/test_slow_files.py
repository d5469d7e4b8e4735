"""Small files that took a loader, or the splitting of an article, quadratic time."""

import io
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline

from qa.errors import LoadError
from qa.indexing.passages import Outline, split_passages
from qa.loaders.base import File
from qa.loaders.in_process import load_here
from qa.types import Article, Heading

FILES: dict[str, tuple[str, Callable[[int], str]]] = {
    "spaces in front matter": (".md", lambda n: f"---\ntitle: x{' ' * n}y\n---\nbody"),
    "list in front matter": (".md", lambda n: "---\ntags:\n" + "- a\n" * (n // 4) + "---\nbody"),
    "open front matter": (".md", lambda n: "---\n" + "--- x\n" * (n // 6)),
    "blank lines in Markdown": (".md", lambda n: "a" + "\n" * n + "b"),
    "headings in Markdown": (".md", lambda n: "# a\n\nb\n\n" * (n // 8)),
    "attributes": (".html", lambda n: f"<p {' '.join(f'a{i}=1' for i in range(n // 7))}>x"),
    "attributes without values": (".html", lambda n: f"<p {' '.join(f'a{i}' for i in range(n // 7))}>x"),
    "tables": (".html", lambda n: "<table><tr><td>a</td></tr></table>" * (n // 34)),
    "blank lines in HTML": (".html", lambda n: "<p>a</p>" + "\n" * n + "<p>b"),
    "styles": (".html", lambda n: f"<p style='{'display ' * (n // 8)}'>a"),
    "date and spaces": (".txt", lambda n: f"date{' ' * n}x"),
    "blank lines": (".txt", lambda n: "a" + "\n" * n + "b"),
    "open quotes in CSV": (".csv", lambda n: 'text\n"' + "a,b\n" * (n // 4)),
    "blank lines in JSON Lines": (".jsonl", lambda n: '{"text": "a"}' + "\n" * n),
    "tags": (".jsonl", lambda n: '{"text": "a", "tags": "' + "a," * (n // 2) + '"}'),
}


def seconds(action: Callable[[], object]) -> float:
    """Return the CPU time of this thread: other load on the machine hardly counts."""
    started = time.thread_time()
    action()
    return time.thread_time() - started


def takes_linear_time(small: Callable[[], object], large: Callable[[], object]) -> bool:
    """Return whether four times the size takes about four times as long: quadratic time would be 16 times.

    What shares the caches of the processor can slow one measurement down, but not several.
    """
    limit = 9 * min(seconds(small) for _ in range(3)) + 0.005
    return any(seconds(large) <= limit for _ in range(3))


def load_bytes(data: bytes, suffix: str) -> None:
    try:
        list(load_here(File(data, f"/a{suffix}", 1 << 28)))
    except LoadError as error:
        assert "attributes" in str(error) or "no article" in str(error)


@pytest.mark.parametrize("name", FILES)
def test_no_loader_takes_quadratic_time(name: str) -> None:
    suffix, make = FILES[name]
    size = 5000 if suffix == ".md" else 20_000
    small, large = make(size).encode(), make(4 * size).encode()
    load_bytes(small, suffix)  # imports
    assert takes_linear_time(lambda: load_bytes(small, suffix), lambda: load_bytes(large, suffix))


def test_brackets_that_are_never_closed_are_searched_for_within_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    skipped: list[int] = []
    skip = ParserInline.skipToken

    def counting(self: ParserInline, state: StateInline) -> None:
        skipped.append(state.pos)
        skip(self, state)

    monkeypatch.setattr(ParserInline, "skipToken", counting)
    for text in ("a<![CDATA[", "![", "a["):
        skipped.clear()
        load_bytes((text * 20_000)[:20_000].encode(), ".md")
        assert len(skipped) <= 20 * 20_000  # ten times as many without a limit


def article_with_headings(count: int) -> Article:
    section = "Heading\n\nbody\n\n"
    headings = (Heading(i * len(section), i * len(section) + 7, 1 + i % 6) for i in range(count))
    return Article(section * count, source="a", headings=tuple(headings))


def test_the_passages_of_many_headings_take_linear_time() -> None:
    counted: list[int] = []

    def count_tokens(texts):
        counted.append(len(texts))
        return [len(text.split()) for text in texts]

    def split(article: Article) -> None:
        passages = split_passages(article, count_tokens, 64)
        outline = Outline(article)
        assert len({outline.context_at(passage.start) for passage in passages}) == 1

    small, large = article_with_headings(1000), article_with_headings(4000)
    assert takes_linear_time(lambda: split(small), lambda: split(large))
    counted.clear()
    split(large)
    assert sum(counted) <= 3 * 4000


def test_an_outline_gives_the_path_of_headings() -> None:
    article = article_with_headings(50)
    text = "".join(f"Title {number:02}\n" for number in range(50))
    headings = tuple(Heading(h * 9, h * 9 + 8, 1 + h * 7 % 6) for h in range(50))
    article = Article(text, "Name", "a", headings=headings)
    outline = Outline(article)
    for offset in range(len(text)):
        names = [text[h.start : h.end] for h in article.headings_at(offset)]
        assert outline.context_at(offset) == " > ".join(["Name", *names])


def test_a_document_of_styles_based_on_each_other_takes_linear_time() -> None:
    from docx import Document

    def data(count: int) -> bytes:
        document = Document()
        styles = [document.styles.add_style(f"Style {number}", 1) for number in range(count)]
        for style, base in pairwise(styles):
            style.base_style = base
        for style in styles:
            document.add_paragraph("Text", style=style)
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()

    small, large = data(30), data(120)
    load_bytes(small, ".docx")
    assert takes_linear_time(lambda: load_bytes(small, ".docx"), lambda: load_bytes(large, ".docx"))
