from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.errors import QuotewellError
from qa.types import Article, Filters
from tests.ui.reading import read
from ui.conversation.handlers import Handlers
from ui.conversation.workers import QuestionThreads
from ui.library_tab.handlers import LibraryHandlers
from ui.state import PAGE_ROWS, View

VELA = Article("The lighthouse is 42 metres tall.", "Vela", "coast/vela.txt", dt.date(2021, 3, 4), tags=("coast",))
LUMEN = Article("Anna Berg rebuilt the harbour.", "Lumen", "coast/lumen.md", dt.date(2019, 5, 1), tags=("port",))
KARST = Article("The railway carries marble.", "karst", "rail/karst.txt")


@pytest.fixture
def notices() -> list[str]:
    return []


@pytest.fixture
def library_tab(assistant: Assistant, notices: list[str], tmp_path: Path) -> LibraryHandlers:
    assistant.add(VELA, LUMEN, KARST)
    return LibraryHandlers(assistant, notices.append, [tmp_path])


def act(library_tab: LibraryHandlers, view: View | None = None, **data: str) -> View:
    return library_tab.act(view, data)


def listed(library_tab: LibraryHandlers, view: View | None = None) -> list[str]:
    return [title.text for title in read(library_tab.render(view).articles).all(".qw-title")]


def ticked(library_tab: LibraryHandlers, view: View) -> list[str | None]:
    boxes = read(library_tab.render(view).articles).all(".qw-pick")
    return [box.attributes["aria-label"] for box in boxes if "checked" in box.attributes]


def test_the_header_shows_the_progress_of_embedding(library_tab: LibraryHandlers, assistant: Assistant) -> None:
    assert "embedded" not in library_tab.header()
    assistant.add(Article("It rains.", source="rain"), embed="later")
    assert "4 articles in the library. 3 of 4 passages embedded." in library_tab.header()
    assert library_tab.is_embedding()
    assistant.embed()
    assert library_tab.render().header == library_tab.header()
    assert "embedded" not in library_tab.header()
    assert not library_tab.is_embedding()


def test_an_article_opens_from_the_list(library_tab: LibraryHandlers, assistant: Assistant) -> None:
    button = read(library_tab.render(View(search="vela")).articles).one(".qw-open")

    page = read(
        Handlers(assistant, pytest.fail, QuestionThreads(1)).show(button.attributes["data-place"] or "", None)
    )

    assert page.one(".qw-text").text == VELA.text
    assert not page.all("mark")


def test_the_newest_come_first_and_columns_sort_both_ways(library_tab: LibraryHandlers) -> None:
    up = act(library_tab, action="sort", column="title")
    down = act(library_tab, up, action="sort", column="title")

    assert listed(library_tab) == ["karst", "Lumen", "Vela"]
    assert listed(library_tab, up) == ["karst", "Lumen", "Vela"]
    assert listed(library_tab, down) == ["Vela", "Lumen", "karst"]
    assert act(library_tab, down, action="sort", column="title").sort is None
    assert listed(library_tab, act(library_tab, action="sort", column="date")) == ["karst", "Lumen", "Vela"]
    assert listed(library_tab, act(library_tab, action="sort", column="passages"))


@pytest.mark.parametrize(
    ("search", "titles"),
    [("VELA", ["Vela"]), ("coast", ["Lumen", "Vela"]), ("coast lum", ["Lumen"]), ("port", ["Lumen"]), ("xyz", [])],
)
def test_the_search_looks_at_titles_sources_and_tags(
    library_tab: LibraryHandlers, search: str, titles: list[str]
) -> None:
    assert listed(library_tab, act(library_tab, action="search", search=search)) == titles


def test_long_lists_come_in_pages(library_tab: LibraryHandlers, assistant: Assistant) -> None:
    assistant.add(*(Article(f"Text {i}.", f"T{i:03}", str(i)) for i in range(PAGE_ROWS)))
    first = read(library_tab.render().articles)
    second = act(library_tab, action="page", page="1")

    assert len(first.all(".qw-open")) == PAGE_ROWS
    assert f"1 to {PAGE_ROWS} of {PAGE_ROWS + 3} articles" in first.one(".qw-walk").text
    assert listed(library_tab, second) == ["karst", "Lumen", "Vela"][-3:]
    assert listed(library_tab, act(library_tab, action="page", page="99")) == listed(library_tab, second)
    assert act(library_tab, second, action="search", search="").page == 0


