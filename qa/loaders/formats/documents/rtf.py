"""RTF: the text with its headings, lists, tables and footnotes, with all tracked changes accepted."""

from __future__ import annotations

from collections.abc import Iterator

from qa.errors import LoadError
from qa.loaders.article_builder import make_article
from qa.loaders.base import File
from qa.loaders.fields import one_line, parse_date, parse_tags
from qa.loaders.formats.documents.rtf_reader import RtfReader
from qa.loaders.rendering.plain_text import TextBuilder
from qa.types import Article

__all__ = ["load"]

_MAGIC = b"{\\rtf"


def load(file: File) -> Iterator[Article]:
    """Yield one article, the whole document.

    :raises LoadError: if the file is not rich text, or contains no text.
    """
    if not file.data.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(_MAGIC):
        raise LoadError("the file is not RTF: rename it to the suffix of its format, or save it as RTF")
    builder = TextBuilder()
    reader = RtfReader(file.data, builder)
    reader.read()
    information = {key: one_line(value) for key, value in reader.information.items()}
    created = "-".join(information.get(part, "") for part in ("yr", "mo", "dy"))
    yield make_article(
        file,
        builder.text,
        information.get("title", ""),
        date=parse_date(created),
        headings=builder.headings,
        tags=parse_tags(information.get("keywords")),
        metadata={name: information.get(name, "") for name in ("author", "subject")},
    )
