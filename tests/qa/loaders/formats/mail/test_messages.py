import datetime as dt

import pytest

from qa.errors import LoadError
from qa.loaders.base import File
from qa.loaders.formats.mail.compressed_rtf import decompress_rtf
from qa.loaders.registry import load_file
from tests.qa.loaders.office_documents import EML, MSG_TEXTS, msg_bytes
from tests.qa.loaders.reading import headings, read, read_all

HEAD = (
    "The ferry\n\nFrom: Anna Müller <anna@example.org>\nTo: Ben <ben@example.org>\nDate: 9 "
    "November 2023, 10:00\n\n"
)
BODY = "The ferry sank in 1911, off the coast of Lumen, and nobody knows why.\n\n"


def test_a_message_its_head_its_quotation_and_its_attachments() -> None:
    (article, attached), failures = read_all(EML, "/a.eml")
    assert article.text == f"{HEAD}{BODY}On 8 Nov 2023, Ben wrote:\n\nWhen did it sink?"
    assert headings(article) == [("The ferry", 1), ("On 8 Nov 2023, Ben wrote:", 2)]
    assert (article.title, article.date) == ("The ferry", dt.date(2023, 11, 9))
    assert article.metadata == {"author": "Anna Müller <anna@example.org>", "to": "Ben <ben@example.org>"}
    assert (attached.text, attached.source) == ("The Gull is a ship.", "/a.eml!/ships.csv#1")
    assert [(item.source, item.reason, item.is_skipped) for item in failures] == [
        ("/a.eml!/a.gif", ".gif is not a known format", True)
    ]


def test_attachments_pass_the_worker() -> None:
    sources = [item.source for item in load_file(File(EML, "/a.eml", 1 << 20))]
    assert sources == ["/a.eml", "/a.eml!/ships.csv#1", "/a.eml!/a.gif"]


def message(body: bytes, headers: bytes = b"") -> bytes:
    return b"Subject: Hello\r\n" + headers + b"\r\n" + body


def body_of(body: bytes, headers: bytes = b"") -> str:
    return read(message(body, headers), "/a.eml").text.removeprefix("Hello\n\n")


FLOWED = b"Content-Type: text/plain; format=flowed\r\n"


@pytest.mark.parametrize(
    ("body", "headers", "text"),
    [
        (b"A short line\nand another.", b"", "A short line\nand another."),
        (b"A flowed \nline.\nNext.", FLOWED, "A flowed line.\nNext."),
        (b"Buy:\n- milk\n* bread", b"", "Buy:\n• milk\n• bread"),
        (b"Yes.\n\n> Is it red?\n\nNo, blue.", b"", "Yes.\n\nIs it red?\n\nNo, blue."),
        (b"See below.\n\n-----Original Message-----\nFrom: Ben\nTo: Anna\n\nHi.", b"",
         "See below.\n\n-----Original Message-----\n\nFrom: Ben\nTo: Anna\n\nHi."),
        (b"Hi.\n-- \nAnna\nPhone 123\n", b"", "Hi.\n\nAnna\nPhone 123"),
        (b"Hi.\n" + b"_" * 30 + b"\nsea mailing list\nTo unsubscribe, visit x\n", b"", "Hi."),
        (b"<p>Rich <b>text</b></p>", b"Content-Type: text/html\r\n", "Rich text"),
        (b"=48i", b"Content-Transfer-Encoding: quoted-printable\r\n", "Hi"),
        ("Grüße".encode("latin-1"), b"Content-Type: text/plain; charset=iso-8859-1\r\n", "Grüße"),
    ],
)  # fmt: skip
def test_bodies(body: bytes, headers: bytes, text: str) -> None:
    assert body_of(body, headers) == text


def alternative(plain: bytes, html: bytes) -> str:
    parts = b"".join(
        b"--x\r\nContent-Type: text/" + kind + b"\r\n\r\n" + content + b"\r\n"
        for kind, content in ((b"plain", plain), (b"html", html))
    )
    return body_of(parts + b"--x--\r\n", b"Content-Type: multipart/alternative; boundary=x\r\n")


