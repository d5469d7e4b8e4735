"""Small documents of office programs and of mail, made by hand or with the libraries that write them."""

import io
import json
import struct
from collections.abc import Mapping
from itertools import pairwise

from tests.qa.loaders.documents import zip_bytes

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "text": "text",
        "table": "table",
        "style": "style",
        "draw": "drawing",
        "meta": "meta",
        "presentation": "presentation",
        "svg": "svg-compatible",
    }.items()
)


def relationships(**targets: str) -> str:
    """Return a part with a relationship for each kind, or a kind and a number such as ``image_2``."""
    items = "".join(
        f'<Relationship Id="r_{name}" Type="{R}/{name.partition("_")[0]}" Target="{target}"/>'
        for name, target in targets.items()
    )
    return f'<Relationships xmlns="{RELATIONSHIPS}">{items}</Relationships>'


def word_members(body: str, *, parts: Mapping[str, str] | None = None, **targets: str) -> dict[str, str | bytes]:
    """Return the members of a Word document.

    :param parts: more parts by name, with the children of their root: ``styles``, ``numbering``, ``footnotes``...
    :param targets: more relationships of the document.
    """
    roots = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "endnotes": "endnotes"}
    names = f'xmlns:w="{W}" xmlns:m="{M}" xmlns:r="{R}"'
    more = {
        f"word/{name}.xml": f"<w:{roots[name]} {names}>{children}</w:{roots[name]}>"
        for name, children in (parts or {}).items()
    }
    targets = {**{name: f"{name}.xml" for name in parts or {}}, **targets}
    return {
        "_rels/.rels": relationships(officeDocument="word/document.xml"),
        "word/document.xml": f"<w:document {names}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relationships(**targets),
        **more,
    }


def word_bytes(body: str, *, parts: Mapping[str, str] | None = None, **targets: str) -> bytes:
    return zip_bytes(word_members(body, parts=parts, **targets))


