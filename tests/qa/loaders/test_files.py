import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from qa.errors import LoadError
from qa.loaders import SUFFIXES, LoadFailure, find_files, load, zipped
from tests.qa.loaders.documents import epub_bytes, only, pdf_bytes, split, zip_bytes


@pytest.fixture
def folder(tmp_path):
    for name in "b.txt a.md c.log .hidden.txt sub/d.PDF sub/deep/e.txt .git/f.txt __pycache__/g.txt".split():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Some text")
    return tmp_path


def names(folder, *globs):
    return [path.relative_to(folder).as_posix() for path in find_files([folder], globs)]


def test_a_folder_gives_its_known_files_in_order(folder):
    assert names(folder) == ["a.md", "b.txt", "sub/d.PDF", "sub/deep/e.txt"]


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("*.txt", ["b.txt", "sub/deep/e.txt"]),
        ("*.log", ["c.log"]),
        ("**/*.txt", ["b.txt", "sub/deep/e.txt"]),
        ("sub/*", ["sub/d.PDF"]),
        ("sub/**", ["sub/d.PDF", "sub/deep/e.txt"]),
        ("./sub/**/e.*", ["sub/deep/e.txt"]),
        ("[ab].*", ["a.md", "b.txt"]),
        ("[!ab].???", ["c.log", "sub/d.PDF", "sub/deep/e.txt"]),
        ("[", []),
        ("", []),
    ],
)
def test_globs_choose_inside_folders(folder, glob, expected):
    assert names(folder, glob) == expected


def test_files_given_by_path_are_included_once(folder):
    paths = [
        folder / "c.log",
        folder / "missing.txt",
        str(folder / "sub" / ".." / "c.log"),
        folder / "b.txt",
        folder,
    ]
    found = find_files(paths)
    assert found[:3] == [folder / "c.log", folder / "missing.txt", folder / "b.txt"]
    assert len(found) == 6


def test_circular_links_are_followed_once(folder):
    (folder / "sub" / "ring").symlink_to(folder)
    (folder / "sub" / "self").symlink_to("self")
    (folder / "linked.txt").symlink_to(folder / "b.txt")
    assert names(folder) == ["a.md", "b.txt", "linked.txt", "sub/d.PDF", "sub/deep/e.txt"]


def test_the_source_is_the_absolute_path(folder, monkeypatch):
    monkeypatch.chdir(folder / "sub")
    assert only(Path("../b.txt")).source == (folder / "b.txt").as_posix()


