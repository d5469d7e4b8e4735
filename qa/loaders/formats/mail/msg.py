"""MSG, a message saved by Outlook (MS-OXMSG)."""

from __future__ import annotations

import datetime as dt
import io
import struct
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from qa.errors import LoadError
from qa.loaders.base import File, LoadFailure
from qa.loaders.encodings import declared_encoding, decode
from qa.loaders.formats.documents.rtf_reader import RtfReader
from qa.loaders.formats.mail.compressed_rtf import decompress_rtf
from qa.loaders.formats.mail.message import MAX_DEPTH, Attachment, Message, load_message
from qa.loaders.rendering.plain_text import TextBuilder
from qa.types import Article

if TYPE_CHECKING:
    from olefile import OleFileIO

__all__ = ["load"]

_SUBJECT, _BODY, _HTML, _RTF = 0x0037, 0x1000, 0x1013, 0x1009
_SENDER, _SENDER_ADDRESS, _SMTP_ADDRESS = 0x0C1A, 0x0C1F, 0x5D01
_TO, _COPIES = 0x0E04, 0x0E03
_SENT, _RECEIVED = 0x0039, 0x0E06
_CODE_PAGE, _INTERNET_CODE_PAGE = 0x3FFD, 0x3FDE
_DATA, _LONG_NAME, _NAME, _DISPLAY_NAME = 0x3701, 0x3707, 0x3704, 0x3001
_UNICODE, _ANSI, _BINARY, _OBJECT = 0x001F, 0x001E, 0x0102, 0x000D
_INTEGER, _TIME = 0x0003, 0x0040
_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)


def load(file: File) -> Iterator[Article | LoadFailure]:
    """Yield the article of the message and those of its attachments.

    :raises LoadError: if the file is no message of Outlook, or contains no text.
    """
    import olefile

    if not file.data.startswith(olefile.MAGIC):  # isOleFile() takes short data for a path
        raise LoadError("the file is not a message of Outlook: save it again, as MSG or EML")
    with olefile.OleFileIO(io.BytesIO(file.data)) as ole:
        if not ole.exists("__properties_version1.0"):
            raise LoadError("the file is not a message of Outlook: rename it to the suffix of its format")
        yield from _load_storage(file, ole, (), file.depth)


def _load_storage(file: File, ole: OleFileIO, path: Sequence[str], depth: int) -> Iterator[Article | LoadFailure]:
    storage = _Storage(ole, path)
    attached, inner = [], []
    for name in storage.children("__attach_version1.0_"):
        attachment = _Storage(ole, (*path, name))
        title = attachment.text(_LONG_NAME) or attachment.text(_NAME) or attachment.text(_DISPLAY_NAME)
        embedded = f"__substg1.0_{_DATA:04X}{_OBJECT:04X}"
        if attachment.has(embedded, "__properties_version1.0"):
            inner.append((title or "message", (*path, name, embedded)))
        else:
            attached.append(Attachment(title, attachment.data(_DATA, _BINARY)))
    message = storage.message(attached, depth)
    try:
        yield from load_message(file, message)
    except LoadError as error:
        if not inner:
            raise
        yield LoadFailure(file.source, str(error))
    for number, (title, where) in enumerate(inner, 1):
        source = f"{file.source}!/{number} {title.replace('/', '-')[:100].removesuffix('.msg')}.msg"
        one = File(b"", source, file.max_bytes, limits=file.limits)
        if depth >= MAX_DEPTH:
            yield LoadFailure(source, "the message lies too deep in others: save it and add it", is_skipped=True)
            continue
        try:
            yield from _load_storage(one, ole, where, depth + 1)
        except LoadError as error:
            yield LoadFailure(source, str(error))


class _Storage:
    """The properties of a message or an attachment."""

    def __init__(self, ole: Any, path: Sequence[str]) -> None:
        self._ole = ole
        self._path = list(path)
        self._fixed = self._read_fixed()
        page = self._fixed.get((_CODE_PAGE, _INTEGER)) or self._fixed.get((_INTERNET_CODE_PAGE, _INTEGER))
        self._encoding = f"cp{page}" if page and page != 65001 else "utf-8" if page else "cp1252"

    def children(self, prefix: str) -> list[str]:
        """Return the names of the storages inside that begin with a prefix."""
        size = len(self._path)
        paths = self._ole.listdir(streams=False, storages=True)
        return sorted(
            path[size]
            for path in paths
            if len(path) == size + 1 and path[:size] == self._path and path[size].startswith(prefix)
        )

    def has(self, *path: str) -> bool:
        """Return whether there is such a stream or storage inside."""
        return bool(self._ole.exists([*self._path, *path]))

    def data(self, number: int, kind: int) -> bytes:
        """Return the bytes of a property; empty if there is none."""
        name = [*self._path, f"__substg1.0_{number:04X}{kind:04X}"]
        return self._ole.openstream(name).read() if self._ole.exists(name) else b""

    def text(self, number: int) -> str:
        """Return a property that is text; empty if there is none."""
        if data := self.data(number, _UNICODE):
            return data.decode("utf-16-le", "replace").replace("\0", "").strip("\ufeff")
        data = self.data(number, _ANSI)
        try:
            return data.decode(self._encoding, "replace").replace("\0", "")
        except LookupError:
            return data.decode("cp1252", "replace").replace("\0", "")

    def message(self, attachments: Sequence[Attachment], depth: int) -> Message:
        """Return the message of this storage."""
        name = self.text(_SENDER)
        address = self.text(_SMTP_ADDRESS) or self.text(_SENDER_ADDRESS)
        has_address = "@" in address and address != name
        return Message(
            subject=self.text(_SUBJECT),
            sender=f"{name} <{address}>".strip() if has_address else name,
            to=self.text(_TO),
            copies=self.text(_COPIES),
            sent=self._time(_SENT) or self._time(_RECEIVED),
            plain=self._plain(),
            html=self._html(),
            attachments=attachments,
            depth=depth,
        )

    def _html(self) -> str:
        data = self.data(_HTML, _BINARY)
        return decode(data, declared_encoding(data) or self._encoding) if data.strip(b"\0 ") else self.text(_HTML)

    def _plain(self) -> str:
        text = self.text(_BODY)
        compressed = self.data(_RTF, _BINARY)
        if text.strip() or not compressed or self.data(_HTML, _BINARY):
            return text
        builder = TextBuilder()
        RtfReader(decompress_rtf(compressed), builder).read()
        return builder.text

    def _time(self, number: int) -> dt.datetime | None:
        ticks = self._fixed.get((number, _TIME))
        try:
            return _EPOCH + dt.timedelta(microseconds=ticks // 10) if ticks else None
        except OverflowError:
            return None

    def _read_fixed(self) -> dict[tuple[int, int], int]:
        """Return the properties of fixed size by their number and kind, as integers."""
        name = [*self._path, "__properties_version1.0"]
        data = self._ole.openstream(name).read() if self._ole.exists(name) else b""
        is_attachment = bool(self._path) and self._path[-1].startswith("__attach")
        start = 8 if is_attachment else 24 if self._path else 32
        found: dict[tuple[int, int], int] = {}
        for position in range(start, len(data) - 15, 16):
            kind, number, _, value = struct.unpack_from("<HHIQ", data, position)
            found[number, kind] = value & 0xFFFFFFFF if kind == _INTEGER else value
        return found
