"""The API: endpoints for ``gradio_client``, plain HTTP and the MCP server.

The docstrings of the endpoints are published: they describe the API to programs and language models.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Protocol

import gradio as gr
from gradio.events import api

from qa.assistant import Assistant
from qa.errors import QuotewellError, SettingsError
from qa.types import AddReport, Article, ArticleInfo, Filters
from qa.types.validation import as_date, as_tuple
from ui import markup
from ui.conversation.workers import QUESTION_QUEUE, QuestionThreads
from ui.gradio_internals import forget_session

__all__ = ["Adder", "add_endpoints"]


class Adder(Protocol):
    """Adds uploaded files to the library."""

    def add(self, paths: list[str]) -> AddReport:
        """Add files and return a report with the outcome for each."""
        ...


def add_endpoints(assistant: Assistant, adder: Adder, threads: QuestionThreads) -> None:
    """Add the endpoints to the app being built. All return plain JSON."""
    _add_reading(assistant, threads)
    _add_writing(assistant, adder)


def _add_reading(assistant: Assistant, threads: QuestionThreads) -> None:
    def ask(
        question: str,
        min_confidence: float | None = None,
        after: str | None = None,
        before: str | None = None,
        sources: list[str] | None = None,
        tags: list[str] | None = None,
        reader: str = "",
        keep_undated: bool = False,
    ) -> dict[str, Any]:
        """Answer one question with a verbatim quote from the articles, or abstain.

        Parameters:
            question: the question, complete in itself
            min_confidence: abstain below this confidence, 0 to 1
            after: only articles from this date (YYYY-MM-DD, or a month or a year) or later
            before: only articles from this date (YYYY-MM-DD, or a month or a year) or earlier
            sources: only articles whose source matches one of these patterns
            tags: only articles with at least one of these tags
            reader: the name of an additional reader; empty for the default reader
            keep_undated: with after or before, whether articles without a date are searched as well
        Returns:
            answer (null if it abstains) with text, confidence, support (how many independent stories give it:
            copies count once), articles (how many articles do), citations, parts (of a list, each a citation) and
            verdict (yes, no or empty); answers; kind: what the question asks for; quotes: sentences that answer
            (if answered_by_quotes) or come closest; disagreement: none, changed, corrected or sources differ;
            timeline: the different answers of dated articles, oldest to newest; passages; undated_left_out: how
            many articles without a date the dates left out
        """
        with _call():
            filters = Filters(after or None, before or None, sources or (), tags or (), keep_undated=keep_undated)
            reply = threads.reply(
                lambda: assistant.ask(question, min_confidence=min_confidence, filters=filters, reader=reader)
            )
            return reply.to_dict()

    def articles() -> list[dict[str, Any]]:
        """List the library's articles.

        Returns:
            id, title, source, date, tags, characters, passages and language of each
        """
        with _call():
            return [_info(info) for info in assistant.articles()]

    api(ask, api_name="ask", concurrency_id=QUESTION_QUEUE)
    api(articles, api_name="articles", concurrency_limit=None)


def _add_writing(assistant: Assistant, adder: Adder) -> None:
    def add(files: list[str] | None) -> list[dict[str, Any]]:
        """Add uploaded files to the library.

        Parameters:
            files: the files, of any format that is known, or zip archives of them
        Returns:
            source, outcome (added, updated, unchanged, failed or skipped), article_id, passages, reason and
            language of each
        """
        with _call():
            return [asdict(result) for result in adder.add(files or []).results]

    def add_text(
        text: str,
        title: str = "",
        source: str = "",
        date: str | None = None,
        tags: list[str] | None = None,
    ) -> dict[str, Any]:
        """Add a text to the library as an article.

        Parameters:
            text: the text of the article
            title: its title
            source: where the text is from; adding a text with the same source again updates the article
            date: its date, YYYY-MM-DD
            tags: its tags
        Returns:
            source, outcome (added, updated, unchanged or failed), article_id, passages, reason and language
        """
        with _call():
            day = as_date("date", date or None, SettingsError)
            article = Article(text, title, source, day, tags=as_tuple("tags", tags or (), str, SettingsError))
            return asdict(assistant.add(article).results[0])

    def edit(
        article: str,
        title: str | None = None,
        tags: list[str] | None = None,
        date: str | None = None,
        language: str | None = None,
    ) -> dict[str, Any]:
        """Change what is known about an article. What is left out stays.

        Parameters:
            article: its id or source
            title: its title
            tags: its tags, in place of all the old ones
            date: its date, YYYY-MM-DD; an empty string removes the date
            language: the code of its language, such as de
        Returns:
            id, title, tags, date and language
        """
        with _call():
            edited = assistant.edit(article, title=title, tags=tags, date=date, language=language)
            date = edited.date.isoformat() if edited.date else None
            about = {"title": edited.title, "tags": list(edited.tags), "language": edited.language}
            return {"id": edited.id, "date": date, **about}

    def remove(articles: list[str]) -> dict[str, int]:
        """Remove articles from the library. If one of them does not exist, none is removed.

        Parameters:
            articles: their ids or sources
        Returns:
            removed: how many
        """
        with _call():
            return {"removed": assistant.remove(*articles)}

    changing: dict[str, Any] = {
        "concurrency_limit": 1,
        "concurrency_id": "add",
    }  # a slow add does not delay questions
    api(add_text, api_name="add_text", **changing)
    api(edit, api_name="edit", **changing)
    api(remove, api_name="remove", **changing)
    # Only a file component checks that a path is an upload, so this endpoint has a hidden one.
    with gr.Row(visible=False):
        files, result = gr.File(file_count="multiple"), gr.JSON()
        gr.Button().click(add, files, result, api_name="add", **changing)


def _info(info: ArticleInfo) -> dict[str, Any]:
    values = asdict(info) | {"date": info.date.isoformat() if info.date else None}
    del values["position"]
    return values


@contextmanager
def _call() -> Iterator[None]:
    """Turn Quotewell's errors into Gradio's, which reach the client, and drop the session of the call."""
    try:
        yield
    except QuotewellError as error:
        raise gr.Error(markup.escape(str(error)), print_exception=False) from error
    finally:
        forget_session()