def test_names_that_are_not_unicode(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_text("Some text")
    assert only(path).source.endswith(r"caf\udce9.txt")


@pytest.mark.parametrize("name", ["missing.txt", "b.txt/x.txt"])
def test_missing_files(folder, name):
    with pytest.raises(LoadError, match="no such file"):
        list(load(folder / name))


@pytest.mark.parametrize(
    ("name", "reason"),
    [("c.log", r"\.log is not a known format"), ("sub", "folder"), ("a\0.txt", "cannot be read")],
)
def test_paths_that_cannot_be_loaded(folder, name, reason):
    with pytest.raises(LoadError, match=reason):
        list(load(folder / name))


def test_files_that_are_not_regular(tmp_path):
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(LoadError, match="regular"):
        list(load(tmp_path / "a.txt"))


def test_unreadable_files(folder, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(LoadError, match="Permission denied"):
        list(load(folder / "b.txt"))


def test_files_over_the_limit(tmp_path):
    (tmp_path / "a.txt").write_text("x" * ((1 << 20) + 1))
    with pytest.raises(LoadError, match="limit of 1 MB"):
        list(load(tmp_path / "a.txt", max_mb=1))
    assert only(tmp_path / "a.txt").text


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_empty_files(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    path.touch()
    with pytest.raises(LoadError, match="contains no text"):
        list(load(path))


def test_importing_the_loaders_is_cheap():
    heavy = {"lxml", "docx", "pypdfium2", "markdown_it", "charset_normalizer", "torch"}
    code = "import sys, qa.loaders; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert not heavy & set(loaded.split())


def archive(tmp_path, members):
    path = tmp_path / "a.zip"
    path.write_bytes(zip_bytes(members))
    return path


def test_zips_yield_the_articles_of_their_members(tmp_path):
    members = {
        "../../up.txt": "Up",
        "/abs.txt": "Abs",
        "win\\dows.txt": "Win",
        "n/b.pdf": pdf_bytes([["Page"]]),
        "n/é.epub": epub_bytes(),
        "rows.csv": "text\none\ntwo\n",
        "up.txt": "Another",
        "inner.zip": zip_bytes({"a.txt": "x"}),
        "bad.md": b"\0",
        "empty.txt": "",
        "sound.mp3": b"x",
        "packed.txt.gz": b"x",
        "__MACOSX/x.txt": "x",
        ".hidden/x.txt": "x",
        "~$open.docx": "x",
    }
    path = archive(tmp_path, members)
    articles, failures = split(path)
    source = f"{path}!/"
    found = [article.source.removeprefix(source) for article in articles]
    assert found == ["up.txt", "abs.txt", "win/dows.txt", "n/b.pdf", "n/é.epub", "rows.csv#1", "rows.csv#2"]
    failed = {failure.source.removeprefix(source): failure.reason for failure in failures}
    assert list(failed) == ["up.txt", "inner.zip", "bad.md", "empty.txt", "sound.mp3", "packed.txt.gz"]
    assert "same source" in failed["up.txt"] and "inside a zip" in failed["inner.zip"]
    assert "inside an archive" in failed["packed.txt.gz"]


def test_a_damaged_or_encrypted_member_does_not_stop_the_others(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zip_bytes({"a.txt": "first text", "b.txt": "second text"}, zipfile.ZIP_STORED))
    path.write_bytes(path.read_bytes().replace(b"first text", b"worst text"))
    (article,), (failure,) = split(path)
    assert (article.text, failure.source) == ("second text", f"{path}!/a.txt")
    assert "damaged" in failure.reason
    data = bytearray(zip_bytes({"a.txt": "first text", "b.txt": "second text"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    (article,), (failure,) = split(path)
    assert (article.text, failure.reason) == (
        "second text",
        "the file is encrypted: create the archive without a password",
    )


def test_links_inside_zips_are_skipped(tmp_path):
    path = tmp_path / "a.zip"
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as target:
        target.writestr(link, "/etc/passwd")
        target.writestr("a.txt", "text")
    assert only(path).source == f"{path}!/a.txt"


def test_utf8_names_without_their_flag(tmp_path):
    data = zip_bytes({"caf##.txt": "text"}).replace(b"caf##", "café".encode())
    (tmp_path / "a.zip").write_bytes(data)
    assert only(tmp_path / "a.zip").source.endswith("!/café.txt")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no zip", "not a valid ZIP"),
        (zip_bytes({}), "no file in a known format"),
        (zip_bytes({"a.mp3": "x"}), "no file in a known format"),
        (zip_bytes({"a.txt": b"0" * 20_000_000}), "zip bomb"),
        (zip_bytes({"a.txt": "text"}, zipfile.ZIP_BZIP2), "unsupported compression method"),
    ],
)
def test_zips_that_cannot_be_read(tmp_path, data, reason):
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(LoadError, match=reason):
        list(load(tmp_path / "a.zip"))


def test_a_header_that_lies_about_its_size_gains_nothing(tmp_path):
    data = zip_bytes({"a.txt": b"0" * 20_000_000}).replace(
        (20_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    )
    (tmp_path / "a.zip").write_bytes(data)
    ((), (failure,)) = split(tmp_path / "a.zip")
    assert "damaged" in failure.reason


def test_limits_on_members_and_total(tmp_path, monkeypatch):
    path = archive(tmp_path, {f"{number}.txt": "text" for number in range(25)})
    monkeypatch.setattr(zipped, "MAX_MEMBERS", 24)
    with pytest.raises(LoadError, match="more than 24 members"):
        list(load(path))
    monkeypatch.setattr(zipped, "MAX_MEMBERS", 2)
    with pytest.raises(LoadError, match="more than 2 members"):
        list(load(path))
    monkeypatch.undo()
    path.write_bytes(zip_bytes({f"{number}.txt": os.urandom(10) * 60_000 for number in range(20)}))
    with pytest.raises(LoadError, match="zip bomb"):
        list(load(path, max_mb=1))


def test_a_member_over_the_limit_is_a_failure(tmp_path):
    path = archive(tmp_path, {"big.txt": "word " * 300_000, "a.txt": "text"})
    (article, failure) = reversed(list(load(path, max_mb=1)))
    assert isinstance(failure, LoadFailure) and "limit of 1 MB" in failure.reason
    assert article.source.endswith("a.txt")
