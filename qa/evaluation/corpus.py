"""The library that questions are asked of: made of the data's articles, or the user's own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from embeddings.encoder import Encoder, SentenceEncoder
from qa.answering.readers import build_reader
from qa.assistant import Assistant
from qa.errors import DataError
from qa.evaluation.data.contexts import leave_out
from qa.evaluation.data.dataset import Dataset
from qa.evaluation.data.examples import Example
from qa.indexing.indexer import OnProgress
from qa.library import library_address, open_library
from qa.reader import Reader
from qa.settings import Settings
from qa.types import AddProgress, ArticleInfo

__all__ = ["Asked", "Corpus", "Gold"]

SEARCHED_CHARACTERS, SEARCHED_PASSAGES = 500, 20


@dataclass(frozen=True, slots=True)
class Gold:
    """Where a question's answer stands in a library.

    ``relevant`` are the articles that answer it, by id, each with its grade: none when the library holds none.
    ``starts`` are the offsets of the question's context in them, where it is known.
    """

    relevant: Mapping[str, int]
    starts: Mapping[str, int]


@dataclass(frozen=True)
class Asked:
    """An open library with what the questions should find in it."""

    assistant: Assistant
    encoder: Encoder
    reader: Reader
    gold: Callable[[Example], Gold]


def _silent() -> AbstractContextManager[OnProgress]:
    def ignore(_: AddProgress) -> None:
        pass

    return nullcontext(ignore)


@dataclass
class Corpus:
    """Says which library questions are asked of, and opens it.

    :param library: the name or the path of a library to ask; without one, one is made of the data's articles. The
        gold article of a question is the one that holds its context or, failing that, has its title.
    :param keep: a folder for the library that is made, to be found there again; without one it is in memory.
    :param adding: makes what is told how far the articles are embedded.
    :param whole_titles: whether articles of one title are left out together: as parts of one article, each often
        answers the questions about the others.
    """

    settings: Settings = field(default_factory=Settings)
    library: str | None = None
    keep: Path | None = None
    adding: Callable[[], AbstractContextManager[OnProgress]] = _silent
    whole_titles: bool = False

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder of the settings."""
        return SentenceEncoder(self.settings.encoder)

    @cached_property
    def reader(self) -> Reader:
        """The reader of the settings."""
        return build_reader(self.settings)

    @property
    def models(self) -> dict[str, str]:
        """The fingerprints of the two."""
        return {"reader": self.reader.fingerprint, "encoder": self.encoder.fingerprint}

    @contextmanager
    def open(self, data: Dataset, left_out: float = 0.0, seed: int = 0) -> Iterator[Asked]:
        """Open the library, without a share of its articles that is chosen by the seed.

        :raises DataError: when the folder to keep it in holds other articles.
        :raises LibraryError: when there is no such library.
        """
        with TemporaryDirectory() as scratch:
            folder = self._folder(Path(scratch) if left_out else None)
            assistant = self._assistant(folder)
            try:
                if not self.library:
                    self._fill(assistant, data)
                articles = assistant.articles()
                gone = self._left_out(articles, left_out, seed)
                if gone:
                    assistant.library.remove(gone)
                assistant.warm_up()  # or the first question's time would be that of loading models
                gold = self._gold(assistant, data, articles, frozenset(gone))
                yield Asked(assistant, self.encoder, self.reader, gold)
            finally:
                assistant.close()

    def _left_out(self, articles: Sequence[ArticleInfo], share: float, seed: int) -> list[str]:
        def title(info: ArticleInfo) -> str:
            return _plain(info.title) or info.id

        _, gone = leave_out(articles, share, seed, together=title if self.whole_titles else None)
        return [info.id for info in gone]

    def _folder(self, scratch: Path | None) -> str | Path | None:
        """Return the library's folder: a copy, where articles are to be left out."""
        source = library_address(self.library, self.settings) if self.library else self.keep
        if scratch is None or source is None:
            return source
        if isinstance(source, str):
            raise DataError("articles can be left out of a library in a folder only")
        if source.is_dir():
            shutil.copytree(source, scratch / "library")
        return scratch / "library"

    def _assistant(self, folder: str | Path | None) -> Assistant:
        made_with, dimension = self.encoder.fingerprint, self.encoder.dimension
        if folder:
            store = open_library(folder, encoder=made_with, dimension=dimension, create=not self.library)
        else:
            store = open_library(":memory:", encoder=made_with, dimension=dimension)
        uncached = self.settings.replace(cache_size=0)  # a question of several seeds takes its time each time
        return Assistant(store, self.encoder, self.reader, uncached)

    def _fill(self, assistant: Assistant, data: Dataset) -> None:
        with self.adding() as on_progress:
            report = assistant.add(*data.articles, on_progress=on_progress)
        if report.failures:
            failure = report.failures[0]
            raise DataError(f"{len(report.failures)} articles cannot be added, {failure.source}: {failure.reason}")
        if {info.id for info in assistant.articles()} != {article.id for article in data.articles}:
            raise DataError(f"{self.keep} holds articles that are not of {data.name}; name another folder")

    def _gold(
        self, assistant: Assistant, data: Dataset, articles: Sequence[ArticleInfo], gone: frozenset[str]
    ) -> Callable[[Example], Gold]:
        if not self.library:
            texts = {article.id: article.text for article in data.articles}

            def of_data(example: Example) -> Gold:
                wanted = data.relevant.get(example.id, {})
                relevant = {id_: grade for id_, grade in wanted.items() if id_ not in gone}
                return Gold(relevant, {id_: 0 for id_ in relevant if texts.get(id_) == example.context})

            return of_data
        titles: dict[str, str] = {}
        for info in articles:
            titles.setdefault(_plain(info.title), info.id)

        def of_library(example: Example) -> Gold:
            if example.is_impossible:
                return Gold({}, {})
            if found := _holding(assistant, example.context):
                return Gold({found[0]: 1}, {found[0]: found[1]})
            named = titles.get(_plain(example.title))
            return Gold({named: 1} if named and named not in gone else {}, {})

        return of_library


def _holding(assistant: Assistant, context: str) -> tuple[str, int] | None:
    """Return the id of the article that holds a passage, and the offset at which it stands there."""
    words = context[:SEARCHED_CHARACTERS]
    found = [id_ for id_, _ in assistant.library.search_lexical(words, SEARCHED_PASSAGES)]
    stored = assistant.library.passages(found)
    for article_id in dict.fromkeys(stored[id_].passage.article_id for id_ in found if id_ in stored):
        article = assistant.library.get(article_id)
        start = article.text.find(context) if article and context else -1
        if start >= 0:
            return article_id, start
    return None


def _plain(title: str) -> str:
    return " ".join(title.replace("_", " ").casefold().split())