def pptx_bytes() -> bytes:
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "The harbour"
    first.placeholders[1].text = "Rebuilt in 1931\nBusy again"
    first.notes_slide.notes_text_frame.text = "Mention Anna Berg."
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "Ships"
    box = (Inches(1), Inches(1), Inches(4), Inches(2))
    table = second.shapes.add_table(2, 2, *box).table
    for row, texts in enumerate((("Year", "Ships"), ("2023", "40"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    data = CategoryChartData(number_format="0%")  # type: ignore[no-untyped-call]
    data.categories = ["Spring", "Autumn"]
    data.add_series("Share", (0.25, 0.75))  # type: ignore[no-untyped-call]
    second.shapes.add_chart(XL_CHART_TYPE.PIE, *box, data)
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def xlsx_bytes() -> bytes:
    import datetime as dt

    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Ships"
    rows = [("Ship", "Launched", "Share"), ("Gull", dt.date(1931, 5, 6), 0.125), ("Owl", dt.date(1940, 1, 2), 0.5)]
    for row in rows:
        sheet.append(list(row))
    for number in (2, 3):
        sheet.cell(number, 2).number_format = "d mmmm yyyy"
        sheet.cell(number, 3).number_format = "0.0%"
    other = book.create_sheet("Notes")
    other["B3"] = "Anna Berg rebuilt the harbour."
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def odf_xml(body: str, styles: str = "", meta: str = "") -> str:
    """Return a flat OpenDocument file."""
    return (
        f'<?xml version="1.0"?><office:document {_ODF} xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"<office:meta>{meta}</office:meta><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body>{body}</office:body></office:document>"
    )


def odf_bytes(body: str, styles: str = "", meta: str = "") -> bytes:
    """Return a zipped OpenDocument file."""
    return zip_bytes({"content.xml": odf_xml(body, styles), "meta.xml": odf_xml("", meta=meta)})


ODT_BODY = (
    '<office:text><text:h text:outline-level="1">The harbour</text:h><text:p>Rebuilt in '
    "<text:span>1931</text:span>"
    "<text:note text:note-class='footnote'><text:note-citation>1</text:note-citation><text:note-body><text:p>"
    "By Anna Berg.</text:p></text:note-body></text:note>, it is busy.</text:p><text:list><text:list-item><text:p>"
    "ships</text:p></text:list-item></text:list><table:table><table:table-row><table:table-cell><text:p>Year</text:p>"
    "</table:table-cell><table:table-cell><text:p>Ships</text:p></table:table-cell></table:table-row>"
    "<table:table-row><table:table-cell><text:p>2023</text:p></table:table-cell><table:table-cell><text:p>40</text:p>"
    "</table:table-cell></table:table-row></table:table></office:text>"
)
ODS_BODY = (
    "<office:spreadsheet><table:table table:name='Ships'><table:table-row><table:table-cell><text:p>Ship</text:p>"
    "</table:table-cell><table:table-cell><text:p>Year</text:p></table:table-cell></table:table-row>"
    "<table:table-row table:number-rows-repeated='2'><table:table-cell table:number-columns-repeated='2'/>"
    "</table:table-row><table:table-row><table:table-cell><text:p>Gull</text:p></table:table-cell><table:table-cell>"
    "<text:p>1931</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>"
)
ODP_BODY = (
    "<office:presentation><draw:page><draw:frame presentation:class='outline'><draw:text-box><text:list>"
    "<text:list-item><text:p>Rebuilt in 1931</text:p></text:list-item></text:list></draw:text-box></draw:frame>"
    "<draw:frame presentation:class='title'><draw:text-box><text:p>The harbour</text:p>"
    "</draw:text-box></draw:frame>"
    "<presentation:notes><draw:page-thumbnail/><draw:frame presentation:class='notes'><draw:text-box><text:p>"
    "Mention Anna Berg.</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>"
    "</office:presentation>"
)
ODF_META = (
    "<dc:title>Report</dc:title><meta:creation-date>2023-11-09T10:00:00</meta:creation-date>"
    "<meta:initial-creator>A. Writer</meta:initial-creator><meta:keyword>sea</meta:keyword>"
)

RTF = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Times;}{\f1\fcharset204 "
    rb"Times;}}{\stylesheet{\s1 heading 1;}}"
    rb"{\info{\title Harbours}{\author A. Writer}{\creatim\yr2023\mo11\dy9}}"
    rb"\pard\s1 The harbour\par\pard Rebuilt in 1931{\footnote By Anna Berg.}, it is \'93busy\'94 "
    rb"\u8211 - again.\par "
    rb"{\v hidden}{\deleted gone}\f1 \'cc\'ee\'f0\'e5\f0\par {\listtext 1.\tab}ships\par "
    rb"\trowd\cellx1\cellx2\pard\intbl Year\cell Ships\cell\row\trowd\cellx1\cellx2\pard\intbl "
    rb"2023\cell 40\cell\row"
    rb"\pard The end.\par}"
)

EML = b"""\
From: =?utf-8?q?Anna_M=C3=BCller?= <anna@example.org>\r
To: Ben <ben@example.org>\r
Subject: The ferry\r
Date: Thu, 9 Nov 2023 10:00:00 +0100\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=b\r
\r
--b\r
Content-Type: text/plain; charset=utf-8\r
\r
The ferry sank in 1911, off the coast of Lumen, and nobody knows\r
why.\r
\r
On 8 Nov 2023, Ben wrote:\r
> When did it sink?\r
--b\r
Content-Type: text/csv\r
Content-Disposition: attachment; filename="ships.csv"\r
\r
text\r
The Gull is a ship.\r
--b\r
Content-Type: image/png\r
Content-Disposition: attachment; filename="a.gif"\r
\r
x\r
--b--\r
"""

MSG_TEXTS = {0x0037: "The ferry", 0x0C1A: "Anna Müller", 0x0E04: "Ben", 0x1000: "It sank in 1911.\r\n"}


def msg_bytes(texts: Mapping[int, str] | None = None, attachment: bytes = b"") -> bytes:
    """Return a message of Outlook with these properties, and an attachment ``notes.txt`` if it is not empty."""
    sent = struct.pack("<HHIQ", 0x0040, 0x0039, 0, 133_439_940_000_000_000)  # 2023-11-09
    streams: dict[str, bytes | dict[str, bytes]] = {"__properties_version1.0": b"\0" * 32 + sent}
    streams |= {
        f"__substg1.0_{number:04X}001F": text.encode("utf-16-le") for number, text in (texts or MSG_TEXTS).items()
    }
    if attachment:
        streams["__attach_version1.0_#00000000"] = {
            "__substg1.0_3707001F": "notes.txt".encode("utf-16-le"),
            "__substg1.0_37010102": attachment,
        }
    return compound_file(streams)


def compound_file(streams: Mapping[str, bytes | Mapping[str, bytes]]) -> bytes:
    """Return a compound file (MS-CFB). Each stream is padded with zeros: it has no mini stream."""
    sector, free, end = 512, 0xFFFFFFFF, 0xFFFFFFFE
    entries: list[tuple[str, int, bytes]] = [("Root Entry", 5, b"")]  # name, kind, data
    children: dict[int, int] = {}  # the first entry inside each storage
    inside: set[int] = set()
    for name, content in streams.items():
        if isinstance(content, bytes):
            entries.append((name, 2, content))
        else:
            first = len(entries) + 1
            children[len(entries)] = first
            inside |= set(range(first, first + len(content)))
            entries.append((name, 1, b""))
            entries += [(inner, 2, data) for inner, data in content.items()]
    top = [number for number in range(1, len(entries)) if number not in inside]
    children[0] = top[0]
    following = dict(pairwise(top))
    following |= {number: number + 1 for number in inside if number + 1 in inside}
    chains: list[int] = []
    body, directory = bytearray(), bytearray()
    for number, (name, kind, data) in enumerate(entries):
        start, size = end, 0
        if kind == 2:
            start, size = len(body) // sector, max(4096, len(data))
            count = -(-size // sector)
            chains += [*range(start + 1, start + count), end]
            body += data.ljust(count * sector, b"\0")
        label = name.encode("utf-16-le")
        directory += label.ljust(64, b"\0") + struct.pack(
            "<HBBIII16x4x16xII4x",
            len(label) + 2,
            kind,
            1,
            free,
            following.get(number, free),
            children.get(number, free),
            start,
            size,
        )
    directory += b"\0" * (-len(directory) % sector)
    first_directory = len(body) // sector
    count = len(directory) // sector
    chains += [*range(first_directory + 1, first_directory + count), end]
    body += directory
    fat_sectors = -(-(len(chains) + 1) // (sector // 4 - 1))
    first_fat = len(body) // sector
    chains += [0xFFFFFFFD] * fat_sectors
    chains += [free] * (-len(chains) % (sector // 4))
    assert len(chains) == fat_sectors * sector // 4
    body += struct.pack(f"<{len(chains)}I", *chains)
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_sectors, first_directory, 0, 4096, end,
        0, end, 0,
    )  # fmt: skip
    difat = [*range(first_fat, first_fat + fat_sectors)]
    header += struct.pack("<109I", *difat, *[free] * (109 - len(difat)))
    return bytes(header + body)


VTT = b"""WEBVTT - The ferry

NOTE left out

1
00:00:01.000 --> 00:00:03.000
<v Anna>The ferry sank

00:00:03.500 --> 00:00:05.000
<v Anna>in 1911 &amp; <i>nobody</i> knows why.

01:02:05.000 --> 01:02:09.000 align:start
<v Ben>It was found in 1950.
"""
SRT = (
    b"1\r\n00:00:01,000 --> 00:00:03,000\r\nThe ferry sank\r\nin 1911.\r\n\r\n2\r\n00:00:09,000 "
    b"--> 00:00:11,000\r\nIt is.\r\n"
)

NOTEBOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "markdown", "source": ["# Ships\n", "\n", "We count *ships*."]},
            {
                "cell_type": "code",
                "execution_count": 3,
                "source": "count(ships)",
                "outputs": [
                    {"output_type": "stream", "text": ["\x1b[31m40\x1b[0m\n"]},
                    {
                        "output_type": "execute_result",
                        "data": {"text/html": "<table><tr><th>Year<th>Ships<tr><td>2023<td>40</table>"},
                    },
                ],
            },
        ],
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
    }
).encode()

RST = b"""\
The harbour
===========

:Author: A. Writer
:Date: 2023-11-09

Rebuilt in *1931* by :ref:`Anna Berg <anna>`.

.. toctree::

   other

.. versionadded:: 2.0
   It is busy.

.. code-block:: python
   :caption: x

   print(1)

=====  =====
Year   Ships
=====  =====
2023   40
=====  =====
"""