def test_filters_restrict_the_list_and_show_as_removable_chips(library_tab: LibraryHandlers) -> None:
    view = act(
        library_tab, action="filter", after="2020-01-01", before="2022-01-01", source="coast/*", tag="coast"
    )
    panels = library_tab.render(view)
    chips = read(panels.chips)

    assert view.filters == Filters(dt.date(2020, 1, 1), dt.date(2022, 1, 1), ("coast/*",), ("coast",))
    assert listed(library_tab, view) == ["Vela"]
    assert "Searching 1 of 3 articles" in chips.text
    assert [chip.text for chip in chips.all(".qw-chip")] == [
        "since 1 Jan 2020×",
        "until 1 Jan 2022×",
        "from coast/*×",
        "tagged coast×",
    ]
    for chip in chips.all(".qw-chip"):
        view = act(library_tab, view, action="unfilter", field=chip.attributes["data-field"] or "")
    assert view.filters == Filters()
    assert library_tab.render(view).chips == ""


def test_undated_articles_are_counted_and_kept_on_request(library_tab: LibraryHandlers) -> None:
    dates = {"after": "2020-01-01", "before": "", "source": "", "tag": ""}
    view = act(library_tab, action="filter", **dates)
    chips = read(library_tab.render(view).chips)
    kept = act(library_tab, view, action=chips.one(".qw-quiet").attributes["data-action"] or "")

    assert "Searching 1 of 3 articles; 1 article without a date left out" in chips.text
    assert listed(library_tab, kept) == ["karst", "Vela"]
    assert "left out" not in library_tab.render(kept).chips
    assert [chip.text for chip in read(library_tab.render(kept).chips).all(".qw-chip")][1] == "or without a date×"
    assert listed(library_tab, act(library_tab, kept, action="unfilter", field="keep_undated")) == ["Vela"]
    form = act(library_tab, action="filter", **dates, keep_undated="yes")
    assert form.filters == kept.filters
    assert "checked" in library_tab.render(form).finder


def test_a_tag_or_a_single_article_can_be_searched(library_tab: LibraryHandlers) -> None:
    tagged = act(library_tab, action="tag", tag="port")
    alone = act(library_tab, action="only", article=VELA.id)

    assert listed(library_tab, tagged) == ["Lumen"]
    assert listed(library_tab, alone) == ["karst", "Lumen", "Vela"]  # the others can be ticked, too
    assert ticked(library_tab, alone) == ["Ask Vela"]
    assert "in Vela" in read(library_tab.render(alone).chips).text


def test_ticked_articles_are_the_only_ones_to_be_asked(library_tab: LibraryHandlers, assistant: Assistant) -> None:
    ids = [info.id for info in assistant.articles()]
    view = View()
    for article in ids:
        view = act(library_tab, view, action="pick", article=article)

    assert view.filters == Filters(articles=tuple(ids))
    assert len(ticked(library_tab, view)) == 3
    assert "in 3 articles" in read(library_tab.render(view).chips).text
    for article in ids[:2]:
        view = act(library_tab, view, action="pick", article=article)
    assert view.filters == Filters(articles=(ids[2],))
    assert act(library_tab, view, action="pick", article=ids[2]).filters == Filters()


def test_title_tags_and_date_change_in_the_row(library_tab: LibraryHandlers, assistant: Assistant) -> None:
    editing = act(library_tab, action="edit", article=VELA.id)
    form = read(library_tab.render(editing).articles).one("form")
    changes = {"title": " The tower ", "tags": "sea, coast,", "date": "2020-02-29"}
    saved = act(library_tab, editing, action="save", article=VELA.id, **changes)

    assert [field.attributes["value"] for field in form.all("input")] == ["Vela", "coast", "2021-03-04"]
    assert saved.editing == ""
    assert "The tower" in listed(library_tab, saved)
    assert assistant.get(VELA.id).tags == ("sea", "coast")
    assert assistant.get(VELA.id).date == dt.date(2020, 2, 29)
    act(library_tab, action="save", article=VELA.id, title="Vela", tags="", date="")
    assert assistant.get(VELA.id).date is None
    assert act(library_tab, editing, action="cancel").editing == ""


def test_a_blank_title_is_an_error_and_the_form_stays_open(
    library_tab: LibraryHandlers, notices: list[str]
) -> None:
    editing = act(library_tab, action="edit", article=VELA.id)

    view = act(library_tab, editing, action="save", article=VELA.id, title=" ", tags="")

    assert view.editing == VELA.id
    assert "blank" in notices[0]


def test_a_removed_article_is_restored_completely(
    library_tab: LibraryHandlers, assistant: Assistant, notices: list[str]
) -> None:
    view = act(library_tab, act(library_tab, action="only", article=VELA.id), action="remove", article=VELA.id)
    gone = listed(library_tab, view)
    undo = read(library_tab.render(view).articles).one(".qw-undo")
    back = act(library_tab, view, action="undo")

    assert view.filters == Filters()
    assert gone == ["karst", "Lumen"]
    assert "Removed Vela" in undo.text
    assert assistant.get(VELA.id) == VELA
    assert not read(library_tab.render(back).articles).all(".qw-undo")
    assert not notices
    assert act(library_tab, back, action="undo") == back
    assert "nothing to undo" in notices[0]


