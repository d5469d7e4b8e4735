"""Tests of stories: articles that are copies of one another tell one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from qa.errors import LibraryError
from qa.library.base import IndexedArticle, Library
from qa.testing.material import TEXTS, indexed
from qa.testing.store import StoreTests

__all__ = ["StoryTests"]

PARAGRAPHS = (
    "The old ferry between Osk and the island of Lumen will stop running at the end of May, the harbour "
    "office said on Tuesday, because its hull can no longer be repaired.",
    "The ship was built in 1931 and carried 48,000 passengers last year. A survey in the winter found that the "
    "plates below the water line had become thinner than the law allows.",
    "Until a new ship arrives, a fishing boat will make the crossing twice a day. It takes twelve people and no "
    "cars, said the head of the harbour office, Anna Berg.",
    "The islanders are angry. Their school, the doctor and the only bakery depend on the ferry, and many of them "
    "work in the shipyard on the other side of the sound.",
)
WIRE = "\n\n".join(PARAGRAPHS)
SHORTENED = "\n\n".join(PARAGRAPHS[:2])
LOCAL = "Lumen will be cut off from the world again, as it was in the hard winter of the war.\n\n" + WIRE
UPDATED = WIRE.replace("48,000", "51,000")
FOLLOW_UP = (
    "A ferry from the north will sail to Lumen from next week on. The county has hired it for two years and "
    "pays half of the fares, which nobody on the island had hoped for.\n\n" + "\n\n".join(PARAGRAPHS[2:])
)
REST = "\n\n".join((PARAGRAPHS[1][-80:], *PARAGRAPHS[2:]))
OTHER = (
    "The bakers of Osk raise their prices. A loaf will cost four crowns from Monday on, as flour has become "
    "dearer by a third since the autumn, and the mills expect no better harvest this year."
)


def _story_of(library: Library, *articles: IndexedArticle) -> list[str]:
    """Return the source of the first article that tells the story of each."""
    sources = {info.id: info.source for info in library.articles()}
    stories = library.stories([entry.article.id for entry in articles])
    return [sources[stories[entry.article.id]] for entry in articles]


class StoryTests(StoreTests):
    """Copies tell one story, whichever came first; whatever tells something new has its own."""

    def test_copies_tell_the_story_of_the_first(self, library: Library) -> None:
        entries = [indexed("wire", WIRE), indexed("short", SHORTENED), indexed("other", OTHER)]
        library.put(entries)
        local = indexed("local", LOCAL)
        library.put([local])
        assert _story_of(library, *entries, local) == ["wire", "wire", "other", "wire"]
        assert library.stories(["none", "\ud800"]) == library.stories([]) == {}
        assert library.doctor().healthy

    def test_a_shortened_copy_may_come_first(self, library: Library) -> None:
        entries = [indexed("short", SHORTENED), indexed("other", OTHER), indexed("local", LOCAL)]
        library.put(entries)
        assert _story_of(library, *entries) == ["short", "other", "short"]

    def test_news_is_no_copy(self, library: Library) -> None:
        entries = [indexed("wire", WIRE), indexed("updated", UPDATED), indexed("follow-up", FOLLOW_UP)]
        library.put(entries)
        assert _story_of(library, *entries) == ["wire", "updated", "follow-up"]

    def test_a_copy_of_two_articles_makes_them_one_story(self, library: Library) -> None:
        first, second = indexed("first", SHORTENED), indexed("second", REST)
        library.put([first, second])
        assert _story_of(library, first, second) == ["first", "second"]
        library.put([indexed("wire", WIRE)])
        assert _story_of(library, first, second) == ["first", "first"]

    def test_removing_an_article_does_not_part_its_copies(self, library: Library) -> None:
        entries = [indexed("wire", WIRE), indexed("short", SHORTENED), indexed("local", LOCAL)]
        library.put(entries)
        library.remove([entries[0].article.id])
        assert library.stories([entries[0].article.id]) == {}
        assert _story_of(library, *entries[1:]) == ["short", "short"]
        again = indexed("again", WIRE)
        library.put([again])
        assert _story_of(library, again) == ["short"]
        assert library.doctor().healthy

    def test_an_updated_article_finds_its_story_anew(self, library: Library) -> None:
        wire, local = indexed("wire", WIRE), indexed("local", LOCAL)
        library.put([wire, local, indexed("other", OTHER)])
        changed = indexed("wire", OTHER)
        library.put([changed])
        assert _story_of(library, changed, local) == ["wire", "local"]
        assert _story_of(library, indexed("other", OTHER)) == ["wire"]
        library.put([wire])
        assert _story_of(library, wire, local) == ["wire", "wire"]
        assert library.doctor().healthy

    def test_a_change_of_the_labels_does_not_change_the_story(self, library: Library) -> None:
        wire, local = indexed("wire", WIRE), indexed("local", LOCAL, title="Cut off")
        library.put([wire, local])
        library.relabel(indexed("local", LOCAL, title="A ferry", tags=("news",)).article)
        assert _story_of(library, wire, local) == ["wire", "wire"]

    def test_an_error_changes_no_story(self, library: Library) -> None:
        wire, short = indexed("wire", SHORTENED), indexed("rest", REST)
        library.put([wire, short])
        with pytest.raises(LibraryError):
            library.put([indexed("joins", WIRE), replace(indexed("bad"), contexts=[])])
        assert _story_of(library, wire, short) == ["wire", "rest"]

    def test_the_same_text_is_the_same_story(self, library: Library) -> None:
        @settings(max_examples=self.examples)
        @given(TEXTS.filter(lambda text: any(map(str.isalnum, text))))
        def check(text: str) -> None:
            one, other = indexed("one", text), indexed("other", text)
            library.put([one, other])
            assert _story_of(library, one, other) == ["one", "one"]
            library.remove([one.article.id, other.article.id])

        check()

    def test_many_articles_of_one_form_are_no_obstacle(self, library: Library) -> None:
        form = "On day {} the gauge at the harbour of Lumen read {} centimetres, and the wind blew from the west"
        entries = [indexed(f"{day}", form.format(day, 300 + day)) for day in range(60)]
        library.put(entries)
        copy = indexed("copy", form.format(59, 359))
        library.put([copy])
        assert _story_of(library, *entries, copy) == [*(f"{day}" for day in range(60)), "59"]
