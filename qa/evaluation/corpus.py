"""The library to evaluate on: one built from the articles of the data, or the user's own."""

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
from qa.evaluation.data.dataset import Dataset, leave_out
from qa.evaluation.data.examples import Example
from qa.indexing.add_progress import OnProgress
from qa.library import library_address, open_library
from qa.reader import Reader
from qa.settings import Settings
from qa.types import AddProgress, ArticleInfo

__all__ = ["Corpus", "Gold", "OpenCorpus"]

SEARCHED_CHARACTERS, SEARCHED_PASSAGES = 500, 20


@dataclass(frozen=True, slots=True)
class Gold:
    """Where the answer of a question is in a library.

    ``relevant`` gives the ids of the articles that answer it, each with its grade; it is empty if the library
    holds none of them. ``starts`` gives the offset of the question's context in these articles, where known.
    """

    relevant: Mapping[str, int]
    starts: Mapping[str, int]


@dataclass(frozen=True)
class OpenCorpus:
    """An open library, and where in it the answers are."""

    assistant: Assistant
    encoder: Encoder
    reader: Reader
    gold: Callable[[Example], Gold]


def _no_progress() -> AbstractContextManager[OnProgress]:
    def ignore(_: AddProgress) -> None:
        pass

    return nullcontext(ignore)


@dataclass
class Corpus:
    """Chooses the library to evaluate on, and opens it.

    :param library: the name or the folder of a library. Its gold article for a question is the one that contains
        the question's context or, failing that, has its title. Without a name, a library is built from the
        articles of the data.
    :param folder: where to store the library that is built, to be used again; in memory by default.
    :param show_progress: a context manager that yields the function to call with the progress of building it.
    :param whole_titles: leave out articles with the same title together. They are often parts of one article, and
        each may answer questions about the others.
    """

    settings: Settings = field(default_factory=Settings)
    library: str | None = None
    folder: Path | None = None
    show_progress: Callable[[], AbstractContextManager[OnProgress]] = _no_progress
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
        """The fingerprints of the reader and the encoder."""
        return {"reader": self.reader.fingerprint, "encoder": self.encoder.fingerprint}

    @contextmanager
    def open(self, data: Dataset, left_out: float = 0.0, seed: int = 0) -> Iterator[OpenCorpus]:
        """Open the library, without a random share of its articles.

        :param left_out: the share to leave out, 0 to 1.
        :raises DataError: if ``folder`` holds other articles than the data.
        :raises LibraryError: if there is no such library.
        """
        with TemporaryDirectory() as scratch:
            folder = self._open_folder(Path(scratch) if left_out else None)
            assistant = self._assistant(folder)
            try:
                if not self.library:
                    self._fill(assistant, data)
                articles = assistant.articles()
                gone = self._choose_left_out(articles, left_out, seed)
                if gone:
                    assistant.remove(*gone)
                assistant.warm_up()  # keeps the loading of the models out of the first question's time
                gold = self._gold(assistant, data, articles, frozenset(gone))
                yield OpenCorpus(assistant, self.encoder, self.reader, gold)
            finally:
                assistant.close()

    def _choose_left_out(self, articles: Sequence[ArticleInfo], share: float, seed: int) -> list[str]:
        def title(info: ArticleInfo) -> str:
            return _plain(info.title) or info.id

        _, gone = leave_out(articles, share, seed, together=title if self.whole_titles else None)
        return [info.id for info in gone]

    def _open_folder(self, scratch: Path | None) -> str | Path | None:
        """Return the library to open: a copy in ``scratch``, if given, from which articles can be removed."""
        source = library_address(self.library, self.settings, must_exist=True) if self.library else self.folder
        if scratch is None or source is None:
            return source
        if isinstance(source, str):
            raise DataError("articles can only be left out of a library in a folder")
        if source.is_dir():
            shutil.copytree(source, scratch / "library")
        return scratch / "library"

    def _assistant(self, address: str | Path | None) -> Assistant:
        library = open_library(
            address or ":memory:",
            encoder=self.encoder.fingerprint,
            dimension=self.encoder.dimension,
            create=not self.library,
        )
        # Without a cache: repeating a question with another seed must take as long as before.
        uncached = self.settings.replace(cache_size=0)
        return Assistant(library, self.encoder, self.reader, uncached)

    def _fill(self, assistant: Assistant, data: Dataset) -> None:
        with self.show_progress() as on_progress:
            report = assistant.add(*data.articles, on_progress=on_progress)
        if report.failures:
            failure = report.failures[0]
            raise DataError(
                f"articles of {data.name} that cannot be added: {len(report.failures)}, the first of them "
                f"{failure.source}: {failure.reason}"
            )
        if {info.id for info in assistant.articles()} != {article.id for article in data.articles}:
            raise DataError(f"{self.folder} holds articles from other data than {data.name}; name another folder")

    def _gold(
        self, assistant: Assistant, data: Dataset, articles: Sequence[ArticleInfo], gone: frozenset[str]
    ) -> Callable[[Example], Gold]:
        if not self.library:
            texts = {article.id: article.text for article in data.articles}

            def of_data(example: Example) -> Gold:
                grades = data.relevant.get(example.id, {})
                relevant = {id_: grade for id_, grade in grades.items() if id_ not in gone}
                return Gold(relevant, {id_: 0 for id_ in relevant if texts.get(id_) == example.context})

            return of_data
        titles: dict[str, str] = {}
        for info in articles:
            titles.setdefault(_plain(info.title), info.id)

        def of_library(example: Example) -> Gold:
            if example.is_impossible:
                return Gold({}, {})
            if place := _locate(assistant, example.context):
                article_id, start = place
                return Gold({article_id: 1}, {article_id: start})
            titled = titles.get(_plain(example.title))
            return Gold({titled: 1} if titled and titled not in gone else {}, {})

        return of_library


def _locate(assistant: Assistant, context: str) -> tuple[str, int] | None:
    """Return the id of the article that contains a context, and its offset there."""
    words = context[:SEARCHED_CHARACTERS]
    hits = [id_ for id_, _ in assistant.library.search_lexical(words, SEARCHED_PASSAGES)]
    stored = assistant.library.passages(hits)
    for article_id in dict.fromkeys(stored[id_].passage.article_id for id_ in hits if id_ in stored):
        article = assistant.library.get(article_id)
        start = article.text.find(context) if article and context else -1
        if start >= 0:
            return article_id, start
    return None


def _plain(title: str) -> str:
    return " ".join(title.replace("_", " ").casefold().split())
