"""Tests of articles and feedback: what is stored is returned unchanged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields, replace
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.errors import LibraryError
from qa.feedback import Feedback
from qa.library.base import IndexedArticle, Library
from qa.testing.material import DIMENSION, ENCODER, TEXTS, indexed, passage_ids, unit, without_vectors
from qa.testing.store import StoreTests
from qa.types import Article, Filters, Heading, Passage, Place

__all__ = ["ClosingTests", "DoctorTests", "FeedbackTests", "TextTests", "WritingTests"]

WHOLE = indexed(
    "news/2024/kyiv.txt",
    "Line one\r\nLine two\tשלום 😀 e\u0301 \u2028 end",
    size=9,
    title="A «title»",
    date=dt.date(2024, 5, 6),
    headings=(Heading(0, 4, 1), Heading(5, 8, 2)),
    pages=(0, 10),
    tags=("war", "city"),
    metadata={"author": "X", "k\u2029": "v"},
    places=(Place(0, "row", 2), Place(10, "«😀» \u2029, 00:12:31"), Place(12, "page 2", box=(0.1, 0.25, 0.9, 1))),
)

MISFITS: dict[str, Callable[[IndexedArticle], IndexedArticle]] = {
    "shorter vectors": lambda entry: replace(entry, vectors=entry.vectors[:, :4]),  # type: ignore[index]
    "fewer vectors": lambda entry: replace(entry, vectors=entry.vectors[:-1]),  # type: ignore[index]
    "vectors of nan": lambda entry: replace(entry, vectors=np.full_like(entry.vectors, np.nan)),
    "fewer contexts": lambda entry: replace(entry, contexts=entry.contexts[:-1]),
    "another article's passage": lambda entry: replace(
        entry, passages=[Passage("other", 0, 1), *entry.passages[1:]]
    ),
    "a passage beyond the text": lambda entry: replace(
        entry, passages=[Passage(entry.article.id, 0, 10**6), *entry.passages[1:]]
    ),
    "a surrogate in the title": lambda entry: replace(entry, article=_unchecked(entry.article, title="\ud800")),
}


class WritingTests(StoreTests):
    """Articles are added, replaced, listed, renamed and removed."""

    def test_a_new_library_is_empty(self, library: Library) -> None:
        assert (len(library), library.count(), library.generation) == (0, 0, 0)
        assert (library.articles(), list(library.iter_articles()), library.pending(5)) == ([], [], [])
        assert (library.encoder, library.dimension) == (ENCODER, DIMENSION)

    def test_articles_come_back_unchanged(self, library: Library) -> None:
        library.put([WHOLE])
        article = WHOLE.article
        assert library.get(article.id) == article
        assert list(library.iter_articles()) == [article]
        assert library.content_hashes([article.id, "none"]) == {article.id: article.content_hash}
        assert (library.get("none"), library.get("\ud800"), library.text("none", 0, 1)) == (None, None, None)

    def test_several_articles_at_once(self, library: Library) -> None:
        entries = [indexed(name) for name in "abc"]
        library.put(entries)
        ids = [entry.article.id for entry in entries]
        assert library.get_many([ids[2], "none", ids[0], "\ud800"]) == {
            ids[2]: entries[2].article,
            ids[0]: entries[0].article,
        }
        assert list(library.get_many([ids[2], ids[0]])) == [ids[2], ids[0]]
        assert library.get_many([]) == {}

    def test_a_content_hash_that_is_given_is_kept(self, library: Library) -> None:
        library.put([replace(indexed("a"), content_hash="of the file")])
        assert list(library.content_hashes([indexed("a").article.id]).values()) == ["of the file"]

    def test_passages_are_slices(self, library: Library) -> None:
        library.put([WHOLE, indexed("b")])
        ids = passage_ids(library, WHOLE)
        asked = [ids[3], ids[0], ids[1], 10**9, ids[2]]
        stored = library.passages(asked)
        assert list(stored) == [ids[3], ids[0], ids[1], ids[2]]
        for id_, passage in zip(ids, WHOLE.passages, strict=True):
            slice_ = library.passages([id_])[id_]
            assert (slice_.id, slice_.passage, slice_.context) == (id_, passage, WHOLE.article.title)
            assert slice_.text == WHOLE.article.text[passage.start : passage.end]
        assert library.passages_of(["none"]) == []

    def test_the_listing_is_in_the_order_of_adding_and_an_update_keeps_its_place(self, library: Library) -> None:
        library.put([indexed("a"), indexed("b", size=5, title="B", tags=("t",))])
        library.put([indexed("c")])
        library.put([indexed("b", "New text", title="B2"), indexed("a", "Newer")])
        assert [info.source for info in library.articles()] == ["a", "b", "c"]
        assert [article.text for article in library.iter_articles()] == ["Newer", "New text", "The text of c."]
        info = library.articles()[1]
        assert (info.title, info.characters, info.passages, info.tags, info.date) == ("B2", 8, 1, (), None)

    def test_listings_come_in_pages(self, library: Library) -> None:
        library.put(indexed(f"{number}", tags=("even",) * (number % 2 == 0)) for number in range(120))
        assert [article.source for article in library.iter_articles()] == [str(number) for number in range(120)]
        for filters, expected in ((None, range(120)), (Filters(tags=("even",)), range(0, 120, 2))):
            sources, after = [], 0
            while page := library.articles(filters, after=after, limit=25):
                assert len(page) <= 25
                sources += [info.source for info in page]
                after = page[-1].position
            assert sources == [str(number) for number in expected]
            assert library.count(filters) == len(expected)
        assert library.articles(limit=0) == []

    def test_a_page_follows_an_article_that_is_gone(self, library: Library) -> None:
        library.put(indexed(f"{number}") for number in range(6))
        last = library.articles(limit=3)[-1]
        library.remove([last.id])
        assert [info.source for info in library.articles(after=last.position, limit=2)] == ["3", "4"]

    def test_replacing_leaves_nothing_of_the_earlier_text(self, library: Library) -> None:
        earlier, later = indexed("a", "zebras gallop", size=7), indexed("a", "lions sleep", seed=1)
        library.put([earlier])
        old_ids = passage_ids(library, earlier)
        vector = unit(1)[0]
        library.search_dense(vector, 1)
        library.put([later])
        assert library.search_lexical("zebras gallop", 5) == []
        assert library.passages(old_ids) == {}
        assert library.score_dense(vector, old_ids) == {}
        [(id_, _)] = library.search_dense(vector, 5)
        assert id_ not in old_ids
        health = library.doctor()
        assert health.healthy, health.problems
        assert (health.articles, health.passages, health.vectors) == (1, 1, 1)

    def test_removed_articles_are_gone_and_ids_never_come_back(self, library: Library) -> None:
        a, b = indexed("a", size=4), indexed("b", size=4)
        library.put([a, b])
        gone = passage_ids(library, b)
        assert library.remove([b.article.id, "none", b.article.id, "\ud800"]) == 1
        assert library.remove([b.article.id]) == 0
        assert (len(library), library.get(b.article.id), library.passages(gone)) == (1, None, {})
        library.put([b])
        assert not set(gone) & set(passage_ids(library, b))
        assert [info.source for info in library.articles()] == ["a", "b"]

    def test_of_two_articles_with_one_id_the_later_counts(self, library: Library) -> None:
        library.put([indexed("a", "first one"), indexed("b"), indexed("a", "second one", seed=2)])
        assert [article.text for article in library.iter_articles()] == ["second one", "The text of b."]
        assert len(library.search_dense(unit(1)[0], 9)) == 2
        assert library.doctor().healthy

    def test_an_article_without_passages(self, library: Library) -> None:
        entry = indexed("a", " ")
        library.put([replace(entry, passages=[], contexts=[], vectors=unit(1)[:0])])
        assert library.articles()[0].passages == 0
        assert library.search_dense(unit(1)[0], 3) == []
        assert library.doctor().healthy

    @pytest.mark.parametrize("misfit", MISFITS)
    def test_what_does_not_fit_is_refused_and_changes_nothing(self, library: Library, misfit: str) -> None:
        library.put([indexed("a")])
        generation = library.generation
        with pytest.raises(LibraryError, match=r"bad|d800"):
            library.put([indexed("b"), MISFITS[misfit](indexed("bad", size=4)), indexed("c")])
        assert [info.source for info in library.articles()] == ["a"]
        assert library.generation == generation
        assert library.doctor().healthy

    def test_relabelling_changes_all_but_text_and_places(self, library: Library) -> None:
        library.put([replace(WHOLE, content_hash="of the file")])
        ids = passage_ids(library, WHOLE)
        before = library.passages(ids)
        changed = replace(
            WHOLE.article,
            title="Another",
            tags=("new",),
            date=dt.date(1911, 5, 1),
            metadata={"author": "Ben"},
            language="de",
        )
        library.relabel(replace(changed, text="A longer text that is ignored"))
        stored = library.get(changed.id)
        assert stored == changed
        assert (stored and stored.language, library.articles()[0].language) == ("de", "de")
        assert library.passages(ids) == before
        assert library.content_hashes([changed.id]) == {changed.id: "of the file"}
        assert [info.id for info in library.articles(Filters(tags=("new",)))] == [changed.id]
        assert library.articles(Filters(tags=("war",))) == []
        for article in (
            indexed("none").article,
            _unchecked(changed, title="\ud800"),
            _unchecked(changed, tags=("\ud800",)),
        ):
            with pytest.raises(LibraryError):
                library.relabel(article)
        assert library.get(changed.id) == changed


class TextTests(StoreTests):
    """No character of a text is lost or moved."""

    long_text: ClassVar[int] = 1_000_000
    """Characters of a long article."""

    def test_any_text_comes_back_unchanged(self, library: Library) -> None:
        @settings(max_examples=self.examples)
        @given(
            text=TEXTS.filter(str.strip), title=TEXTS, source=TEXTS.filter(bool), tags=st.lists(TEXTS, max_size=3),
            size=st.integers(1, 9),
        )  # fmt: skip
        def check(text: str, title: str, source: str, tags: list[str], size: int) -> None:
            entry = indexed(source, text, size=size, title=title, tags=tuple(tags), metadata={title: text})
            library.put([entry])
            assert library.get(entry.article.id) == entry.article
            stored = library.passages_of([entry.article.id])
            assert [passage.passage for passage in stored] == entry.passages
            assert "".join(passage.text for passage in stored) == text
            assert {passage.context for passage in stored} == {title}
            library.remove([entry.article.id])

        check()
        assert library.doctor().healthy

    def test_slices_of_any_text(self, library: Library) -> None:
        @settings(max_examples=self.examples)
        @given(TEXTS.filter(str.strip), st.integers(0, 30), st.integers(0, 30))
        @example("ab", 5, 9)
        @example("abc", 2, 1)
        def check(text: str, start: int, end: int) -> None:
            entry = indexed("s", text)
            library.put([entry])
            assert library.text(entry.article.id, start, end) == text[start:end]

        check()

    def test_a_long_text(self, library: Library) -> None:
        text = ("word 漢字 😀 " * (self.long_text // 10))[: self.long_text]
        entry = indexed("long", text, size=self.long_text // 20)
        library.put([entry])
        assert library.text(entry.article.id, self.long_text - 9, self.long_text) == text[-9:]
        assert "".join(stored.text for stored in library.passages_of([entry.article.id])) == text
        assert library.doctor().healthy


class FeedbackTests(StoreTests):
    """Feedback is kept, replaced and listed, whatever happens to the articles."""

    def test_feedback_comes_back_with_an_id(self, library: Library) -> None:
        library.put([indexed("a")])
        generation = library.generation
        stored = library.put_feedback(_feedback("first", answer="An answer", confidence=0.25, start=3))
        assert stored == replace(_feedback("first", answer="An answer", confidence=0.25, start=3), id=stored.id)
        assert stored.id
        other = library.put_feedback(_feedback("second"))
        library.remove([indexed("a").article.id])
        assert library.feedback() == [stored, other]
        assert library.generation == generation + 1, "only the removal counts"

    def test_feedback_with_an_id_replaces(self, library: Library) -> None:
        first, second = (library.put_feedback(_feedback(name)) for name in ("first", "second"))
        changed = replace(first, comment="On second thoughts")
        assert library.put_feedback(changed) == changed
        assert library.feedback() == [changed, second]

    def test_feedback_comes_in_pages(self, library: Library) -> None:
        stored = [library.put_feedback(_feedback(f"{number}")) for number in range(7)]
        pages, after = [], 0
        while page := library.feedback(after=after, limit=3):
            pages.append(page)
            assert page[-1].id
            after = page[-1].id
        assert pages == [stored[:3], stored[3:6], stored[6:]]

    def test_lone_surrogates_are_replaced(self, library: Library) -> None:
        assert library.put_feedback(_feedback("Who \ud800?"))
        assert [one.question for one in library.feedback()] == ["Who \ufffd?"]


class ClosingTests(StoreTests):
    """A library lasts. A closed one says so; one that cannot be opened says why."""

    def test_a_library_lasts(self, address: str) -> None:
        with closing(self.open(address)) as library:
            library.put([WHOLE, *without_vectors(indexed("b"))])
            feedback = library.put_feedback(_feedback("a question"))
            generation, pending = library.generation, library.pending(9)
        with closing(self.open(address, create=False)) as library:
            assert (library.generation, library.pending(9), library.feedback()) == (
                generation,
                pending,
                [feedback],
            )
            assert list(library.iter_articles()) == [WHOLE.article, indexed("b").article]
            assert library.search_lexical("text", 5)
            assert len(library.search_dense(unit(1)[0], 99)) == len(WHOLE.passages)

    def test_a_closed_library_says_so(self, library: Library) -> None:
        library.close()
        library.close()
        for use in (library.articles, library.doctor, lambda: library.put([indexed("a")])):
            with pytest.raises(LibraryError, match="closed"):
                use()

    def test_another_encoder_is_refused_by_name(self, library: Library, address: str) -> None:
        library.put([indexed("a")])
        with pytest.raises(LibraryError, match=f"{ENCODER}.*other:2"):
            self.open(address, "other:2")

    def test_without_an_encoder_any_library_opens(self, library: Library, address: str) -> None:
        library.put([indexed("a"), indexed("b")])
        with closing(self.open(address, None, create=False)) as other:
            assert (other.encoder, other.dimension, len(other)) == (ENCODER, DIMENSION, 2)
            assert other.doctor().healthy
            assert other.remove([indexed("a").article.id]) == 1
            with pytest.raises(LibraryError, match="without an encoder"):
                other.put([indexed("c")])
        assert len(library) == 1


class DoctorTests(StoreTests):
    """The health check finds nothing in a healthy library, and the damage in a damaged one."""

    def inject_fault(self, address: str) -> None:
        """Damage the store: for example, delete the index entry of a passage. No library is open."""
        raise NotImplementedError(f"{type(self).__name__} needs a method `inject_fault` that damages the store")

    def test_a_healthy_library(self, library: Library) -> None:
        library.put([WHOLE, *without_vectors(indexed("b", size=5))])
        health = library.doctor()
        assert health.healthy, health.problems
        assert (health.articles, health.generation) == (2, library.generation)
        assert (health.vectors, health.pending) == (len(WHOLE.passages), len(indexed("b", size=5).passages))
        assert health.passages == health.vectors + health.pending

    def test_a_fault_is_found(self, address: str) -> None:
        with closing(self.open(address)) as library:
            library.put([WHOLE, indexed("b", size=5)])
        self.inject_fault(address)
        with closing(self.open(address)) as library:
            assert library.doctor().problems


def _unchecked(article: Article, **changes: Any) -> Article:
    """Return a changed article without the checks of a new one."""
    return Article.stored(**{field.name: getattr(article, field.name) for field in fields(Article)} | changes)


def _feedback(question: str, answer: str | None = None, **about: object) -> Feedback:
    values = {"verdict": "good", "comment": "", "confidence": None, "min_confidence": 0.5} | about
    given_at = dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC)
    return Feedback(given_at=given_at, question=question, answer=answer, **values)  # type: ignore[arg-type]
