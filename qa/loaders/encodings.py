"""Decode bytes to text. An uncertain guess is an error, so that no mojibake gets in.

A few bytes that do not fit do not spoil a file. They become U+FFFD, and the article's metadata says how many
there are.
"""

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
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_MAX_POINTER = 1024
"""The most bytes of a pointer, by the specification of Git LFS."""
_SAMPLE = 1 << 18
_MAX_ILLEGIBLE = 0.005
"""The largest share of characters that may be control characters, or replaced."""
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_C1 = re.compile(r"[\x80-\x84\x86-\x9f]")
_MISREAD = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_DECLARED = re.compile(
    rb"""<meta\b[^>]{0,300}?\bcharset\s*=\s*["']?\s*([\w.:-]+)|<\?xml\b[^>]{0,300}?\bencoding\s*=\s*["']\s*([\w.:-]+)""",
    re.IGNORECASE,
)
_HEAD = 8192
_SHIFT = re.compile(rb"\x1b(?:\$[@B]|\([BJ])")  # the escape sequences of ISO-2022-JP, which is 7-bit
# Browsers decode these as a superset of what they are called (https://encoding.spec.whatwg.org/#names-and-labels).
_SUPERSETS = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "windows-1252": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
}
_UNICODE = frozenset(("utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "utf-32", "unicode", "utf-7"))

# The characters that western European text in Windows-1252 consists of.
_WESTERN = re.compile("[\x00-\x7f\xa0¡£§©«®°±²³´·º»¼½¾¿ªµÀ-ÿŒœŠšŽžŸ€‚„…‘’“”•–—™]*")
# Signs that stand alone, as in "¤ 12": between letters, or beside others, they are misread letters.
_LONE_SIGN = re.compile(r"(?<![^\s\d.,;:()\[\]/%+*=_\"'<>|-])[¢¤¥¦¬¯¶†‡‰¹÷×](?![^\s\d.,;:()\[\]/%+*=_\"'<>|-])")
_NOT_WESTERN = re.compile(r"[a-z][¡£§©®±²³¼½¾¿€„…•™×÷][a-z]|[À-ÿŒœŠšŽžŸ]{3}")
_MAX_FOREIGN = 0.5
_ACCENTED_RUN = re.compile("[À-ÿ]{3,}")

_MIN_ASCII = 0.05
"""The smallest share of ASCII characters, such as spaces, in a text in UTF-16."""
_MIN_UTF16 = 16

# Pairs of an ASCII letter and a non-Latin one: frequent only in wrongly decoded text.
_PAIR = re.compile(r"(?=[^\W\d_]{2})")
_MIXED = re.compile(r"(?=[A-Za-z][^\W\d_\x00-\u024f]|[^\W\d_\x00-\u024f][A-Za-z])")
_MAX_MIXED = 0.2

_HIGH = re.compile(rb"[\x80-\xff]")
_ENOUGH = 10
"""The fewest non-ASCII bytes from which an encoding can be detected."""


def decode(data: bytes, declared: str = "") -> str:
    """Return the decoded text without its byte order mark and otherwise unchanged.

    The encoding is the one of the byte order mark, else UTF-8 if it fits but for a few bytes, else UTF-16 if every
    second byte is zero as in it, else the declared one, else detected.

    :raises LoadError: if the bytes are not text, or their encoding is uncertain.
    """
    for magic, kind in _BINARY.items():
        if data.startswith(magic):
            raise LoadError(
                f"the file is not text but {kind}: rename it to the right suffix, or convert it to text"
            )
    if data.startswith(_LFS_POINTER) and len(data) <= _MAX_POINTER:
        raise LoadError("the file is only a pointer of Git LFS: fetch its content with `git lfs pull`")
    text = _decode_unicode(data)
    if text is None:
        text = _decode_legacy(data, declared)
    elif _SHIFT.search(data, 0, _SAMPLE):
        text = _try(data, "iso2022_jp_2") or text
    if len(_CONTROLS.findall(text)) > _MAX_ILLEGIBLE * len(text):
        raise LoadError("the file is binary, not text (it contains control characters): convert it to text first")
    return _C1.sub(_as_windows, text).replace("\0", "\ufffd")


def _as_windows(control: re.Match[str]) -> str:
    """Return the Windows-1252 character of a control that no text has: it was taken for Latin-1 once."""
    return control[0].encode("latin-1").decode("cp1252", "replace")


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
    match = _DECLARED.search(data[:_HEAD])
    return (match[1] or match[2]).decode("ascii", "ignore") if match else ""


def _decode_unicode(data: bytes) -> str | None:
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "")
    text: str | None
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        text = _decode_most(data)
        if text is None and encoding:
            raise LoadError(
                f"the file starts with the mark of {encoding} but is not valid {encoding}: save it as UTF-8"
            ) from None
    if "\0" in (text or "\0")[:_SAMPLE] and not encoding:
        return _decode_utf16(data) or text
    return text


def _decode_most(data: bytes) -> str | None:
    """Return the text if it is UTF-8 but for a few bytes: many more non-ASCII characters fit than do not."""
    text = data.decode("utf-8-sig", "replace")
    replaced = text.count("\ufffd")
    fitting = sum(not character.isascii() for character in text) - replaced
    if replaced <= _MAX_ILLEGIBLE * len(text) and 4 * replaced <= fitting:
        return text
    return None


def _decode_utf16(data: bytes) -> str | None:
    """Return the text if it is UTF-16 without a mark: ASCII characters have zeros, all at odd or even places."""
    data = data[: len(data) // 2 * 2]
    even, odd = data[::2].count(0), data[1::2].count(0)
    least = len(data) // 2 * _MIN_ASCII
    if len(data) < _MIN_UTF16 or min(even, odd) > 0 or max(even, odd) < least:
        return None
    try:
        text = data.decode("utf-16-le" if odd else "utf-16-be")
    except UnicodeDecodeError:
        return None
    legible = sum(character.isprintable() or character.isspace() for character in text[:_SAMPLE])
    is_legible = legible >= (1 - _MAX_ILLEGIBLE) * len(text[:_SAMPLE])
    return text if is_legible and _is_coherent(text) else None


def _decode_legacy(data: bytes, declared: str) -> str:
    if _is_binary(data):
        raise LoadError("the file is binary, not text: convert it to text first")
    declared = declared.lower().removeprefix("x-")
    declared = "" if declared in _UNICODE else _SUPERSETS.get(declared, declared)
    if declared and (text := _try(data, declared)) and (declared != "cp1252" or not _is_cyrillic(text)):
        return text
    for encoding in ("cp1252", _detect(data[:_SAMPLE])):
        text = _try(data, encoding)
        if text and (_is_western if encoding == "cp1252" else _is_coherent)(text):
            return text
    raise LoadError("the file's encoding cannot be detected, or the file is binary: save it as UTF-8")


def _is_binary(data: bytes) -> bool:
    return data.count(0) > _MAX_ILLEGIBLE * len(data)


def _try(data: bytes, encoding: str) -> str | None:
    """Return the text if nearly all of it is legible, with the rest replaced."""
    try:
        text = data.decode(encoding, "replace") if encoding else ""
    except (UnicodeError, LookupError, ValueError):
        return None
    illegible = len(_MISREAD.findall(text))
    if not text or illegible > _MAX_ILLEGIBLE * len(text):
        return None
    return _MISREAD.sub("\ufffd", text) if illegible else text


def _is_western(text: str) -> bool:
    sample = _LONE_SIGN.sub("", text[:_SAMPLE].replace("\ufffd", ""))
    letters = sum(character.isalpha() for character in sample)
    foreign = sum(not character.isascii() for character in sample)
    plausible = _WESTERN.fullmatch(sample) and not _NOT_WESTERN.search(sample)
    return bool(plausible) and foreign <= _MAX_FOREIGN * letters


def _is_cyrillic(text: str) -> bool:
    """Return whether a text declared as western is one of another script: its accented letters stand together."""
    sample = text[:_SAMPLE]
    together = sum(len(run) for run in _ACCENTED_RUN.findall(sample))
    return together > 0.3 * sum(not character.isascii() for character in sample)


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
