"""Format citations as plain text or Markdown, and for bibliographies: BibTeX, RIS, CSL-JSON."""

from __future__ import annotations

import json
import re
from typing import Any, Literal, get_args
from urllib.parse import quote

from qa.errors import SettingsError
from qa.export.escaping import bibtex, markdown, single_line
from qa.loaders.base import File
from qa.loaders.in_process import FORMATS
from qa.types import Answer, Citation

__all__ = [
    "CitationStyle",
    "characters_text",
    "citation_text",
    "extent_text",
    "location",
    "place_text",
    "quoted_sentence",
    "support_text",
]

CitationStyle = Literal["plain", "markdown", "bibtex", "ris", "csl-json"]

WEB = re.compile(r"https?://", re.IGNORECASE)


def citation_text(citation: Citation, style: CitationStyle = "plain") -> str:
    """Return the quote and its location as text.

    The last three styles are for bibliographies, with a stable key: BibTeX is an ``@misc`` entry, RIS a
    reference, and CSL-JSON a list of one item.

    :raises SettingsError: if there is no such style.
    """
    if style == "plain":
        return f"“{' '.join(citation.quote.split())}” ({', '.join(location(citation))})"
    if style == "markdown":
        return f"> {quoted_sentence(citation)}\n>\n> — {', '.join(map(markdown, location(citation)))}"
    if style == "bibtex":
        return _bibtex(citation)
    if style == "ris":
        return _ris(citation)
    if style == "csl-json":
        return json.dumps([_csl(citation)], ensure_ascii=False, indent=2)
    raise SettingsError(f"the style of a citation must be {', '.join(get_args(CitationStyle))}, not {style!r}")


def location(citation: Citation) -> list[str]:
    """Return the location of a quote in parts: title, date, place, source, characters (from 0, half-open)."""
    parts = (
        " ".join(citation.title.split()),
        citation.date and citation.date.isoformat()[:10],
        place_text(citation),
        " ".join(citation.source.split()),
        characters_text(citation),
    )
    return [part for part in parts if part]


def characters_text(citation: Citation, dash: str = "–") -> str:
    """Return which characters the quote is, and of what: those of a plain text file can be counted in the file."""
    suffix = File(b"", citation.source, 0).suffix
    is_file_text = FORMATS.get(suffix, "plain") == "plain" and not WEB.match(citation.source)
    is_extracted = not (is_file_text or citation.in_title)
    return f"characters {citation.start}{dash}{citation.end}{' of the extracted text' if is_extracted else ''}"


def place_text(citation: Citation) -> str:
    """Return the place on one line, such as ``page 3``; empty if it is not known.

    For what was read by OCR, it says so and where on the page its lines are, such as
    ``page 3 (10-62% across, 40-42% down), read by OCR``.
    """
    place = " ".join(citation.place.split())
    if not place or not citation.is_ocr:
        return place
    if citation.box:
        left, top, right, bottom = (round(100 * edge) for edge in citation.box)
        place += f" ({left}-{right}% across, {top}-{bottom}% down)"
    return f"{place}, read by OCR"


def support_text(answer: Answer) -> str:
    """Return in how many articles an answer was found: ``found in 3 articles, one story, mentioned in 1 more``.

    Stories are counted only if some of the articles are copies. Mentioned is what does not answer by itself.
    """
    parts = ["found in 1 article" if answer.articles == 1 else f"found in {answer.articles} articles"]
    if answer.support < answer.articles:
        parts.append("one story" if answer.support == 1 else f"{answer.support} stories")
    if more := len({citation.article_id for citation in answer.citations}) - answer.articles:
        parts.append(f"mentioned in {more} more")
    return ", ".join(parts)


def extent_text(answer: Answer) -> str:
    """Return that an answer is a whole sentence, and around what; empty if it is not."""
    if answer.extent != "sentence":
        return ""
    return f"the whole sentence, around “{single_line(answer.span)}”" if answer.span else "the whole sentence"


def quoted_sentence(citation: Citation) -> str:
    """Return the sentence as one line of Markdown, with the quote in bold."""
    start, end = (offset - citation.sentence_start for offset in (citation.start, citation.end))
    before, after = citation.sentence[:start], citation.sentence[end:]
    return f"{markdown(before.lstrip())}**{markdown(citation.quote.strip())}**{markdown(after.rstrip())}"


def _bibtex(citation: Citation) -> str:
    place = [bibtex(place_text(citation))] if citation.place else []
    place.append(characters_text(citation, "--"))
    fields = {
        # Another pair of braces keeps the capitals.
        "author": f"{{{bibtex(citation.metadata['author'])}}}" if citation.metadata.get("author") else "",
        "title": f"{{{bibtex(citation.title or citation.source)}}}",
        "year": f"{citation.date.year:04}" if citation.date else "",
        "date": citation.date.isoformat()[:10] if citation.date else "",
        **_source(citation.source),
        "note": f"``{bibtex(citation.quote)}'', {', '.join(place)}",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_key(citation)},", *lines, "}"])


def _source(source: str) -> dict[str, str]:
    """Return a web address as ``url``, with TeX's special characters percent-encoded, or another source."""
    if WEB.match(source):
        encoded = quote(source, safe="/:?=@!,;+*()%&#~_-.", errors="replace")
        return {"url": encoded}
    return {"howpublished": bibtex(source)}


def _ris(citation: Citation) -> str:
    is_web = bool(WEB.match(citation.source))
    fields = {
        "TY": "ELEC" if is_web else "GEN",
        "ID": _key(citation),
        "TI": citation.title or citation.source,
        "AU": citation.metadata.get("author", ""),
        "PY": f"{citation.date.year:04}" if citation.date else "",
        "DA": f"{citation.date.year:04}/{citation.date:%m/%d}/" if citation.date else "",
        "SP": str(citation.page or ""),
        "LA": citation.language,
        "UR": citation.source if is_web else "",
        "N1": f"“{citation.quote}”, {', '.join(_where(citation))}",
        "ER": "",
    }
    lines = ((tag, single_line(value)) for tag, value in fields.items())
    return "\n".join(f"{tag}  - {value}" for tag, value in lines if value or tag == "ER")


def _csl(citation: Citation) -> dict[str, Any]:
    """Return an item by the schema of the Citation Style Language, 1.0.2."""
    is_web = bool(WEB.match(citation.source))
    author = single_line(citation.metadata.get("author", ""))
    date = citation.date
    item: dict[str, Any] = {
        "id": _key(citation),
        "type": "webpage" if is_web else "document",
        "title": single_line(citation.title or citation.source),
        "author": [{"literal": author}] if author else [],
        "issued": {"date-parts": [[date.year, date.month, date.day]]} if date else {},
        "page": str(citation.page or ""),
        "language": citation.language,
        "URL" if is_web else "source": single_line(citation.source),
        "note": single_line(f"“{citation.quote}”, {', '.join(_where(citation))}"),
    }
    return {name: value for name, value in item.items() if value}


def _key(citation: Citation) -> str:
    return f"quotewell-{citation.article_id}-{citation.start}"


def _where(citation: Citation) -> list[str]:
    """Return where in the source a quote stands, and the source if it is no web page."""
    source = "" if WEB.match(citation.source) else citation.source
    return [part for part in (place_text(citation), source, characters_text(citation)) if part]