def test_the_page_is_read_where_the_plain_text_only_says_that_there_is_one() -> None:
    page = b"<p>The ferry sank in the year 1911 off the coast of Lumen.</p>"
    assert (
        alternative(b"Open this in a browser.", page) == "The ferry sank in the year 1911 off the coast of Lumen."
    )
    assert alternative(b"The ferry sank in 1911 off the coast.", page) == "The ferry sank in 1911 off the coast."


def test_an_attached_message_is_an_article_of_its_own() -> None:
    inner = b"--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: Inner\r\n\r\nDeep.\r\n--x--\r\n"
    articles, _ = read_all(message(inner, b"Content-Type: multipart/mixed; boundary=x\r\n"), "/a.eml")
    assert [(article.title, article.source) for article in articles] == [("Inner", "/a.eml!/Inner.eml")]


def test_a_boundary_that_the_header_names_wrongly() -> None:
    body = b"--=_Next=1\r\nContent-Type: text/plain\r\n\r\nHi.\r\n--=_Next=1--\r\n"
    assert body_of(body, b"Content-Type: multipart/mixed; boundary=other\r\n") == "Hi."


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_subject_in_bytes_that_are_not_ascii(encoding: str) -> None:
    data = "Subject: Die Grüße für Müller und die Fähre über das Öl\n\nHi.".encode(encoding)
    assert read(data, "/a.eml").title == "Die Grüße für Müller und die Fähre über das Öl"


def test_a_mailbox_has_an_article_for_each_message() -> None:
    box = (
        b"From a Thu\nSubject: One\n\nFirst.\n>From here.\n\nFrom b Fri\nSubject: "
        b"Two\n\nSecond.\n\nFrom c\nSubject: Three\n\n"
    )
    articles, failures = read_all(box, "/a.mbox")
    assert [(article.source, article.text) for article in articles] == [
        ("/a.mbox!/1.eml", "One\n\nFirst.\nFrom here."),
        ("/a.mbox!/2.eml", "Two\n\nSecond."),
        ("/a.mbox!/3.eml", "Three"),
    ]
    assert failures == []


def test_a_message_of_outlook() -> None:
    articles, _ = read_all(msg_bytes(attachment=b"The Gull is a ship. " * 300), "/a.msg")
    assert (
        articles[0].text
        == "The ferry\n\nFrom: Anna Müller\nTo: Ben\nDate: 9 November 2023, 09:00\n\nIt sank in 1911."
    )
    assert (articles[0].title, articles[0].date) == ("The ferry", dt.date(2023, 11, 9))
    assert articles[1].source == "/a.msg!/notes.txt"


def test_a_page_in_a_message_of_outlook() -> None:
    texts = {**MSG_TEXTS, 0x1000: "", 0x1013: "<p>It sank <b>in 1911</b>.</p>"}
    assert read(msg_bytes(texts), "/a.msg").text.endswith("It sank in 1911.")


def test_compressed_rich_text() -> None:
    """The example of MS-OXRTFCP, section 3.1, and rich text that is stored as it is."""
    compressed = bytes.fromhex(
        "2d000000 2b000000 4c5a4675 f1c5c7a7 03000a00 72637067 31323542 320af320 68656c09 0020627705 "
        "b06c647d 0a800fa0"
    )
    assert decompress_rtf(compressed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    stored = b"\x10\0\0\0\x04\0\0\0MELA\0\0\0\0abcd"
    assert decompress_rtf(stored) == b"abcd"
    with pytest.raises(LoadError, match="damaged"):
        decompress_rtf(b"x" * 20)


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"just words", "/a.eml", "not a message"),
        (b"From: a\r\n\r\n", "/a.eml", "no text"),
        (message(b"-----BEGIN PGP MESSAGE-----\nx"), "/a.eml", "encrypted"),
        (message(b"x", b"Content-Type: application/pkcs7-mime\r\n"), "/a.eml", "encrypted"),
        (b"just words", "/a.msg", "not a message of Outlook"),
        (msg_bytes({0x0C1A: "Anna"}), "/a.msg", "no text"),
    ],
)
def test_messages_that_cannot_be_read(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        read(data, name)
