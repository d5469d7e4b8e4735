"""EML, a message, and MBOX, a file of messages (RFC 5322, RFC 4155)."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import email.utils
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage
from typing import Any, cast

from qa.errors import ArticleError, LoadError
from qa.loaders.base import File, LoadFailure
from qa.loaders.encodings import declared_encoding, decode
from qa.loaders.fields import one_line
from qa.loaders.formats.mail.message import Attachment, Message, load_message
from qa.types import Article

__all__ = ["load"]

_SEPARATOR = re.compile(rb"^From [^\r\n]*\r?\n(?=[A-Za-z][\w-]*:|>?From )", re.MULTILINE)
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_ENCRYPTED = frozenset(("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"))
_PGP = "-----BEGIN PGP MESSAGE-----"
_HEADER = re.compile(rb"[A-Za-z][\w-]*[ \t]*:")
_BOUNDARY = re.compile(rb"^--([^\s\"\\]{5,70})[ \t]*\r?$", re.MULTILINE)
MAX_PARTS = 2_000


def load(file: File) -> Iterator[Article | LoadFailure]:
    """Yield the article of each message and those of its attachments.

    :raises LoadError: if the file is no message, is encrypted or contains no text.
    """
    data = file.data.lstrip()
    starts = [match.end() for match in _SEPARATOR.finditer(data)] if data.startswith(b"From ") else []
    if len(starts) < 2:
        yield from _load(file, data[starts[0] :] if starts else data)
        return
    ends = [match.start() for match in _SEPARATOR.finditer(data)][1:]
    for number, (start, end) in enumerate(zip(starts, [*ends, len(data)], strict=True), 1):
        one = replace(file, source=f"{file.source}!/{number}.eml")
        try:
            yield from _load(one, _ESCAPED.sub(rb"\1", data[start:end]))
        except (ArticleError, LoadError) as error:
            yield LoadFailure(one.source, str(error))


def _load(file: File, data: bytes) -> Iterator[Article | LoadFailure]:
    if not _HEADER.match(data):
        raise LoadError("the file is not a message: it does not begin with a header such as From or Subject")
    message = email.message_from_bytes(data, policy=email.policy.default)
    return load_message(file, replace(_read(message), depth=file.depth))


def _read(message: EmailMessage) -> Message:
    plain: list[str] = []
    html: list[str] = []
    attachments: list[Attachment] = []
    is_flowed = False
    for part in _parts(message):
        kind = part.get_content_type()
        if kind in _ENCRYPTED:
            raise LoadError("the message is encrypted or sealed: open it in your mail program and save its text")
        name = _name(part)
        if kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment" and not name:
            (html if kind == "text/html" else plain).append(_text(part))
            is_flowed = is_flowed or _parameter(part, "format").lower() == "flowed"
        elif not part.is_multipart() and part.get_content_maintype() != "multipart":
            attachments.append(Attachment(name or f"part.{part.get_content_subtype()}", _payload(part)))
        elif kind == "message/rfc822":
            inner = cast(list[Any], part.get_payload())
            subject = _header(inner[0], "subject") if inner else ""
            data = b"".join(item.as_bytes() for item in inner[:1])
            attachments.append(Attachment(f"{name.removesuffix('.eml') or subject or 'message'}.eml", data))
    if any(_PGP in text for text in plain):
        raise LoadError("the message is encrypted: open it in your mail program and save its text")
    return Message(
        subject=_header(message, "subject"),
        sender=_header(message, "from"),
        to=_header(message, "to"),
        copies=_header(message, "cc"),
        sent=_date(message),
        plain="\n\n".join(plain),
        html="\n".join(html),
        is_flowed=is_flowed,
        attachments=attachments,
    )


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the parts of a message, but not those of a message attached to it."""
    waiting = [message]
    for _ in range(MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart" and not part.is_multipart():
            part = _mended(part)
        yield part
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            inner = [item for item in cast(list[Any], part.get_payload()) if hasattr(item, "walk")]
            waiting[:0] = inner


def _mended(part: EmailMessage) -> EmailMessage:
    """Return a part of several whose boundary the header names wrongly, with the boundary that it has."""
    data = _payload(part)
    boundary = _BOUNDARY.search(data)
    if boundary is None:
        return part
    header = b'Content-Type: multipart/mixed; boundary="%b"\n\n' % boundary[1]
    return email.message_from_bytes(header + data, policy=email.policy.default)


def _payload(part: EmailMessage) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _text(part: EmailMessage) -> str:
    data = _payload(part)
    charset = _parameter(part, "charset") or (declared_encoding(data) if b"<" in data[:2048] else "")
    if not data.strip():
        return ""
    return decode(data, charset)


def _parameter(part: EmailMessage, name: str) -> str:
    with suppress(Exception):  # the parser of headers raises all kinds of exceptions on damaged ones
        return str(part.get_param(name) or "")
    return ""


def _name(part: EmailMessage) -> str:
    with suppress(Exception):
        return one_line(part.get_filename() or "")
    return ""


def _header(message: EmailMessage, name: str) -> str:
    """Return a header on one line, decoded; empty if there is none, or it is damaged beyond reading."""
    with suppress(Exception):
        raw = next((str(value) for key, value in message.raw_items() if key.lower() == name), "")
        value = raw if raw.isascii() else _unescaped(raw)
        shown = str(email.policy.default.header_factory(name, value))
        return one_line(shown.replace("\0", "").encode("utf-8", "replace").decode())
    return ""


def _unescaped(value: str) -> str:
    """Return a header whose bytes are not ASCII, as they must be: they are in UTF-8 or another encoding."""
    return decode(value.encode("utf-8", "surrogateescape"))


def _date(message: EmailMessage) -> dt.datetime | None:
    with suppress(Exception):
        return email.utils.parsedate_to_datetime(str(message.get("date")))
    return None
