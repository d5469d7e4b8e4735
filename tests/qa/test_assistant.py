from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa import Assistant
from qa.answering.retriever import Retriever
from qa.errors import ArticleError, EmptyLibraryError, LibraryError, ModelError, QuestionError, SettingsError
from qa.library.base import Library
from qa.settings import Settings
from qa.types import Article, Filters, Reply, RetrievedPassage
from tests.toys import CountingEncoder, ToyReader, toy_assistant

LUMEN = Article(
    "The harbour of Lumen was rebuilt in 1931 by Anna Berg.", title="Lumen", source="lumen", tags=("port",)
)
KARST = Article("The railway to Karst carries marble and timber.", title="Karst", source="karst")


def quotes_are_exact(assistant: Assistant, reply: Reply) -> bool:
    for answer in reply.answers:
        for c in answer.citations:
            text = assistant.get(c.article_id).text
            assert text[c.start : c.end] == c.quote
            assert text[c.sentence_start : c.sentence_end] == c.sentence
            assert c.sentence_start <= c.start < c.end <= c.sentence_end
    return True


def test_answers_with_a_quote_from_the_right_article(assistant: Assistant) -> None:
    assistant.add(LUMEN, KARST)
    reply = assistant.ask("Who rebuilt the harbour of Lumen?", min_confidence=0)
    assert reply.answer is not None
    assert reply.answer.text == "Anna Berg"
    (citation,) = reply.answer.citations
    assert (citation.article_id, citation.title, citation.source) == (LUMEN.id, "Lumen", "lumen")
    assert citation.sentence == LUMEN.text
    assert quotes_are_exact(assistant, reply)
    assert set(reply.timings) == {"retrieve", "read", "answer", "compose"}


def test_abstains_by_min_confidence(assistant: Assistant) -> None:
    assistant.add(LUMEN, KARST)
    question = "Who rebuilt the harbour of Lumen?"
    assert assistant.ask(question, min_confidence=0).answer is not None
    refused = assistant.ask(question, min_confidence=1)
    assert refused.abstained
    assert refused.answers[0].text == "Anna Berg"


def test_the_same_answer_in_two_articles_is_cited_twice(assistant: Assistant) -> None:
    assistant.add(LUMEN, Article("Anna Berg rebuilt the harbour of Lumen.", title="Berg", source="berg"))
    best = assistant.ask("Who rebuilt the harbour of Lumen?", min_confidence=0).answers[0]
    assert best.support == 2
    assert {c.title for c in best.citations} == {"Lumen", "Berg"}


ODD = st.sampled_from(
    ["\r\n", "\t", "e\u0301", "👩‍👩‍👧", "مرحبا بالعالم ", "漢字。", "\x01", "\u202e", "Anna Berg ", "in 1931. "]
)
TEXTS = st.lists(
    st.one_of(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=10), ODD), max_size=25
).map("".join)


