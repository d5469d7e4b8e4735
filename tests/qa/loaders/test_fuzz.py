"""Whatever the bytes, a loader yields consistent articles or failures, or raises LoadError."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from qa.errors import LoadError
from qa.loaders import SUFFIXES, LoadFailure
from qa.loaders.base import File
from qa.loaders.registry import load_file
from tests.qa.loaders.documents import docx_bytes, encrypted_pdf_bytes, epub_bytes, page, pdf_bytes, zip_bytes

BOOKMARKED = pdf_bytes([["One"], ["Two"]], "A title", {1: "Two"})
VALID = {
    ".pdf": [BOOKMARKED, encrypted_pdf_bytes()],
    ".docx": [docx_bytes()],
    ".epub": [epub_bytes()],
    ".zip": [zip_bytes({"a.txt": "One", "b.csv": "text\nTwo", "c.pdf": BOOKMARKED})],
    ".html": [page("<h1>One</h1><table><tr><td>Two</table><ul><li>x", "<title>T</title>").encode()],
    ".xhtml": [
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><h1>a</h1>&amp;</body></html>'
    ],
    ".md": [b"---\ntitle: T\ntags: [a]\n---\n# One\n\n| a |\n|--|\n| b |\n"],
    ".jsonl": [
        b'{"text": "One", "headings": [{"start": 0, "end": 1, "level": 1}], "pages": [0], "tags": ["a"]}\n'
    ],
    ".csv": [b'text,title\n"One",T\n'],
    ".txt": [b" date 2023-11-09 One. Two."],
}


def check(data: bytes, suffix: str) -> None:
    try:
        items = list(load_file(File(data, f"/a{suffix}", 1 << 20)))
    except LoadError as error:
        assert str(error).strip() and "\n" not in str(error)
        return
    for item in items:
        if isinstance(item, LoadFailure):
            assert item.reason
            continue
        assert item.text.strip() and item.text.encode() and item.title.encode() and "\0" not in item.text
        assert all(0 <= h.start < h.end <= len(item.text) for h in item.headings)
        assert all(0 <= start <= len(item.text) for start in item.pages)


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
@given(data=st.binary(max_size=300))
@settings(max_examples=40, suppress_health_check=[HealthCheck.differing_executors])
@example(data=b"\xff\xfe\x00\xd8")
@example(data=b"<![CDATA[" * 20)
@example(data=b"{" * 20_000)
def test_random_bytes(suffix, data):
    check(data, suffix)


@pytest.mark.parametrize("suffix", sorted(VALID))
@given(draw=st.data())
@settings(max_examples=80, suppress_health_check=[HealthCheck.differing_executors])
def test_damaged_documents(suffix, draw):
    data = bytearray(draw.draw(st.sampled_from(VALID[suffix])))
    for _ in range(draw.draw(st.integers(0, 4))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    if draw.draw(st.booleans()):
        data = data[: draw.draw(st.integers(0, len(data)))]
    check(bytes(data), suffix)


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
@pytest.mark.parametrize("kind", sorted(VALID))
def test_documents_with_a_wrong_suffix(suffix, kind):
    for data in VALID[kind]:
        check(data, suffix)
