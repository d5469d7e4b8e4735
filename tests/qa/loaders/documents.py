"""Small documents to test the loaders with."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import quopri
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qa.loaders import LoadFailure, load
from qa.types import Article

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

CONTAINER = """<?xml version="1.0"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""

PACKAGE = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Whale</dc:title><dc:creator>H. M.</dc:creator>
<dc:date>1851-10-18T00:00:00Z</dc:date><dc:language>en</dc:language></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="b" href="text/two.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="text/chapter%201.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="nav"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""

RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Skelby Post</title>
<item><title>Wall &amp;amp; sea</title><link>http://x/1</link><guid>g1</guid><category>sea</category>
<pubDate>Wed, 08 Nov 2023 23:30:00 -0500</pubDate><description>Short.</description><content:encoded>
<![CDATA[<h2>The wall</h2><p>It is <b>raised</b>.</p><script>x</script>]]></content:encoded></item>
<item><title>A title alone</title><link>http://x/2</link></item></channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Skelby Post</title><entry><id>urn:1</id>
<title type="html">The &lt;i&gt;Gull&lt;/i&gt;</title><updated>2023-11-09T10:00:00Z</updated>
<author><name>Ada</name></author><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>She sank.</p>
<ul><li>once</li></ul></div></content></entry></feed>"""

TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def only(path: Path) -> Article:
    """Return the only article in the file."""
    (article,) = load(path)
    assert isinstance(article, Article)
    return article


def split(path: Path) -> tuple[list[Article], list[LoadFailure]]:
    items = list(load(path))
    articles = [item for item in items if isinstance(item, Article)]
    return articles, [item for item in items if isinstance(item, LoadFailure)]


def zip_bytes(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)  # of 1980: the same bytes every time
    return buffer.getvalue()


def settled(data: bytes) -> bytes:
    """Return a zip archive, and those inside it, without the time at which it was written."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return zip_bytes(
        {
            name: settled(member) if member.startswith(b"PK") else TIME.sub(b"2023-11-09T10:00:00Z", member)
            for name, member in members.items()
        }
    )


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html lang='en'><head>{head}</head><body>{body}</body></html>"


def epub_members() -> dict[str, str | bytes]:
    chapter = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/>'
    chapter += '<script src="x.js"/></head><body>%s</body></html>'
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": PACKAGE,
        "OEBPS/nav.xhtml": chapter % "<h1>Contents</h1>",
        "OEBPS/text/two.xhtml": chapter % "<h2>The Carpet-Bag</h2><p>I stuffed a shirt.</p>",
        "OEBPS/text/chapter 1.xhtml": chapter
        % "<h2>Loomings</h2><p>Call me&nbsp;Ishmael.<!-- no --> Some years ago</p>",
    }


def epub_bytes() -> bytes:
    return zip_bytes(epub_members())


def pdf_bytes(
    pages: Sequence[Sequence[str]], title: str = "", bookmarks: Mapping[int, str] | None = None
) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=True)
    if title:
        canvas.setTitle(title)
        canvas.setAuthor("A. Writer")
    for number, lines in enumerate(pages):
        if bookmarks and number in bookmarks:
            canvas.bookmarkPage(f"p{number}")
            canvas.addOutlineEntry(bookmarks[number], f"p{number}")
        for row, line in enumerate(lines):
            canvas.drawString(72, 760 - 16 * row, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def drawn_pdf(*pages: Callable[[Canvas], None]) -> bytes:
    """Return a PDF with a page (A4: 595 by 842 points, y upwards) for each function, which draws on the canvas."""
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=True)
    for draw in pages:
        canvas.setFont("Helvetica", 11)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def lines_at(x: float, y: float, *lines: str, leading: float = 15) -> Callable[[Canvas], None]:
    """Return a function that draws lines of text below each other."""

    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(lines):
            canvas.drawString(x, y - leading * number, line)

    return draw