@given(TEXTS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_citation_is_a_slice_of_its_article(assistant: Assistant, text: str) -> None:
    report = assistant.add(LUMEN, Article(text, source="odd"))
    assert report.results[1].outcome in ("added", "updated", "unchanged", "failed")
    assert (report.results[1].outcome == "failed") == (not text.strip())
    reply = assistant.ask("Who was there in 1931?", min_confidence=0)
    assert quotes_are_exact(assistant, reply)


@pytest.mark.parametrize("question", ["", "  \n", "x" * 2001, "Who \ud800 visited?", None, b"Who?"])
def test_senseless_questions_are_refused(assistant: Assistant, question: str) -> None:
    assistant.add(LUMEN)
    with pytest.raises(QuestionError, match="question"):
        assistant.ask(question)
    with pytest.raises(QuestionError, match="question"):
        assistant.chat().ask(question)


@pytest.mark.parametrize("question", ["Who \ud800 visited?", None])
def test_nothing_is_retrieved_for_what_is_not_text(assistant: Assistant, question: str) -> None:
    assistant.add(LUMEN)
    with pytest.raises(QuestionError, match="question"):
        assistant.retrieve(question, 3)


@pytest.mark.parametrize("min_confidence", [-0.1, 1.1, float("nan")])
def test_senseless_confidence_is_refused(assistant: Assistant, min_confidence: float) -> None:
    assistant.add(LUMEN)
    with pytest.raises(SettingsError, match="between 0 and 1"):
        assistant.ask("Who?", min_confidence=min_confidence)


def test_an_empty_library_names_add(assistant: Assistant) -> None:
    with pytest.raises(EmptyLibraryError, match="add"):
        assistant.ask("Who?")


def test_filters_that_leave_nothing_abstain(assistant: Assistant) -> None:
    assistant.add(LUMEN)
    reply = assistant.ask("Who rebuilt Lumen?", filters=Filters(tags=("none",)))
    assert reply.abstained
    assert reply.answers == reply.passages == ()


def test_a_reply_counts_the_undated_articles_that_its_dates_leave_out(assistant: Assistant) -> None:
    assistant.add(LUMEN, KARST, Article("It rains on Orm.", source="orm", date="2024-05-01"))
    counted = {
        Filters(): 0,
        Filters(after="2020-01-01"): 2,
        Filters(before="2020-01-01", tags=("port",)): 1,
        Filters(after="2020-01-01", keep_undated=True): 0,
        Filters(sources=("orm",), after="2020-01-01"): 0,
    }
    for filters, count in counted.items():
        assert assistant.undated_left_out(filters) == count
        assert assistant.ask("Who rebuilt the harbour?", filters=filters).undated_left_out == count
    assert assistant.chat().ask("Where does it rain?", filters=Filters(after="2024-01-01")).undated_left_out == 2


def test_adding_again_embeds_nothing(assistant: Assistant, tmp_path: Path) -> None:
    for i in range(1000):
        (tmp_path / f"{i}.txt").write_text(f"Article number {i} is about topic {i}.", "utf-8")
    assert str(assistant.add(tmp_path)) == "1000 added"
    embedded = 0

    def count(progress: object) -> None:
        nonlocal embedded
        embedded = progress.passages  # type: ignore[attr-defined]

    assert str(assistant.add(tmp_path, on_progress=count)) == "1000 unchanged"
    assert embedded == 0
    (tmp_path / "3.txt").write_text("Now it is about something else.", "utf-8")
    assert str(assistant.add(tmp_path, on_progress=count)) == "1 updated, 999 unchanged"
    assert embedded == 1


def test_one_bad_file_does_not_stop_the_others(assistant: Assistant, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("The good file is about harbours.", "utf-8")
    (tmp_path / "bad.pdf").write_bytes(b"no pdf")
    report = assistant.add(tmp_path, tmp_path / "missing.txt", LUMEN)
    outcomes = {Path(result.source).name: result.outcome for result in report.results}
    assert outcomes == {"good.txt": "added", "bad.pdf": "failed", "missing.txt": "failed", "lumen": "added"}
    assert all(result.reason for result in report.failures)


def test_only_paths_and_articles_can_be_added(assistant: Assistant) -> None:
    with pytest.raises(ArticleError, match="cannot add a int"):
        assistant.add(3)  # type: ignore[arg-type]


def test_articles_are_found_by_id_source_and_path(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("A text about bridges.", "utf-8")
    assistant.add(file, LUMEN)
    monkeypatch.chdir(tmp_path)
    assert assistant.get("a.txt") == assistant.get(file.as_posix())
    assert assistant.get(LUMEN.id) == assistant.get("lumen") == LUMEN
    with pytest.raises(ArticleError, match="no article 'nothing'"):
        assistant.get("nothing")


def test_removing_needs_every_article_to_be_there(assistant: Assistant) -> None:
    assistant.add(LUMEN, KARST)
    with pytest.raises(ArticleError):
        assistant.remove("lumen", "nothing")
    assert assistant.remove("lumen", KARST.id) == 2
    assert assistant.articles() == []


def test_a_new_library_starts_with_the_seeds_once(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "lib") as assistant:
        (seed,) = assistant.articles()
        assert str(seed.date) == "2023-11-09"
        assert seed.title.startswith("In a surprise visit")
        assistant.remove(seed.id)
    with Assistant.open(tmp_path / "lib") as assistant:
        assert assistant.articles() == []


def test_libraries_have_names_or_paths(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    Assistant.open("news", settings=settings, seed=False).close()
    Assistant.open(tmp_path / "elsewhere", settings=settings, seed=False).close()
    assert (tmp_path / "home" / "news" / "library.db").is_file()
    assert (tmp_path / "elsewhere" / "library.db").is_file()
    with pytest.raises(LibraryError, match="typo"):
        Assistant.open("typo", settings=settings, create=False)


def test_models_that_are_none_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="weights"):
        Assistant.in_memory(settings=Settings(encoder=str(tmp_path)))
    with Assistant.in_memory(settings=Settings(reader=str(tmp_path)), seed=False) as assistant:
        assistant.add(LUMEN)
        with pytest.raises(ModelError):
            assistant.ask("Who?")


def test_many_ask_while_one_adds_and_removes(assistant: Assistant) -> None:
    """Eight threads ask; no answer cites an article that was gone before the question was put."""
    assistant.add(KARST)
    gone: set[str] = set()
    stop = threading.Event()
    failures: list[BaseException | str] = []

    def ask() -> None:
        try:
            while not stop.is_set():
                before = frozenset(gone)
                reply = assistant.ask("Who rebuilt the harbour?", min_confidence=0)
                cited = {c.article_id for answer in reply.answers for c in answer.citations}
                if cited & before:
                    failures.append(f"cited {cited & before}")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for i in range(12):
        article = Article(f"Anna Berg rebuilt harbour number {i}.", source=f"harbour-{i}")
        assistant.add(article)
        assistant.remove(article.id)
        gone.add(article.id)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []


def test_many_questions_get_the_replies_that_each_gets_alone(assistant: Assistant) -> None:
    assistant.add(LUMEN, KARST)
    questions = ["Who rebuilt the harbour of Lumen?", "What does the railway carry?", "Who sank the ferry?"] * 3
    replies = assistant.ask_many(iter(questions), min_confidence=0.3, passages=2)
    assert [reply.question for reply in replies] == questions
    for question, reply in zip(questions, replies, strict=True):
        alone = assistant.ask(question, min_confidence=0.3, passages=2)
        assert replace(reply, timings={}) == replace(alone, timings={})
    assert assistant.ask_many([]) == []


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        (["Who?", " "], "question 2: the question is empty"),
        (["Who?", None], "question 2: the question must be a string"),
        (["", "Who?", "x" * 2001, " "], r"questions 1, 4: the question is empty; .*; question 3: .* at most 2000"),
        ("Who?", r"questions must be a list of strings, not 'Who\?'"),
        (None, "questions must be a list of strings"),
    ],
)
def test_many_questions_are_checked_before_the_first_is_answered(questions: Any, message: str) -> None:
    with toy_assistant() as assistant, pytest.raises(QuestionError, match=message):
        assistant.add(LUMEN)
        assistant.ask_many(questions)


def test_asking_in_a_coroutine(assistant: Assistant) -> None:
    assistant.add(LUMEN)

    async def ask() -> list[Reply]:
        return await asyncio.gather(
            *(assistant.aask(question, min_confidence=0) for question in ("Who?", "When?"))
        )

    assert [reply.question for reply in asyncio.run(ask())] == ["Who?", "When?"]


def test_as_many_passages_are_retrieved_as_are_read() -> None:
    with toy_assistant(settings=Settings(passages=3)) as assistant:
        assistant.add(Article(f"The harbour {number}.", source=str(number)) for number in range(5))
        assert len(assistant.retrieve("Which harbour?")) == 3
        assert len(assistant.retrieve("Which harbour?", 4)) == 4


def test_a_retriever_of_ones_own_searches_for_answers_and_quotes() -> None:
    searched: list[str] = []

    class Recording:
        def __init__(self, library: Library, retriever: Retriever) -> None:
            self.library, self.retriever = library, retriever

        def retrieve(self, question: str, k: int, filters: Filters | None = None) -> list[RetrievedPassage]:
            searched.append(question)
            return self.retriever.retrieve(question, k, filters)

    encoder = CountingEncoder()
    with Assistant.in_memory(retriever=Recording, encoder=encoder, reader=ToyReader(), seed=False) as assistant:
        assistant.add(LUMEN)
        assert not assistant.ask("Who rebuilt the harbour?").calibrated
        assistant.ask("Lumen")
        assert [one.text for one in assistant.retrieve("Lumen")] == [LUMEN.text]
        assert (assistant.library.encoder, assistant.reader_fingerprint) == (encoder.fingerprint, "toy:1")
    assert searched == ["Who rebuilt the harbour?", "Lumen", "Lumen", "Lumen"]


def test_citations_carry_the_metadata_of_the_article(assistant: Assistant) -> None:
    assistant.add(replace(LUMEN, metadata={"author": "Ada"}))
    reply = assistant.ask("Who rebuilt the harbour of Lumen?")
    assert reply.answer
    assert reply.answer.citations[0].metadata == {"author": "Ada"}


def test_the_repr_says_what_is_in_the_library(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with Assistant.open("news", settings=settings, seed=False) as assistant:
        assistant.add(LUMEN, KARST, embed="later")
        assert repr(assistant) == "Assistant('news', articles=2, passages=2)"
    assert repr(assistant) == "Assistant('news', closed)"
    with toy_assistant() as unnamed:
        assert repr(unnamed) == "Assistant(articles=0, passages=0)"
