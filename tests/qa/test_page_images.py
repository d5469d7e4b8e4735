"""The page that a citation is from, from the file that the article was read from, and from no other one."""

import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from qa import page_images
from qa.assistant import Assistant
from qa.errors import LoadError
from qa.loaders import LimitExceededError
from qa.settings import Settings
from qa.types import FILE_SHA256, Article, Citation, PageImage, article_id
from tests.qa.loaders.documents import pdf_bytes, zip_bytes
from tests.toys import HeightReader, toy_assistant

TOWER = pdf_bytes([["An empty page."], ["The tower is 42 metres tall."]])
MAST = pdf_bytes([["An empty page."], ["The mast is 63 metres tall."]])


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with toy_assistant(folder=tmp_path / "library", reader=HeightReader()) as assistant:
        yield assistant


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "tower.pdf"
    path.write_bytes(TOWER)
    return path


def cited(assistant: Assistant) -> Citation:
    return assistant.ask("How tall is it?", min_confidence=0).answers[0].citations[0]


def drawn(assistant: Assistant) -> PageImage:
    image = assistant.page_image(cited(assistant))
    assert image
    return image


def test_the_page_of_a_citation_is_drawn_with_the_quote_marked(assistant: Assistant, pdf: Path) -> None:
    assistant.add(pdf)
    image = drawn(assistant)
    assert (image.page, len(image.boxes)) == (2, 1)
    assert "Page 2 of" in image.alt and "with “42 metres” marked" in image.alt
    picture = Image.open(io.BytesIO(image.data))
    assert (picture.format, picture.size) == ("WEBP", (image.width, image.height))
    left, top, right, _ = image.boxes[0]
    red, _, blue = picture.convert("RGB").getpixel(
        (round((left + right) / 2 * image.width), round(top * image.height) + 3)
    )
    assert red > 200 > blue
    assert image._repr_html_().startswith('<img src="data:image/webp;base64,')


def test_pictures_are_drawn_once(assistant: Assistant, pdf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assistant.add(pdf)
    image = drawn(assistant)
    monkeypatch.setattr(page_images, "draw_in_worker", None)
    assert drawn(assistant) is image


def test_a_quote_is_marked_on_the_page_where_it_begins(assistant: Assistant, pdf: Path) -> None:
    pdf.write_bytes(pdf_bytes([["The tower of Osk, made of stone, is 42"], ["metres tall."]]))
    assistant.add(pdf)
    citation = cited(assistant)
    assert citation.quote == "42 metres"
    image = assistant.page_image(citation)
    assert image and (image.page, len(image.boxes)) == (1, 1)


@pytest.mark.parametrize("data", [None, MAST, b""])
def test_a_file_that_is_gone_or_has_changed_is_not_shown(
    assistant: Assistant, pdf: Path, data: bytes | None
) -> None:
    assistant.add(pdf)
    citation = cited(assistant)
    pdf.unlink() if data is None else pdf.write_bytes(data)
    with pytest.raises(LoadError, match="gone, or has changed"):
        assistant.page_image(citation)


def test_a_file_saved_anew_is_shown_once_it_is_added_again(assistant: Assistant, pdf: Path) -> None:
    assistant.add(pdf)
    assistant.edit(pdf.as_posix(), title="My tower")
    pdf.write_bytes(TOWER + b"\n% saved anew\n")
    with pytest.raises(LoadError):
        drawn(assistant)
    assert assistant.sync(pdf.parent, dry_run=True).count("unchanged") == 1
    with pytest.raises(LoadError):
        drawn(assistant)
    assert [result.outcome for result in assistant.add(pdf).results] == ["unchanged"]
    assert drawn(assistant).alt.startswith("Page 2 of My tower")


def test_a_file_of_an_earlier_version_is_noted_when_it_is_added_again(assistant: Assistant, pdf: Path) -> None:
    assistant.add(pdf)
    article = assistant.get(pdf.as_posix())
    earlier = {key: value for key, value in article.metadata.items() if key != FILE_SHA256}
    assistant.library.relabel(replace(article, metadata=earlier))
    assert assistant.page_image(cited(assistant)) is None
    assistant.add(pdf)
    assert drawn(assistant).page == 2


def test_a_kept_file_is_shown_when_the_file_itself_is_gone(assistant: Assistant, pdf: Path) -> None:
    assistant.add(pdf)
    assert assistant.keep_file(pdf.as_posix(), pdf)
    pdf.unlink()
    assert drawn(assistant).page == 2
    citation = cited(assistant)
    assistant.remove(pdf.as_posix())
    assert assistant.page_image(citation) is None


def test_no_copy_is_kept_if_the_settings_say_so(tmp_path: Path, pdf: Path) -> None:
    with toy_assistant(folder=tmp_path / "library", settings=Settings(max_kept_mb=0)) as assistant:
        assistant.add(pdf)
        assert not assistant.keep_file(pdf.as_posix(), pdf)


def test_the_source_of_an_article_is_not_believed(assistant: Assistant, pdf: Path, tmp_path: Path) -> None:
    """Whoever adds a text may claim that it is from any file, and give any metadata."""
    for metadata in ({}, {FILE_SHA256: "0" * 64}, {FILE_SHA256: "x"}):
        for source in (pdf.as_posix(), "tower.pdf", "/dev/zero.pdf", tmp_path.as_posix() + "/none.pdf"):
            assistant.add(Article("It is 42 metres tall.", source=source, pages=(0,), metadata=metadata))
            citation = replace(cited(assistant), article_id=article_id(source))
            try:
                assert assistant.page_image(citation) is None
            except LoadError as error:
                assert str(error) == page_images._GONE


def test_what_is_no_file_has_no_pages(assistant: Assistant, pdf: Path, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zip_bytes({"tower.pdf": TOWER}))
    shutil.copyfile(pdf, tmp_path / "b.pdf")
    text = Article("The mill is 12 metres tall.", "12 metres", "mill.txt")
    assistant.add(tmp_path / "a.zip", text)
    assert all(assistant.page_image(citation) is None for citation in all_cited(assistant))
    assistant.add(tmp_path / "b.pdf")
    citation = replace(cited(assistant), article_id=article_id((tmp_path / "b.pdf").as_posix()))
    assert assistant.page_image(replace(citation, passage=replace(citation.passage, in_title=True))) is None


def all_cited(assistant: Assistant) -> list[Citation]:
    replies = assistant.ask("How tall is it?", min_confidence=0).answers
    assert replies
    return [citation for answer in replies for citation in answer.citations]


@pytest.mark.parametrize("error", [LimitExceededError("a limit"), LoadError("broken")])
def test_a_page_that_cannot_be_drawn_is_not_tried_again(
    assistant: Assistant, pdf: Path, monkeypatch: pytest.MonkeyPatch, error: LoadError
) -> None:
    tries = []

    def fail(*_: object) -> None:
        tries.append(error)
        raise error

    monkeypatch.setattr(page_images, "draw_in_worker", fail)
    assistant.add(pdf)
    for _ in range(2):
        with pytest.raises(LoadError, match=r"too much time or memory|broken"):
            drawn(assistant)
    assert len(tries) == 1


def test_few_pictures_are_kept_in_memory(assistant: Assistant, pdf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_images, "MAX_CACHED", 1)
    assistant.add(pdf)
    first = drawn(assistant)
    other = replace(cited(assistant), quote="tall", prefix="", suffix="")
    assert assistant.page_image(other) != first
    assert drawn(assistant) is not first