def test_an_edit_survives_removal_undo_and_the_next_add_of_its_file(
    library_tab: LibraryHandlers, assistant: Assistant
) -> None:
    view = act(library_tab, action="save", article=VELA.id, title="The Vela light", tags="")
    act(library_tab, act(library_tab, view, action="remove", article=VELA.id), action="undo")

    (result,) = assistant.add(VELA).results

    assert result.outcome == "unchanged"
    assert assistant.get(VELA.id).title == "The Vela light"


@pytest.mark.parametrize(
    "data",
    [
        {"action": "explode"},
        {},
        {"action": "page", "page": "x"},
        {"action": "sort", "column": "rowid"},
        {"action": "unfilter", "field": "__class__"},
        {"action": "filter", "after": "yesterday", "before": "", "source": "", "tag": ""},
        {"action": "filter", "after": "2022-01-01", "before": "2020-01-01", "source": "", "tag": ""},
        {"action": "remove", "article": "nowhere"},
        {"action": "edit"},
    ],
)
def test_an_unknown_action_changes_nothing(
    library_tab: LibraryHandlers, notices: list[str], data: dict[str, str]
) -> None:
    view = View(search="x")

    assert library_tab.act(view, data) == view
    assert len(notices) == 1


def test_a_text_is_pasted_with_or_without_a_title(
    library_tab: LibraryHandlers, assistant: Assistant, notices: list[str]
) -> None:
    titled = library_tab.paste(" The  tower ", "It is tall.")
    untitled = library_tab.paste("", "A first line\n\nand what follows it.")
    blank = library_tab.paste("Nothing", "  ")

    assert "1 article added" in titled
    assert "1 article added" in untitled
    assert [info.title for info in assistant.articles()][-2:] == ["The tower", "A first line"]
    assert blank == ""
    assert "no text" in notices[0]
    assert library_tab.paste("", " https://example.org/osk ") == ""
    assert "fetches no pages" in notices[1]


def test_a_folder_is_added_with_a_report_by_file(
    library_tab: LibraryHandlers, notices: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "one.txt").write_text("The first file.")
    (folder / "two.pdf").write_bytes(b"no PDF")
    shares: list[float] = []

    report = read(library_tab.add_folder(f" {folder} ", lambda share, _: shares.append(share)))

    assert "1 article added, 1 file failed" in report.text
    assert shares[-1] == 1
    assert "no-such-folder" in library_tab.add_folder(f"{tmp_path}/no-such-folder", lambda *_: None) + "".join(
        notices
    )
    assert library_tab.add_folder(f"{tmp_path}/../elsewhere", lambda *_: None) == ""
    assert "may not be added" in notices[-1]
    assert library_tab.add_folder(" ", lambda *_: None) == ""
    assert "enter a path" in notices[-1]


def test_added_files_are_named_after_themselves_and_reported_in_order(
    library_tab: LibraryHandlers, assistant: Assistant, tmp_path: Path
) -> None:
    files = {"one.txt": "The first file.", "two.xyz": "?", "three.md": "# Third\n\nThe third file."}
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    shares: list[float] = []

    report = library_tab.add([tmp_path / name for name in files], lambda share, _: shares.append(share))

    assert [(result.source, result.outcome) for result in report.results] == [
        ("uploads/one.txt", "added"),
        ("uploads/two.xyz", "failed"),
        ("uploads/three.md", "added"),
    ]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] <= 1
    assert assistant.get("uploads/one.txt").text == "The first file."
    assert str(tmp_path) not in repr(report)


def test_a_file_that_is_uploaded_again_updates_its_article(library_tab: LibraryHandlers, tmp_path: Path) -> None:
    outcomes = []
    for folder, content in (("a", "Old words."), ("b", "Old words."), ("c", "New words.")):
        file = tmp_path / folder / "notes.txt"
        file.parent.mkdir()
        file.write_text(content)
        outcomes += [result.outcome for result in library_tab.add([file]).results]

    assert outcomes == ["added", "unchanged", "updated"]


def test_each_row_of_a_table_is_an_article(
    library_tab: LibraryHandlers, assistant: Assistant, tmp_path: Path
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"text": "Row one."}\n{"text": "Row two."}\nnot json\n')

    report = library_tab.add([file])

    assert [result.outcome for result in report.results] == ["added", "added", "failed"]
    assert all(result.source.startswith("uploads/rows.jsonl") for result in report.results)
    assert len(assistant.articles()) == 5


def test_an_add_that_fails_shows_an_error(
    library_tab: LibraryHandlers, notices: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise QuotewellError("the disk is full; make room")

    monkeypatch.setattr(Assistant, "add", broken)

    assert library_tab.upload([tmp_path / "a.txt"]) == ""
    assert notices == ["the disk is full; make room"]
