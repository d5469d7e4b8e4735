"""Decode bytes to text. An uncertain guess is an error, so that no mojibake gets in."""

from __future__ import annotations

import codecs
import re

from qa.errors import LoadError

__all__ = ["declared_encoding", "decode", "is_utf8"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is a prefix of this one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = {
    b"%PDF-": "PDF",
    b"PK\x03\x04": "zip, an Office file or EPUB",
    b"{\\rtf": "RTF",
    b"\x1f\x8b": "gzip",
    b"\x89PNG": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"\xff\xd8\xff": "JPEG",
    b"\x7fELF": "program",
    b"SQLite format 3\0": "SQLite",
}
_SAMPLE = 1 << 18
_MAX_CONTROLS = 0.001
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MISREAD = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)

# The characters that western European text in Windows-1252 consists of.
_WESTERN = re.compile("[\x00-\x7f\xa0¡£§©«®°±²³´·º»¼½¾¿ªµÀ-ÿŒœŠšŽžŸ€‚„…‘’“”•–—™]*")
_NOT_WESTERN = re.compile(r"[a-z][¡£§©®±²³¼½¾¿€„…•™×÷][a-z]|[À-ÿŒœŠšŽžŸ]{3}")
_MAX_FOREIGN = 0.5

# Pairs of an ASCII letter and a non-Latin one: frequent only in wrongly decoded text.
_PAIR = re.compile(r"(?=[^\W\d_]{2})")
_MIXED = re.compile(r"(?=[A-Za-z][^\W\d_\x00-\u024f]|[^\W\d_\x00-\u024f][A-Za-z])")
_MAX_MIXED = 0.2

_HIGH = re.compile(rb"[\x80-\xff]")
_ENOUGH = 10
"""The fewest non-ASCII bytes from which an encoding can be detected."""


def decode(data: bytes, declared: str = "") -> str:
    """Return the decoded text without its byte order mark and otherwise unchanged.

    The encoding is the one of the byte order mark, else UTF-8 if it fits, else the declared one, else detected.

    :raises LoadError: if the bytes are not text, or their encoding is uncertain.
    """
    for magic, kind in _BINARY.items():
        if data.startswith(magic):
            raise LoadError(
                f"the file is not text but {kind}: rename it to the right suffix, or convert it to text"
            )
    text = _decode_unicode(data)
    if text is None:
        if b"\0" in data:
            raise LoadError("the file is binary, not text: convert it to text first")
        text = _decode_legacy(data, declared)
    if "\0" in text or len(_CONTROLS.findall(text)) > _MAX_CONTROLS * len(text):
        raise LoadError("the file is binary, not text (it contains control characters): convert it to text first")
    return text


def is_utf8(data: bytes) -> bool:
    """Return whether the bytes are valid UTF-8, without holding the decoded text in memory."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for first in range(0, len(data), _SAMPLE):
            decoder.decode(data[first : first + _SAMPLE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def declared_encoding(data: bytes) -> str:
    """Return the encoding that an HTML or XML document declares, or an empty string."""
    match = _DECLARED.search(data[:2048])
    return match[1].decode("ascii", "ignore") if match else ""


def _decode_unicode(data: bytes) -> str | None:
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise LoadError(
                f"the file starts with the mark of {encoding} but is not valid {encoding}: save it as UTF-8"
            ) from None
        return None


def _decode_legacy(data: bytes, declared: str) -> str:
    for encoding in (declared, "cp1252", _detect(data[:_SAMPLE])):
        text = _try(data, encoding)
        if text and (encoding == declared or (_is_western if encoding == "cp1252" else _is_coherent)(text)):
            return text
    raise LoadError("the file's encoding cannot be detected, or the file is binary: save it as UTF-8")


def _try(data: bytes, encoding: str) -> str | None:
    # Browsers also decode what is declared as ISO 8859-1 as Windows-1252.
    encoding = "cp1252" if encoding.lower() in ("iso-8859-1", "latin-1", "latin1", "us-ascii") else encoding
    try:
        text = data.decode(encoding) if encoding else None
    except (UnicodeError, LookupError, ValueError):
        return None
    return text if text and not _MISREAD.search(text) else None


def _is_western(text: str) -> bool:
    sample = text[:_SAMPLE]
    letters = sum(character.isalpha() for character in sample)
    foreign = sum(not character.isascii() for character in sample)
    plausible = _WESTERN.fullmatch(sample) and not _NOT_WESTERN.search(sample)
    return bool(plausible) and foreign <= _MAX_FOREIGN * letters


def _is_coherent(text: str) -> bool:
    """Return whether letters of other scripts rarely touch ASCII letters, unlike in wrongly decoded text."""
    sample = text[:_SAMPLE]
    return len(_MIXED.findall(sample)) <= _MAX_MIXED * len(_PAIR.findall(sample))


def _detect(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    if len(_HIGH.findall(sample)) < _ENOUGH:
        return ""
    best = from_bytes(sample).best()
    return best.encoding if best else ""
