import pytest

from qa.errors import LoadError
from qa.loaders.encodings import declared_encoding, decode

GERMAN = "Müller sagte “nein” – und ging über die Straße nach Hause. "
RUSSIAN = "Привет, как дела? Это русский текст о погоде. "


@pytest.mark.parametrize("bad", [b"\xe9", b"\xff", b"\xc3", b"\xe2\x80"])
def test_a_few_bytes_that_are_not_utf8_are_replaced(bad):
    data = (GERMAN * 10).encode() + bad + (GERMAN * 10).encode()
    text = decode(data)
    assert text.count("\ufffd") == 1 and text.replace("\ufffd", "") == GERMAN * 20
    assert decode(b"\xef\xbb\xbf" + data) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [GERMAN, RUSSIAN, "The ferry sank off Morwick in 1911.\n"])
def test_utf16_without_a_mark_is_recognised(encoding, text):
    assert decode(text.encode(encoding)) == text
    assert decode(text.encode(encoding)[:-1]) == text[:-1]


@pytest.mark.parametrize(
    ("declared", "encoding", "text"),
    [
        ("iso-8859-1", "cp1252", GERMAN),
        ("windows-1251", "cp1251", RUSSIAN),
        ("gb2312", "gb18030", "今天天气很好，镕基。"),
        ("x-sjis", "shift_jis", "日本語のテキストです。"),
        ("Shift_JIS", "cp932", "①日本語のテキスト"),
        ("iso-2022-jp", "iso-2022-jp", "日本語のテキストです。"),
        ("utf-8", "cp1252", GERMAN),
        ("windows-1252", "cp1251", RUSSIAN * 3),
        ("no-such-encoding", "cp1252", GERMAN),
    ],
)
def test_a_declared_encoding_counts_unless_it_cannot_be(declared, encoding, text):
    page = f"<p>{text}</p>".encode(encoding)
    assert decode(page, declared) == f"<p>{text}</p>"


@pytest.mark.parametrize("control", [b"\x00", b"\x7f", b"\x81"])
def test_a_control_character_does_not_refuse_a_page(control):
    page = b'<p title="Omen' + control + b' x">' + (GERMAN * 5).encode("cp1252") + b"</p>"
    assert GERMAN in decode(page, "iso-8859-1")


@pytest.mark.parametrize("data", [bytes(range(256)) * 4, RUSSIAN.encode("cp1251")[:12], b"\x00\x01\x02" * 50])
def test_what_is_not_legible_is_refused(data):
    with pytest.raises(LoadError, match=r"binary|encoding"):
        decode(data)


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b"<meta charset=utf-8>", "utf-8"),
        (b'<META content="text/html; charset=windows-1251" http-equiv=Content-Type>', "windows-1251"),
        (b'<?xml version="1.0" encoding="ISO-8859-2"?>', "ISO-8859-2"),
        (b'<script src="x.js" charset="iso-8859-1"></script>', ""),
        (b'<form accept-charset="iso-8859-1">', ""),
    ],
)
def test_the_encoding_that_a_page_declares(head, encoding):
    assert declared_encoding(head) == encoding


@pytest.mark.parametrize(
    "text",
    [
        "Ein Pfund kostet 12 ¤ im Hof.",
        "¤ Montag: zu\n¤ Dienstag: auf",
        "Fee: ¢ 50, or ¥ 100.",
        "3 × 4 m, 6 ÷ 2",
        "¶ 3. The keeper shall light the lamp.",
        "Salinity: 35 ‰",
        "† 1911, ‡ 1912",
        "Price (¤) | 12",
    ],
)
def test_a_short_western_text_may_have_a_sign(text):
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("La mañana en España", "cp437"),
        ("på søen", "cp865"),
        ("café crème", "mac-roman"),
        ("Привет", "cp866"),
        ("あなた", "euc-jp"),
        ("一人大", "big5"),
        ("あり", "shift_jis"),
        ("今天", "gbk"),
        ("Ωραία", "cp737"),
        ("¿Qué añ", "cp850"),
    ],
)
def test_a_short_text_in_another_encoding_is_not_taken_for_western(text, encoding):
    with pytest.raises(LoadError, match="encoding"):
        decode(text.encode(encoding))


def test_a_pointer_of_git_lfs_is_not_the_file():
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 12345\n"
    with pytest.raises(LoadError, match="git lfs pull"):
        decode(pointer)
    assert decode(pointer + b"a longer text about it " * 50).startswith("version")


def test_windows_characters_that_were_taken_for_controls_are_read():
    assert decode("The \x91Royal\x92 Squadron costs 5\x80.".encode()) == "The ‘Royal’ Squadron costs 5€."
