"""Bytes to text, without mojibake: an unsure guess is an error."""

from __future__ import annotations

import codecs
import re

from qa.errors import LoadError

__all__ = ["declared_encoding", "decode", "is_utf8"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = {
    b"%PDF-": "PDF",
    b"PK\x03\x04": "zip, DOCX or EPUB",
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

# What Windows-1252 text of western Europe is made of, besides ASCII.
_WESTERN = re.compile("[\x00-\x7f\xa0¡£§©«®°±²³´·º»¼½¾¿ªµÀ-ÿŒœŠšŽžŸ€‚„…‘’“”•–—™]*")
_NOT_WESTERN = re.compile(r"[a-z][¡£§©®±²³¼½¾¿€„…•™×÷][a-z]|[À-ÿŒœŠšŽžŸ]{3}")
_MAX_FOREIGN = 0.5

# Pairs of letters of which one is ASCII and the other not even Latin: rare but in bytes read wrongly.
_PAIR = re.compile(r"(?=[^\W\d_]{2})")
_MIXED = re.compile(r"(?=[A-Za-z][^\W\d_\x00-\u024f]|[^\W\d_\x00-\u024f][A-Za-z])")
_MAX_MIXED = 0.2

_HIGH = re.compile(rb"[\x80-\xff]")
_ENOUGH = 10
"""From fewer bytes that are not ASCII no encoding can be told."""


def decode(data: bytes, declared: str = "") -> str:
    """Return the text of the bytes, without its byte order mark and otherwise unchanged.

    The encoding is the byte order mark's, else UTF-8 where that fits, else the declared one, else detected.

    :raises LoadError: when the bytes are not text, or in no encoding that can be made out with certainty.
    """
    for magic, kind in _BINARY.items():
        if data.startswith(magic):
            raise LoadError(f"the file is not text but {kind}: give it its own suffix, or convert it to text")
    text = _decode_unicode(data)
    if text is None:
        if b"\0" in data:
            raise LoadError("the file is binary, not text: convert it to text first")
        text = _decode_legacy(data, declared)
    if "\0" in text or len(_CONTROLS.findall(text)) > _MAX_CONTROLS * len(text):
        raise LoadError("the file is binary, not text (it holds control characters): convert it to text first")
    return text


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8 throughout; it takes little memory to say so."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for first in range(0, len(data), _SAMPLE):
            decoder.decode(data[first : first + _SAMPLE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def declared_encoding(data: bytes) -> str:
    """Return the encoding that HTML or XML names for itself, or an empty string."""
    match = _DECLARED.search(data[:2048])
    return match[1].decode("ascii", "ignore") if match else ""


def _decode_unicode(data: bytes) -> str | None:
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise LoadError(f"the file begins as {encoding} but is not: save it as UTF-8") from None
        return None


def _decode_legacy(data: bytes, declared: str) -> str:
    for encoding in (declared, "cp1252", _detect(data[:_SAMPLE])):
        text = _try(data, encoding)
        if text and (encoding == declared or (_is_western if encoding == "cp1252" else _is_coherent)(text)):
            return text
    raise LoadError("the file's encoding cannot be made out, or it is binary: save it as UTF-8")


def _try(data: bytes, encoding: str) -> str | None:
    # Browsers, too, read what calls itself ISO 8859-1 as Windows-1252.
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
    """Whether the letters of other scripts keep to themselves, as in a text, and not in bytes read wrongly."""
    sample = text[:_SAMPLE]
    return len(_MIXED.findall(sample)) <= _MAX_MIXED * len(_PAIR.findall(sample))


def _detect(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    if len(_HIGH.findall(sample)) < _ENOUGH:
        return ""
    best = from_bytes(sample).best()
    return best.encoding if best else ""