def encrypted_pdf_bytes() -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_bytes([["Secret"]]))))
    writer.encrypt("swordfish", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def docx_bytes() -> bytes:
    import datetime as dt

    from docx import Document

    document = Document()
    document.core_properties.title = "Annual report"
    document.core_properties.author = "A. Writer"
    document.core_properties.created = dt.datetime(2023, 11, 9, tzinfo=dt.UTC)
    document.add_heading("Results", 1)
    document.add_paragraph("The year  was\tgood.")
    document.add_paragraph("ships", style="List Bullet")
    document.add_paragraph("trains", style="List Bullet")
    document.add_heading("Figures", 2)
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells], ["Year", "Ships", "2023", "40"], strict=True
    ):
        cell.text = text
    document.add_paragraph("The end.")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def mhtml_bytes(page: bytes, subject: str = "T") -> bytes:
    """Return a page as browsers save it: quoted-printable, with a picture."""
    head = f"From: <Saved by Blink>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
    head += 'Content-Type: multipart/related; type="text/html"; boundary="--B"\r\n\r\n'
    part = "----B\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    image = "\r\n----B\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBO\r\n----B--\r\n"
    return head.encode() + part.encode() + quopri.encodestring(page) + image.encode()


def valid_documents() -> dict[str, list[bytes]]:
    """Return small valid documents of each format, by suffix."""
    from tests.qa.loaders import office_documents as office

    bookmarked = pdf_bytes([["One", "It rained."], ["Two"]], "A title", {1: "Two"})
    html = page("<h1>One</h1><table><tr><td>Two</table><ul><li>x</ul><p>&amp;&#65;", "<title>T</title>").encode()
    xhtml = b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><h1>a</h1>&amp;</body></html>'
    markdown = (
        b"---\ntitle: T\ntags: [a]\ndate: 2023-11-09\n---\n# One\n\n| a |\n|--|\n| b |\n\n> * x[^1]\n\n[^1]: n\n"
    )
    jsonl = (
        b'{"text": "One", "headings": [{"start": 0, "end": 1, "level": 1}], "pages": [0], "tags": ["a"]}\n'
        b'{"text": "Two", "date": "2023-11-09", "metadata": {"a": {"b": [1e3, null]}}, "id": 7}\n'
    )
    table = io.StringIO()
    csv.writer(table).writerows([["text", "title", "date"], ["One, \n two", "T", "2023-11-09"], ["Three", "", ""]])
    text = " date 2023-11-09 One. Two – “three” …\r\n\r\nFour.".encode()
    archive: dict[str, str | bytes] = {
        "a.txt": "One",
        "b.csv": "text\nTwo",
        "c.pdf": bookmarked,
        "d.html": html,
        "e.png": "x",
    }
    plain = {
        ".txt": [text, text.decode().encode("utf-16"), b"Caf\xe9 in Latin-1."],
        ".md": [markdown, b"+++\ntitle = 'T'\n+++\nBody"],
        ".html": [html],
        ".xhtml": [xhtml],
        ".mhtml": [mhtml_bytes(html)],
        ".pdf": [bookmarked, encrypted_pdf_bytes()],
        ".docx": [docx_bytes(), zip_bytes(office.word_members("<w:p><w:r><w:t>One</w:t></w:r></w:p>"), 0)],
        ".pptx": [settled(office.pptx_bytes())],
        ".xlsx": [settled(office.xlsx_bytes())],
        ".odt": [office.odf_bytes(office.ODT_BODY, meta=office.ODF_META)],
        ".fodt": [office.odf_xml(office.ODT_BODY, meta=office.ODF_META).encode()],
        ".ods": [office.odf_bytes(office.ODS_BODY)],
        ".odp": [office.odf_bytes(office.ODP_BODY)],
        ".rtf": [office.RTF],
        ".eml": [office.EML],
        ".msg": [office.msg_bytes(attachment=b"The Gull is a ship.")],
        ".vtt": [office.VTT],
        ".srt": [office.SRT],
        ".ipynb": [office.NOTEBOOK],
        ".rst": [office.RST],
        ".xml": [RSS.encode(), ATOM.encode()],
        ".epub": [epub_bytes()],
        ".json": [b'{"data": [{"title": "T", "body": {"text": ["One", "Two"]}}, {"text": "Three", "n": 1e3}]}'],
        ".jsonl": [jsonl],
        ".csv": [table.getvalue().encode(), b"sep=;\nTeam;Wins\n'Gulls, \\'x\\'';31\n\nTerns;27;;\n"],
        ".tsv": [b"text\ttitle\nOne\tT\n"],
        ".zip": [zip_bytes(archive), zip_bytes(archive, 0)],
    }
    compressed = {".txt.gz": gzip.compress(text, mtime=0), ".jsonl.xz": lzma.compress(jsonl)}
    compressed |= {".pdf.gz": gzip.compress(bookmarked, mtime=0), ".md.bz2": bz2.compress(markdown)}
    return plain | {suffix: [data] for suffix, data in compressed.items()}
