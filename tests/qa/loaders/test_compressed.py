"""Compressed single files."""

import bz2
import gzip
import json
import lzma
import tracemalloc
import zlib
from pathlib import Path

import pytest

from qa.errors import LoadError
from qa.loaders import LoadFailure, compressed, find_files, load
from qa.loaders.base import File
from tests.qa.loaders.documents import only, pdf_bytes

COMPRESS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
MB = 1 << 20


@pytest.mark.parametrize("suffix", sorted(COMPRESS))
def test_compressed_files_are_read_by_their_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"The report.TXT{suffix.upper()}"
    path.write_bytes(COMPRESS[suffix](b"It rained for\n\ndays."))
    article = only(path)
    assert (article.text, article.source) == ("It rained for\n\ndays.", path.as_posix())
    assert article.title == only_title(tmp_path, "The report.txt", b"It rained for\n\ndays.")
    path = tmp_path / f"a.pdf{suffix}"
    path.write_bytes(COMPRESS[suffix](pdf_bytes([["One page"]])))
    assert only(path).pages


def only_title(folder: Path, name: str, data: bytes) -> str:
    (folder / name).write_bytes(data)
    return only(folder / name).title


def test_lines_of_a_compressed_file_are_numbered(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl.xz"
    path.write_bytes(lzma.compress(b'{"text": "One"}\nno\n') + lzma.compress('{"text": "Zw\u00f6lf"}\n'.encode()))
    one, bad, two = load(path)
    assert [item.source for item in (one, bad, two)] == [f"{path.as_posix()}#{number}" for number in (1, 2, 3)]
    assert isinstance(bad, LoadFailure)
    assert not isinstance(two, LoadFailure) and two.text == "Zw\u00f6lf"


def test_a_folder_gives_compressed_files_of_known_formats(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.tar.gz", "c.txt.bz2", "d.xz", "e.txt.gz.gz", "f.txt.zst"):
        (tmp_path / name).touch()
    assert [path.name for path in find_files([tmp_path])] == ["a.jsonl.gz", "c.txt.bz2"]


@pytest.mark.parametrize("name", ["a.tar.gz", "a.gz", "a.txt.gz.xz"])
def test_other_compressed_files_have_no_known_format(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(b"text"))
    with pytest.raises(
        LoadError, match=r"(is not a known format|no suffix before \.gz): use .*\(each also with \.gz"
    ):
        list(load(tmp_path / name))


@pytest.mark.parametrize("suffix", sorted(COMPRESS))
@pytest.mark.parametrize("spoil", [lambda data: data[:-9], lambda data: b"text" + data, lambda data: data[:5]])
def test_damaged_files_are_refused(tmp_path: Path, suffix: str, spoil) -> None:
    path = tmp_path / f"a.txt{suffix}"
    path.write_bytes(spoil(COMPRESS[suffix](b"Some text that is long enough. " * 9)))
    with pytest.raises(LoadError, match="damaged, or not in the format"):
        list(load(path))


def test_an_empty_file_contains_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b""))
    with pytest.raises(LoadError, match="contains no text"):
        list(load(tmp_path / "a.txt.gz"))


def test_bombs_are_not_decompressed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compressed, "_SMALL", MB)
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(b"x" * 4 * MB))
    with pytest.raises(LoadError, match="decompression bomb"):
        list(load(path))


def test_the_limit_on_the_decompressed_size(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(b"x" * (MB + 1)))
    with pytest.raises(
        LoadError, match=r"limit of 1 MB after decompression \(JSON Lines files may be 10 times.*max_file_mb"
    ):
        list(load(path, max_mb=1))


def test_a_file_with_one_article_per_line_may_be_larger_than_one_article(tmp_path: Path) -> None:
    lines = [json.dumps({"text": letter * (MB - 99)}) for letter in "abc"]
    plain, small = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    plain.write_text("\n".join(lines))
    small.write_bytes(gzip.compress(plain.read_bytes()))
    for path in (plain, small):
        assert len(list(load(path, max_mb=1))) == 3
    plain.write_text("\n".join([*lines, json.dumps({"text": "d" * (MB + 1)})]))
    *_, failure = load(plain, max_mb=1)
    assert isinstance(failure, LoadFailure) and "exceeds the limit of 1 MB: split it" in failure.reason
    plain.write_text("\n".join(lines * 4))
    with pytest.raises(LoadError, match="exceeds the limit of 10 MB: split it"):
        list(load(plain, max_mb=1))


def xz_with_dictionary(size_code: int) -> bytes:
    """Return an xz file that asks for a dictionary of 2 ** (size_code / 2 + 12) bytes."""
    data = bytearray(lzma.compress(b"It rained for days."))
    header = data[12 : 12 + 4 * (data[12] + 1)]
    assert header[2:4] == b"\x21\x01"  # LZMA2, with one byte of properties: the size
    header[4] = size_code
    header[-4:] = zlib.crc32(header[:-4]).to_bytes(4, "little")
    data[12 : 12 + len(header)] = header
    return bytes(data)


def lzma_with_dictionary(size: int) -> bytes:
    """Return a file of the older format, which has the size of the dictionary in its head."""
    data = bytearray(lzma.compress(b"It rained for days.", lzma.FORMAT_ALONE))
    data[1:5] = size.to_bytes(4, "little")
    return bytes(data)


def test_a_dictionary_of_usual_size_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.xz"
    for data in (xz_with_dictionary(28), lzma_with_dictionary(64 * MB)):  # as xz -9
        path.write_bytes(data)
        assert only(path).text == "It rained for days."


@pytest.mark.parametrize("data", [xz_with_dictionary(40), lzma_with_dictionary((1 << 32) - 1)])
@pytest.mark.parametrize("name", ["a.txt.xz", "a.html.xz"])
def test_a_dictionary_of_gigabytes_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(LoadError, match=r"takes more than 128 MB of memory: compress it with xz -9"):
        list(load(tmp_path / name))


@pytest.mark.parametrize("suffix", sorted(COMPRESS))
def test_several_streams_are_one_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.txt{suffix}"
    path.write_bytes(COMPRESS[suffix](b"It rained ") + COMPRESS[suffix](b"") + COMPRESS[suffix](b"for days."))
    assert only(path).text == "It rained for days."
    if suffix == ".xz":
        path.write_bytes(COMPRESS[suffix](b"It rained.") + b"\0" * 8)
        assert only(path).text == "It rained."


@pytest.mark.parametrize("suffix", sorted(COMPRESS))
def test_decompressing_takes_little_more_memory_than_the_output(tmp_path: Path, suffix: str) -> None:
    data = COMPRESS[suffix](bytes(range(256)) * (4 * MB // 256))
    tracemalloc.start()
    try:
        file = compressed.decompress(File(data, f"/a.txt{suffix}", 5 * MB))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(file.data) == 4 * MB
    assert peak < 16 * MB  # 8 MB of it are the dictionary of xz
