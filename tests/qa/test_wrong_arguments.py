"""A wrong argument is an error of ours, with a plain message, in Python and on the command line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from qa.assistant import Assistant
from qa.errors import ArticleError, QuestionError, QuotewellError, SettingsError
from qa.types import Article, Filters
from tests.qa.cli.running import run_to_the_end
from tests.toys import toy_assistant

Use = Callable[[Any], object]

QUESTIONS: list[Use] = [
    lambda assistant: assistant.ask(""),
    lambda assistant: assistant.ask(" \n"),
    lambda assistant: assistant.ask("x" * 2001),
    lambda assistant: assistant.ask(None),
    lambda assistant: assistant.ask(5),
    lambda assistant: assistant.ask(b"Who?"),
    lambda assistant: assistant.ask("Who \ud800?"),
    lambda assistant: assistant.chat().ask(None),
    lambda assistant: followed_up(assistant).ask(None),
    lambda assistant: followed_up(assistant).ask("x" * 2001),
    lambda assistant: assistant.retrieve("", 5),
    lambda assistant: assistant.retrieve(None, 5),
    lambda assistant: assistant.ask_many("Who?"),
    lambda assistant: assistant.ask_many(["Who?", ""]),
    lambda assistant: assistant.rate(assistant.ask("Who?"), "good", comment=5),
]
SETTINGS: list[Use] = [
    lambda assistant: assistant.ask("Who?", passages=-5),
    lambda assistant: assistant.ask("Who?", passages=0),
    lambda assistant: assistant.ask("Who?", passages=2.5),
    lambda assistant: assistant.ask("Who?", passages="5"),
    lambda assistant: assistant.ask("Who?", passages=10**30),
    lambda assistant: followed_up(assistant).ask("And he?", passages="5"),
    lambda assistant: assistant.ask("Who?", min_confidence=2),
    lambda assistant: assistant.ask("Who?", min_confidence=-0.1),
    lambda assistant: assistant.ask("Who?", min_confidence=float("nan")),
    lambda assistant: assistant.ask("Who?", min_confidence="high"),
    lambda assistant: assistant.ask("Who?", filters="war"),
    lambda assistant: assistant.ask("Who?", filters={"tags": ["war"]}),
    lambda assistant: assistant.ask("Who?", reader="none"),
    lambda assistant: followed_up(assistant).ask("And he?", filters="war"),
    lambda assistant: assistant.retrieve("x", -1),
    lambda assistant: assistant.retrieve("x", 0),
    lambda assistant: assistant.retrieve("x", "5"),
    lambda assistant: assistant.ask_many(["Who?"], passages="5"),
    lambda assistant: assistant.articles("war"),
    lambda _: Filters(tags="abc"),  # type: ignore[arg-type]
    lambda _: Filters(sources=5),  # type: ignore[arg-type]
    lambda _: Filters(after="yesterday"),  # type: ignore[arg-type]
    lambda assistant: assistant.add(Path(__file__).parent, globs=["[z-a]*"]),
    lambda assistant: assistant.add(Path(__file__).parent, globs="*.md"),
    lambda assistant: assistant.sync(Path(__file__).parent, globs="*.md"),
    lambda assistant: assistant.sync(Path(__file__).parent, embed="soon"),
    lambda assistant: assistant.undated_left_out("war"),
    lambda assistant: assistant.add("https://example.org", fetch="yes"),
    lambda assistant: assistant.add("https://example.org", fetch=True),
    lambda _: Filters(keep_undated=1),  # type: ignore[arg-type]
    lambda assistant: assistant.add(Article("A text."), embed="soon"),
    lambda assistant: assistant.rate(assistant.ask("Who?"), "splendid"),
]
ARTICLES: list[Use] = [
    lambda assistant: assistant.sync(5),
    lambda assistant: assistant.sync(" "),
    lambda assistant: assistant.edit("none", date=5),
    lambda assistant: assistant.add(""),
    lambda assistant: assistant.add("  "),
    lambda assistant: assistant.add(5),
    lambda assistant: assistant.add(None),
    lambda assistant: assistant.add(["a.txt", 5]),
    lambda assistant: assistant.add("The ferry sails at noon."),
    lambda assistant: assistant.add_text(None),
    lambda assistant: assistant.add_text("A text.", date="soon"),
    lambda assistant: assistant.get(None),
    lambda assistant: assistant.get(""),
    lambda assistant: assistant.get("none\0"),
    lambda assistant: assistant.remove(5),
    lambda assistant: assistant.remove("vela", "none"),
    lambda assistant: assistant.edit("vela", tags="abc"),
    lambda assistant: assistant.edit("vela", tags=[5]),
    lambda assistant: assistant.edit("vela", title=5),
    lambda assistant: assistant.edit("vela", title=" "),
    lambda assistant: assistant.edit("vela", title="half \ud800"),
    lambda _: Article("A text.", tags="abc"),  # type: ignore[arg-type]
    lambda _: Article("A text.", date="soon"),  # type: ignore[arg-type]
    lambda _: Article(None),  # type: ignore[arg-type]
]


@pytest.fixture
def toy() -> Iterator[Assistant]:
    with toy_assistant() as assistant:
        assistant.add(Article("The ferry to Vela sails at noon.", "Ferry", "vela", dt.date(2024, 5, 6)))
        yield assistant


def followed_up(assistant: Assistant) -> Any:
    chat = assistant.chat()
    chat.ask("Who sails?")
    return chat


@pytest.mark.parametrize(
    ("use", "error"),
    [
        *((use, QuestionError) for use in QUESTIONS),
        *((use, SettingsError) for use in SETTINGS),
        *((use, ArticleError) for use in ARTICLES),
    ],
)
def test_wrong_arguments_are_errors_of_ours(toy: Assistant, use: Use, error: type[QuotewellError]) -> None:
    generation = toy.generation
    with pytest.raises(error) as caught:
        use(toy)
    assert caught.type is error
    assert len(str(caught.value)) > 10
    assert toy.generation == generation
    assert [info.tags for info in toy.articles()] == [()]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ask", ""], 2, "the question is empty"),
        (["ask", "Who?", "--passages", "-5"], 2, "-5 is not in the range x>=1"),
        (["ask", "Who?", "--passages", "0"], 2, "0 is not in the range x>=1"),
        (["ask", "Who?", "--passages", "1" * 30], 2, "passages must be a whole number between 1 and 1,000,000"),
        (["ask", "Who?", "--min-confidence", "2"], 2, "2.0 is not in the range 0<=x<=1"),
        (["ask", "Who?", "--after", "soon"], 2, "soon"),
        (["add", ""], 1, "a path is empty; give the path"),
        (["add", "{here}", "--glob", "[z-a]*"], 2, "the pattern '[z-a]*' is not valid (bad character range z-a)"),
        (["show", ""], 1, "there is no article ''"),
        (["edit", "vela", "--title", " "], 1, "the title is blank"),
        (["remove", "none"], 1, "there is no article 'none'"),
    ],
)
def test_the_command_line_says_so_on_one_line(
    toy: Assistant,
    arguments: list[str],
    code: int,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(Assistant, "open", lambda *_, **__: toy)
    ended = run_to_the_end(monkeypatch, *(one.format(here=Path(__file__).parent) for one in arguments))
    shown = capsys.readouterr().err
    assert ended == code
    assert message in shown
    assert "Traceback" not in shown
    assert shown.splitlines()[-1].startswith("Error: ")
