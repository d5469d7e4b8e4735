from __future__ import annotations

from pathlib import Path

import pytest

import seeds
from embeddings.encoder import SentenceEncoder
from tests.qa.cli.running import QUESTION, run, run_json, shell


def test_list_show_remove_and_add_again(library: str) -> None:
    articles = run_json("list", "-l", library)["articles"]
    assert [article["date"] for article in articles] == ["2023-11-09", "2024-05-06"]
    source = articles[1]["source"]
    assert "Anna Berg" in run("show", source, "-l", library).stdout
    assert run_json("remove", source, "-l", library) == {"removed": 1}
    assert len(run_json("list", "-l", library)["articles"]) == 1
    assert run_json("add", source, "-l", library)["summary"] == "1 added"
    assert "2 articles" in run("list", "-l", library).stdout


def test_edit_changes_title_tags_date_and_language(library: str) -> None:
    source = run_json("list", "-l", library)["articles"][0]["source"]
    before = run_json("show", source, "-l", library)
    edited = run_json("edit", source, "-l", library, "--title", "The visit", "--tag", "nato", "--tag", "visit")
    about = {"title": "The visit", "tags": ["nato", "visit"], "date": before["date"], "language": "en"}
    assert edited == {"id": before["id"], **about}
    assert "tags: nato, visit" in run("show", source, "-l", library).stdout
    changed = run("edit", source, "-l", library, "--untag", "visit", "--date", "2024-02-29", "--language", "DE")
    assert changed.stdout == "2024-02-29  The visit [nato]\n"
    assert "language: German" in run("show", source, "-l", library).stdout
    assert run_json("edit", source, "-l", library, "--date", "")["date"] is None
    done = run("edit", source, "-l", library, "--date", "29 February")
    assert (done.exit_code, "date must be a date" in str(done.exception)) == (1, True)
    again = ["--title", before["title"], "--untag", "nato", "--date", before["date"], "--language", "en"]
    run("edit", source, "-l", library, *again)
    assert run_json("show", source, "-l", library) == before


def test_articles_in_other_languages_are_named_when_added_and_when_cited(tmp_path: Path) -> None:
    place = ["-l", str(tmp_path / "library")]
    german = tmp_path / "hafen.txt"
    german.write_text(
        "Der Hafen von Lumen wurde 1931 gebaut. Die Stadt bezahlte die Mole nach einem schweren Sturm."
    )
    assert (
        "1 article is not in English (German 1): the reader is made for English"
        in run("add", str(german), *place).stdout
    )
    asked = run(
        "ask", "Wann wurde der Hafen von Lumen gebaut?", "--source", "*hafen.txt", "--min-confidence", "0", *place
    )
    assert "This article is in German; the reader is made for English." in asked.stdout


def test_doctor(library: str) -> None:
    report = run_json("doctor", "-l", library)
    assert report["healthy"] is True
    assert report["vectors"] == report["passages"] > 0
    assert "healthy" in run("doctor", "--rebuild", "-l", library).stdout


def test_add_later_ask_at_once_and_embed(tmp_path: Path) -> None:
    place = ["-l", str(tmp_path / "library")]
    assert run("add", str(seeds.FOLDER), "--later", *place).exit_code == 0
    report = run_json("doctor", "--json", *place)
    assert (report["healthy"], report["vectors"], report["pending"]) == (True, 0, report["passages"])
    assert f"{report['passages']} passages not embedded yet: run `quotewell embed`" in run("doctor", *place).output
    assert "more than 40" in run("ask", QUESTION, *place).output
    assert run_json("doctor", "--json", *place) == report, "asking writes nothing"
    assert run_json("embed", "--json", *place) == {"passages": report["passages"], "embedded": report["passages"]}
    assert "not embedded" not in run("doctor", *place).output
    assert f"{report['passages']:,} of {report['passages']:,} passages embedded" in run("embed", *place).output


def test_ctrl_c_while_embedding_loses_nothing_and_says_how_to_continue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ["-l", str(tmp_path / "library")]

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(SentenceEncoder, "encode", interrupt)
        result = run("add", str(seeds.FOLDER), *place)
    assert result.exit_code == 130
    assert "1 added" in result.stdout
    assert "Stopped: 0 of" in result.stderr
    assert "`quotewell embed` continues" in result.stderr
    assert run("add", str(seeds.FOLDER), *place).exit_code == 0  # continues by itself
    assert run_json("doctor", "--json", *place)["pending"] == 0


def test_an_export_can_be_added(library: str, tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    assert run_json("export", str(file), "-l", library)["exported"] == 2
    assert "2 unchanged" in run("add", str(file), "-l", library).stdout


def test_add_reports_failures(library: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"no pdf at all")
    result = run("add", str(bad), "-l", library)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"failed: {bad}")


def test_add_names_what_it_did_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("bell.txt", "model.blend", "photo.gif", "noname"):
        (folder / name).write_text("The bell was cast in 1820.")
    place = ["-l", str(tmp_path / "library")]
    done = run("add", str(folder), *place)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "2 files not read: unknown formats (model.blend, noname)",
        "1 file not read: images (photo.gif)",
        "1 added, 3 skipped",
    ]
    details = run("add", str(folder), "--details", *place).stdout
    assert f"  {folder}/model.blend: .blend is not a known format\n" in details
    assert "1 unchanged, 3 skipped" in details


def test_a_web_page_is_fetched_only_on_request(tmp_path: Path) -> None:
    page, place = "http://127.0.0.1:9/ferry", ["-l", str(tmp_path / "library")]
    assert "fetched only on request: allow it with --fetch" in run("add", page, *place).stdout
    refused = run("add", page, "--fetch", *place)
    assert (refused.exit_code, "of this machine or its network" in refused.stdout) == (1, True)
    assert "cannot be fetched" in run("add", page, "--fetch-private", *place).stdout


def test_an_empty_library_names_add(tmp_path: Path) -> None:
    library = str(tmp_path / "library")
    run("add", str(seeds.FOLDER), "--later", "-l", library)
    (article,) = run_json("list", "-l", library)["articles"]
    run("remove", article["id"], "-l", library)
    done = shell("ask", "Who?", "-l", library)
    assert (done.returncode, "`add`" in done.stderr) == (1, True)
