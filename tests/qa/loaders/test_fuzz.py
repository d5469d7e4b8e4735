"""Whatever the bytes, a loader yields consistent articles or failures, or raises LoadError."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from qa.errors import LoadError
from qa.loaders import LoadFailure
from qa.loaders.base import File
from qa.loaders.in_process import FORMATS
from qa.loaders.registry import load_file
from tests.qa.loaders.documents import valid_documents

VALID = valid_documents()
ONE_OF_EACH = sorted({module: suffix for suffix, module in FORMATS.items()}.values())
"""A suffix for each loader."""


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
        assert all(0 <= place.start <= len(item.text) for place in item.places)


@pytest.mark.parametrize("suffix", ONE_OF_EACH)
@given(data=st.binary(max_size=300))
@settings(max_examples=15, suppress_health_check=[HealthCheck.differing_executors])
@example(data=b"\xff\xfe\x00\xd8")
@example(data=b"<![CDATA[" * 20)
@example(data=b"{" * 20_000)
def test_random_bytes(suffix, data):
    check(data, suffix)


@pytest.mark.parametrize("suffix", sorted(VALID))
@given(draw=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.differing_executors])
def test_damaged_documents(suffix, draw):
    data = bytearray(draw.draw(st.sampled_from(VALID[suffix])))
    for _ in range(draw.draw(st.integers(0, 4))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    if draw.draw(st.booleans()):
        data = data[: draw.draw(st.integers(0, len(data)))]
    check(bytes(data), suffix)


@pytest.mark.parametrize("suffix", ONE_OF_EACH)
@pytest.mark.parametrize("kind", sorted(VALID))
def test_documents_with_a_wrong_suffix(suffix, kind):
    for data in VALID[kind]:
        check(data, suffix)
