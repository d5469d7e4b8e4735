"""The one facade over the parts: articles in, questions asked, verbatim answers out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal, Self

import seeds
from embeddings.encoder import Encoder, EncoderError, SentenceEncoder
from qa.answering.answers import Candidate, Group, find_answers
from qa.answering.confidence import ConfidenceModel
from qa.answering.early_stopping import read_promising
from qa.answering.readers import FittedReader, reader_of, readers_of, remembering
from qa.answering.retriever import HybridRetriever
from qa.chat import Chat
from qa.english.sentences import sentence_at
from qa.errors import ArticleError, EmptyLibraryError, ModelError, QuestionError, SettingsError
from qa.export.feedback import export_squad
from qa.feedback import Feedback, Verdict, feedback_on
from qa.follow_ups import FollowUp, passages_for
from qa.indexing.embedder import BackgroundEmbedder, OnEmbedded, embed_pending
from qa.indexing.indexer import Indexer, OnProgress
from qa.library.base import HealthReport, Library
from qa.library.sqlite.library import SqliteLibrary
from qa.reader import Reader
from qa.settings import Settings
from qa.types import (
    MAX_QUESTION_CHARACTERS,
    AddProgress,
    AddReport,
    Answer,
    Article,
    ArticleInfo,
    Citation,
    EmbeddingState,
    Filters,
    Reading,
    Reply,
    RetrievedPassage,
)

__all__ = ["Assistant", "Embed", "OnStage", "library_folder"]

Embed = Literal["now", "background", "later"]
"""When new passages are embedded: before ``add`` returns, by a thread from then on, or by ``embed``."""

OnStage = Callable[[str, int], None]
"""Called as a stage of a question begins, with its name (as in ``Reply.timings``) and how many passages it has."""


class Assistant:
    """Answers questions about the articles of a library with verbatim quotes.

    Make one with :meth:`open` or :meth:`in_memory`. Many threads may ask while one adds or removes. Models load
    at the first question or add, or with :meth:`warm_up`.

    :param readers: more readers, by the names that questions ask for them with.
    """

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        reader: Reader,
        settings: Settings,
        readers: Mapping[str, FittedReader] | None = None,
    ) -> None:
        self.library = library
        self.settings = settings
        self._encoder = encoder
        self._reader = reader
        self._default = FittedReader(remembering(reader, settings), settings.reader)
        self.readers = dict(readers or {})
        self._retriever = HybridRetriever(
            library,
            encoder,
            dense_weight=settings.dense_weight,
            sentence_weight=settings.sentence_weight,
            candidates=settings.candidates,
            cache_size=settings.cache_size,
        )
        self._indexer = Indexer(library, encoder, max_file_mb=settings.max_file_mb)
        self._background = BackgroundEmbedder(library, encoder)
        self._write_lock = threading.Lock()

    @classmethod
    def open(
        cls,
        library: str | Path = "default",
        *,
        settings: Settings | None = None,
        seed: bool = True,
        create: bool = True,
        embed: Embed = "now",
    ) -> Self:
        """Open a library on disk; a new one is created with the seed articles.

        :param library: a name (kept in the user's data folder) or the path of a folder.
        :param seed: whether a new library starts with the seed articles.
        :param create: whether a missing library is created.
        :param embed: when the seed articles of a new library are embedded, as in :meth:`add`.
        :raises LibraryError: when the folder is no library, or one that this version or encoder cannot use.
        """
        settings = settings or Settings.from_environment()
        with _model_errors():
            encoder = SentenceEncoder(settings.encoder, dtype=settings.encoder_dtype)
            store = SqliteLibrary.open(
                library_folder(library, settings),
                encoder=encoder.fingerprint,
                dimension=encoder.dimension,
                create=create,
            )
        return cls._start(store, encoder, settings, seed, embed)

    @classmethod
    def in_memory(cls, *, settings: Settings | None = None, seed: bool = True) -> Self:
        """Open a new library that leaves nothing on disk."""
        settings = settings or Settings.from_environment()
        with _model_errors():
            encoder = SentenceEncoder(settings.encoder, dtype=settings.encoder_dtype)
            store = SqliteLibrary.in_memory(encoder=encoder.fingerprint, dimension=encoder.dimension)
        return cls._start(store, encoder, settings, seed)

    @classmethod
    def _start(
        cls, library: Library, encoder: Encoder, settings: Settings, seed: bool, embed: Embed = "now"
    ) -> Self:
        assistant = cls(library, encoder, reader_of(settings), settings, readers_of(settings))
        if seed and library.generation == 0:
            assistant.add(seeds.FOLDER, embed=embed)
        return assistant

    def warm_up(self) -> None:
        """Load all models now, but for the further readers, which load when they are first asked for."""
        with _model_errors():
            self._encoder.warm_up()
        self._default.warm_up()

    @property
    def confidence(self) -> ConfidenceModel:
        """The ranker and calibrator that were fitted to the default reader."""
        return self._default.confidence

    def add(
        self,
        *items: str | Path | Article,
        globs: Sequence[str] = (),
        embed: Embed = "now",
        on_progress: OnProgress | None = None,
    ) -> AddReport:
        """Add files, folders (recursively) and articles.

        An article can be asked about as soon as its text is written; its passages are embedded afterwards. Those
        that a question needs before are embedded when it is asked. Articles that the library holds unchanged are
        not embedded again; a file that cannot be read is reported as failed and does not stop the others.

        :param globs: which files of a folder to take (``*.md``); all known formats without it.
        :param embed: ``now``: return when everything in the library is embedded; ``background``: return when the
            texts are written, and embed in a thread until :meth:`close`; ``later``: leave it to :meth:`embed`.
        :raises ArticleError: when an item is neither a path nor an article.
        """
        progress = _AddProgress(on_progress)
        with self._write_lock, _model_errors():
            report = self._indexer.add(items, globs, progress.texts)
        if embed == "background":
            self.embed_in_background()
        elif embed == "now":
            self.embed(progress.vectors)
        return report

    def embed(self, on_progress: OnEmbedded | None = None) -> None:
        """Embed all passages that wait for it. What is done is kept, however this ends; another call goes on.

        When another process is at it, wait until it is done.

        :param on_progress: is told how far the library is.
        """
        with _model_errors():
            embed_pending(self.library, self._encoder, on_progress or (lambda _: None))

    def embed_in_background(self) -> None:
        """Embed what waits for it, now and whenever something is added, in a thread that gives way to questions.

        It ends with :meth:`close`, at the latest when the process does.
        """
        self._background.start()

    def embedding_state(self) -> EmbeddingState:
        """Return how many passages there are, and how many are embedded."""
        return self.library.embedding_state()

    def remove(self, *articles: str) -> int:
        """Remove articles, given by id or source; return how many.

        :raises ArticleError: when there is no such article; nothing is removed then.
        """
        with self._write_lock:
            return self.library.remove([self.get(article).id for article in articles])

    def restore(self, article: Article, content_hash: str) -> None:
        """Put an article back that was removed, with the hash of what was added then (``library.content_hashes``).

        What was edited before stays when the same file is added again. It is embedded in the background.
        """
        with self._write_lock, _model_errors():
            self._indexer.restore(article, content_hash)
        self.embed_in_background()

    def edit(self, article: str, *, title: str | None = None, tags: Sequence[str] | None = None) -> Article:
        """Give an article, named by its id or its source, another title or other tags; return it as it is now.

        The change stays when the same file is added again, until the file itself has changed. The passages are
        embedded again only when the title that search sees changes.

        :param tags: all of the tags that it is to have; blank ones and repetitions are left out.
        :raises ArticleError: when there is no such article, or the title is blank, or one of
            them cannot be written.
        """
        with self._write_lock, _model_errors():
            found = self.get(article)
            changed = _relabelled(found, title, tags)
            if changed != found:
                self._indexer.relabel(found, changed)
        return changed

    def get(self, article: str) -> Article:
        """Return an article, given by its id or its source.

        :raises ArticleError: when there is no such article.
        """
        for id_ in (
            article,
            Article("", source=article).id,
            Article("", source=Path(article).absolute().as_posix()).id,
        ):
            if found := self.library.get(id_):
                return found
        raise ArticleError(f"there is no article {article!r} in the library; `list` shows ids and sources")

    def articles(self, filters: Filters | None = None) -> list[ArticleInfo]:
        """Return a listing of the articles."""
        return self.library.articles(filters)

    def retrieve(self, question: str, k: int, filters: Filters | None = None) -> list[RetrievedPassage]:
        """Return the k passages most likely to hold the answer, best first."""
        with _model_errors(), self._background.giving_way():
            return self._retriever.retrieve(question, k, filters)

    def read(self, question: str, passages: Sequence[RetrievedPassage], reader: str = "") -> list[Reading]:
        """Return what the reader, the default one or one of ``readers``, makes of each of the passages.

        :raises SettingsError: when there is no reader of that name.
        """
        return self._read(self._named(reader), question, passages)

    def ask(
        self,
        question: str,
        *,
        min_confidence: float | None = None,
        filters: Filters | None = None,
        passages: int | None = None,
        follow_up: FollowUp | None = None,
        found: Sequence[RetrievedPassage] | None = None,
        reader: str = "",
        on_stage: OnStage | None = None,
    ) -> Reply:
        """Answer a question with a verbatim quote, or abstain.

        :param min_confidence: answer only when at least this sure, 0 to 1; the settings' value by default.
        :param filters: which articles may be looked at.
        :param passages: how many passages are read; the settings' value by default.
        :param follow_up: what the question means in a talk, when it leans on one (see :class:`Chat`).
        :param found: what :meth:`retrieve` finds for the question, where that is known: as many passages as are
            read, or more.
        :param reader: the name of one of ``readers``; the default reader without it.
        :param on_stage: is told of each stage as it begins.
        :raises QuestionError: when the question is blank or too long.
        :raises EmptyLibraryError: when there are no articles.
        :raises SettingsError: when there is no reader of that name.
        """
        question = _checked(question)
        meant = follow_up.read_as if follow_up else question
        threshold, fitted = self._threshold(min_confidence), self._named(reader)
        if not len(self.library):
            raise EmptyLibraryError("the library holds no articles; put some in with `add`")
        clock = _Clock(on_stage)
        known = {} if found is None else {question: list(found)}

        def retrieve(text: str, count: int) -> list[RetrievedPassage]:
            return known[text][:count] if text in known else self.retrieve(text, count, filters)

        count = passages or self.settings.passages
        with clock("retrieve"):
            chosen = passages_for(follow_up, question, count, retrieve) if follow_up else retrieve(question, count)
        if reader and not fitted.is_loaded:
            with clock("load"):
                fitted.warm_up()
        with clock("read", len(chosen)):
            readings = self._readings(fitted, meant, chosen, threshold)
        with clock("answer", len(chosen)):
            groups = find_answers(meant, chosen, readings, fitted.confidence)
            answers = self._cited(groups)
        sure = answers and answers[0].confidence >= threshold
        return Reply(
            question=question,
            answer=answers[0] if sure else None,
            answers=tuple(answers),
            passages=tuple(chosen),
            min_confidence=threshold,
            timings=clock.timings,
            readings=tuple(readings),
            read_as=follow_up.read_as if follow_up else "",
            reader=reader,
        )

    def rate(
        self, reply: Reply, verdict: Verdict, *, comment: str = "", replaces: Feedback | None = None
    ) -> Feedback:
        """Note in the library what a reader thought of a reply; return the note.

        :param verdict: ``good``, ``bad``, or ``unanswerable``: the articles do not answer the question.
        :param replaces: an earlier note, which this one takes the place of.
        :raises SettingsError: when there is no such verdict.
        :raises QuestionError: when the comment is longer than 2,000 characters.
        """
        return self.library.put_feedback(feedback_on(reply, verdict, comment, replaces))

    def feedback(self) -> list[Feedback]:
        """Return what readers thought of replies, the oldest first."""
        return self.library.feedback()

    def export_feedback(self, path: str | Path) -> tuple[int, int]:
        """Write the feedback to a SQuAD file, which ``evaluate`` reads.

        :return: how many questions it holds, and how many more are to be reviewed.
        :raises LibraryError: when the file cannot be written.
        """
        return export_squad(self.library.feedback(), Path(path))

    def chat(self) -> Chat:
        """Start a conversation, in which a question may lean on the one before."""
        return Chat(self)

    def doctor(self) -> HealthReport:
        """Check the library against itself."""
        return self.library.doctor()

    def export(self, path: str | Path) -> int:
        """Write every article to a JSONL file, which ``add`` can read back; return how many."""
        return self.library.export(Path(path))

    def close(self) -> None:
        """End the background embedding, and release the library's files."""
        self._background.stop()
        self.library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _named(self, reader: str) -> FittedReader:
        if not reader:
            return self._default
        if reader not in self.readers:
            offered = f"ask for {' or '.join(sorted(self.readers))}, or " if self.readers else ""
            raise SettingsError(f"there is no reader {reader!r}; {offered}leave it out for the default one")
        return self.readers[reader]

    def _readings(
        self, fitted: FittedReader, question: str, found: Sequence[RetrievedPassage], threshold: float
    ) -> list[Reading]:
        """Read the passages: all of them, or as many as can change the answer."""
        if not self.settings.early_stopping:
            return self._read(fitted, question, found)
        return read_promising(
            question, found, lambda passages: self._read(fitted, question, passages), fitted.confidence, threshold
        )

    def _read(self, fitted: FittedReader, question: str, passages: Sequence[RetrievedPassage]) -> list[Reading]:
        with self._background.giving_way():
            return fitted.reader.read(question, [passage.text for passage in passages])

    def _threshold(self, min_confidence: float | None) -> float:
        threshold = self.settings.min_confidence if min_confidence is None else min_confidence
        if not 0 <= threshold <= 1:
            raise SettingsError(f"min_confidence must lie between 0 and 1, not {threshold}")
        return threshold

    def _cited(self, groups: Iterable[Group]) -> list[Answer]:
        """Turn the best groups into answers. Quotes of articles that are gone or changed by now are left out."""
        articles: dict[str, Article | None] = {}
        answers: list[Answer] = []
        for group in groups:
            if len(answers) == self.settings.answers:
                break
            for id_ in {candidate.article_id for candidate in group.candidates} - articles.keys():
                articles[id_] = self.library.get(id_)
            citations = [
                _cite(article, candidate)
                for candidate in group.candidates
                if (article := articles[candidate.article_id]) and _stands(article, candidate)
            ]
            if citations:
                answers.append(Answer(citations[0].quote, group.confidence, tuple(citations)))
        return answers


def library_folder(library: str | Path, settings: Settings) -> Path:
    """Return the folder of a library: a bare name means one in the folder of the named libraries."""
    path = Path(library).expanduser()
    is_name = isinstance(library, str) and path.name == library and library not in ("", ".", "..")
    return settings.libraries / library if is_name and not path.is_dir() else path


def _checked(question: str) -> str:
    if not question.strip():
        raise QuestionError("the question is empty; type a question about the articles")
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(
            f"the question has {len(question)} characters; ask in at most {MAX_QUESTION_CHARACTERS}"
        )
    return question.strip()


def _relabelled(article: Article, title: str | None, tags: Sequence[str] | None) -> Article:
    title = article.title if title is None else " ".join(title.split())
    tags = article.tags if tags is None else tuple(dict.fromkeys(filter(None, map(str.strip, tags))))
    if not title and article.title:
        raise ArticleError("the title is blank; give the article a name")
    try:
        "".join([title, *tags]).encode()
    except UnicodeEncodeError:
        raise ArticleError("the title or a tag holds half a character (a lone surrogate); type it anew") from None
    return replace(article, title=title, tags=tuple(tags))


def _stands(article: Article, candidate: Candidate) -> bool:
    return article.text[candidate.start : candidate.end] == candidate.text


def _cite(article: Article, candidate: Candidate) -> Citation:
    passage = candidate.found.passage
    inside = sentence_at(candidate.found.text, candidate.start - passage.start, candidate.end - passage.start)
    start, end = (passage.start + offset for offset in inside)
    return Citation(
        article_id=article.id,
        title=article.title,
        date=article.date,
        source=article.source,
        start=candidate.start,
        end=candidate.end,
        quote=candidate.text,
        sentence=article.text[start:end],
        sentence_start=start,
        sentence_end=end,
        page=article.page_at(candidate.start),
        passage=passage,
    )


class _AddProgress:
    """Tells of the texts, then of the vectors."""

    def __init__(self, tell: OnProgress | None) -> None:
        self._tell = tell or (lambda _: None)
        self._last = AddProgress(0, 0, 0, 0)

    def texts(self, progress: AddProgress) -> None:
        self._last = progress
        self._tell(progress)

    def vectors(self, state: EmbeddingState) -> None:
        self._tell(replace(self._last, embedding=state))


class _Clock:
    """Measures stages, in seconds, and tells of them."""

    def __init__(self, on_stage: OnStage | None) -> None:
        self.timings: dict[str, float] = {}
        self._tell = on_stage or (lambda *_: None)

    @contextmanager
    def __call__(self, stage: str, passages: int = 0) -> Iterator[None]:
        self._tell(stage, passages)
        start = time.perf_counter()
        yield
        self.timings[stage] = time.perf_counter() - start


@contextmanager
def _model_errors() -> Iterator[None]:
    """The embeddings package knows nothing of our exception tree; here its error joins it."""
    try:
        yield
    except EncoderError as error:
        raise ModelError(str(error)) from error
