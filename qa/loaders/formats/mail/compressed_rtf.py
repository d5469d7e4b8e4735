"""Decompress the rich text in messages of Outlook (MS-OXRTFCP)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from qa.errors import LoadError

__all__ = ["decompress_rtf"]

_COMPRESSED, _UNCOMPRESSED = b"LZFu", b"MELA"
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4096
_HEADER = 16


def decompress_rtf(data: bytes) -> bytes:
    """Return the rich text.

    :raises LoadError: if the data are neither compressed rich text nor stored as such.
    """
    if len(data) < _HEADER:
        raise LoadError("the message's rich text is damaged: save the message again")
    _, size, magic, _ = struct.unpack_from("<II4sI", data)
    if magic == _UNCOMPRESSED:
        return data[_HEADER : _HEADER + size]
    if magic != _COMPRESSED:
        raise LoadError("the message's rich text is damaged: save the message again")
    return bytes(_expand(data, size))


def _expand(data: bytes, size: int) -> bytearray:
    """Return what the tokens stand for: bytes, or references to bytes that came before."""
    window = bytearray(_DICTIONARY.ljust(_WINDOW, b"\0"))
    output = bytearray()

    def write(byte: int) -> None:
        window[(len(_DICTIONARY) + len(output)) % _WINDOW] = byte
        output.append(byte)

    for is_reference, token in _tokens(data):
        if not is_reference:
            write(token)
        elif token >> 4 == (len(_DICTIONARY) + len(output)) % _WINDOW:  # the end
            break
        else:
            for step in range((token & 15) + 2):
                write(window[((token >> 4) + step) % _WINDOW])
        if len(output) >= size:
            break
    return output


def _tokens(data: bytes) -> Iterator[tuple[bool, int]]:
    position = _HEADER
    while position < len(data):
        control = data[position]
        position += 1
        for bit in range(8):
            is_reference = bool(control >> bit & 1)
            token = data[position : position + 1 + is_reference]
            position += len(token)
            if len(token) == 1 + is_reference:
                yield is_reference, int.from_bytes(token, "big")
