"""What the formats of mail share: a message, its article, and those of its attachments."""

from __future__ import annotations

import datetime as dt
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from qa.errors import LoadError
from qa.loaders.article_builder import make_article
from qa.loaders.base import COMPRESSIONS, File, LoadFailure
from qa.loaders.fields import one_line, parse_date
from qa.loaders.formats.mail.mail_body import write_html, write_plain
from qa.loaders.in_process import FORMATS, load_here
from qa.loaders.rendering.plain_text import LINE, PARAGRAPH, TextBuilder
from qa.types import Article

__all__ = ["MAX_DEPTH", "Attachment", "Message", "load_message"]

MAX_DEPTH = 4
"""How deep messages may be attached to messages."""
MAX_ATTACHMENTS = 500
_LEAST_PLAIN = 0.5
"""The share of a page's words that its plain version must have; with fewer it only says that there is a page."""
_ARCHIVES = frozenset((".zip", ".mbox"))


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is attached to a message."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A message as its reader sees it."""

    subject: str = ""
    sender: str = ""
    to: str = ""
    copies: str = ""
    sent: dt.datetime | None = None
    plain: str = ""
    html: str = ""
    is_flowed: bool = False
    """Whether a space at the end of a line of ``plain`` continues the paragraph (RFC 3676)."""
    attachments: Sequence[Attachment] = field(default_factory=list)
    depth: int = 0


def load_message(file: File, message: Message) -> Iterator[Article | LoadFailure]:
    """Yield the article of a message and those of its attachments, and a failure for each that cannot be read.

    :raises LoadError: if neither the message nor an attachment contains text.
    """
    attached = [item for attachment in _limited(file, message) for item in attachment]
    builder = TextBuilder()
    has_body = _write(message, builder)
    if has_body or not any(isinstance(item, Article) for item in attached):
        if not has_body and not one_line(message.subject):
            raise LoadError("the message contains no text")
        yield make_article(
            file,
            builder.text,
            message.subject,
            date=parse_date(message.sent),
            headings=builder.headings,
            metadata={"author": message.sender, "to": message.to},
        )
    yield from attached


def _write(message: Message, builder: TextBuilder) -> bool:
    """Write the head of the message and its body; return whether it has one."""
    builder.add(message.subject)
    builder.end(PARAGRAPH, level=1)
    sent = f"{message.sent.day} {message.sent:%B %Y, %H:%M}" if message.sent else ""
    for name, value in (("From", message.sender), ("To", message.to), ("Cc", message.copies), ("Date", sent)):
        if value.strip():
            builder.add(f"{name}: {one_line(value)}")
            builder.end(LINE)
    builder.end(PARAGRAPH)
    start = builder.next_start
    page = TextBuilder()
    if message.html.strip():
        write_html(message.html, page)
    plain, shown = len(message.plain.split()), len(page.text.split())
    if message.plain.strip() and plain >= _LEAST_PLAIN * shown:
        write_plain(message.plain, builder, is_flowed=message.is_flowed)
    elif shown:
        write_html(message.html, builder)
    return builder.next_start > start


def _limited(file: File, message: Message) -> Iterator[Iterator[Article | LoadFailure]]:
    names: dict[str, int] = {}
    for number, attachment in enumerate(message.attachments):
        if number == MAX_ATTACHMENTS:
            rest = len(message.attachments) - MAX_ATTACHMENTS
            yield iter([LoadFailure(file.source, f"{rest} more attachments were not read: save and add them")])
            return
        name = _file_name(attachment.name) or f"attachment {number + 1}"
        names[name] = names.get(name, 0) + 1
        if names[name] > 1:
            path = PurePosixPath(name)
            name = f"{path.stem} ({names[name]}){path.suffix}"
        inner = replace(file, data=attachment.data, source=f"{file.source}!/{name}", decompressed=False)
        yield _load_attachment(inner, message.depth + 1)


def _load_attachment(file: File, depth: int) -> Iterator[Article | LoadFailure]:
    if file.suffix not in FORMATS:
        problem = f"{file.suffix} is not a known format" if file.suffix else "the name has no suffix"
        yield LoadFailure(file.source, problem, is_skipped=True)
    elif file.suffix in _ARCHIVES or file.compression in COMPRESSIONS or depth > MAX_DEPTH:
        yield LoadFailure(
            file.source, "an archive in a message is not opened: save it and add it", is_skipped=True
        )
    elif len(file.data) > file.max_bytes:
        yield LoadFailure(file.source, file.size_error)
    else:
        try:
            yield from load_here(replace(file, depth=depth))
        except LoadError as error:
            yield LoadFailure(file.source, str(error))


def _file_name(name: str) -> str:
    """Return the name without its folders, on one line."""
    return one_line(posixpath.basename(name.replace("\\", "/"))).strip(".")[-200:]
