import json
from pathlib import Path

import pytest

from qa.errors import DataError
from qa.evaluation.loading import measure_loading, read_page_strings
from tests.qa.cli.running import run, run_json
from tests.qa.loaders.documents import page

BODY = (
    "<nav><a href='/'>Home</a></nav><main><h1>Wall</h1>"
    "<p>The council will raise the harbour\n wall by two metres before the next winter.</p></main>"
    "<div class='cookie-banner'><p>We use cookies to make our pages better for all of our visitors.</p></div>"
)
STRINGS = {
    "a": {
        "file": "a.html",
        "with": ["the harbour wall", "not there"],
        "without": ["We use cookies", "two metres"],
    },
    "b": {"file": "b.html", "with": ["anything"], "without": ["Home"]},
    "c": {"file": "missing.html", "with": ["anything"], "without": ["Home"]},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.html").write_text(page(BODY), "utf-8")
    (tmp_path / "b.html").write_bytes(b"%PDF-1.4")
    (tmp_path / "other.json").write_text('{"x": 1}', "utf-8")
    (tmp_path / "strings.json").write_text(json.dumps(STRINGS), "utf-8")
    return tmp_path


def test_wanted_and_unwanted_strings_are_counted(folder: Path) -> None:
    score = measure_loading(read_page_strings(folder))
    assert (score.pages, score.wanted, score.wanted_kept, score.unwanted, score.unwanted_kept) == (2, 3, 1, 3, 1)
    assert list(score.failed) == ["b.html"]
    assert [(m["page"], m["problem"], m["string"]) for m in score.mistakes] == [
        ("a.html", "lost", "not there"),
        ("a.html", "kept", "two metres"),
        ("b.html", "lost", "anything"),
    ]


def test_the_command_prints_the_shares(folder: Path) -> None:
    result = run_json("evaluate", "loading", str(folder))
    assert result["wanted_share"] == pytest.approx(1 / 3) and "mistakes" not in result
    printed = run("evaluate", "loading", str(folder), "--mistakes").stdout
    assert "33.33%  (1 of 3)" in printed and "kept a.html: two metres" in printed


def test_a_folder_without_strings_or_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no JSON file"):
        read_page_strings(tmp_path)
    (tmp_path / "strings.json").write_text(json.dumps(STRINGS), "utf-8")
    with pytest.raises(DataError, match="none of the pages"):
        read_page_strings(tmp_path)
