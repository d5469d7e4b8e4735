"""The endpoints that programs call: with ``gradio_client``, over HTTP, or as the tools of an MCP server.

The docstrings of the functions inside are what programs and language models read about them.
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
from ui.conversation.workers import QuestionThreads
from ui.gradio_internals import forget_session

__all__ = ["Adder", "add_endpoints"]


class Adder(Protocol):
    """Something that adds uploaded files."""

    def add(self, paths: list[str]) -> AddReport:
        """Add files and return a report with the outcome for each."""
        ...


def add_endpoints(assistant: Assistant, adder: Adder, threads: QuestionThreads) -> None:
    """Add the endpoints to the app being built. All of them return plain JSON."""
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
    ) -> dict[str, Any]:
        """Answer one question with a verbatim quote from the articles, or abstain.

        Parameters:
            question: a question, standing alone
            min_confidence: abstain below this confidence, 0 to 1
            after: only articles of this date (YYYY-MM-DD) or later
            before: only articles of this date (YYYY-MM-DD) or earlier
            sources: only articles whose source matches one of these globs
            tags: only articles with one of these tags
            reader: the name of one of the additional readers; the default reader if empty
        Returns:
            answer (null for an abstention) with text, confidence and citations; answers; passages
        """
        with _call():
            filters = Filters(
                as_date("after", after or None, SettingsError),
                as_date("before", before or None, SettingsError),
                as_tuple("sources", sources or (), str, SettingsError),
                as_tuple("tags", tags or (), str, SettingsError),
            )
            reply = threads.reply(
                lambda: assistant.ask(question, min_confidence=min_confidence, filters=filters, reader=reader)
            )
            return reply.to_dict()

    def articles() -> list[dict[str, Any]]:
        """List the library's articles.

        Returns:
            id, title, source, date, tags, characters and passages of each
        """
        with _call():
            return [_info(info) for info in assistant.articles()]

    api(ask, api_name="ask", concurrency_id="ask")
    api(articles, api_name="articles", concurrency_limit=None)


def _add_writing(assistant: Assistant, adder: Adder) -> None:
    def add(files: list[str] | None) -> list[dict[str, Any]]:
        """Add uploaded files to the library.

        Parameters:
            files: the files: text, Markdown, HTML, PDF, DOCX, EPUB, JSONL, CSV or zip archives of these
        Returns:
            source, outcome (added, updated, unchanged or failed), article_id, passages and reason of each
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
        """Add one article to the library, given as text.

        Parameters:
            text: the text of the article
            title: its title
            source: where the text is from; adding another text from the same source updates the article
            date: its date, YYYY-MM-DD
            tags: its tags
        Returns:
            source, outcome (added, updated, unchanged or failed), article_id, passages and reason
        """
        with _call():
            day = as_date("date", date or None, SettingsError)
            article = Article(text, title, source, day, tags=as_tuple("tags", tags or (), str, SettingsError))
            return asdict(assistant.add(article).results[0])

    def remove(articles: list[str]) -> dict[str, int]:
        """Remove articles from the library: all of them, or none if one does not exist.

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
    """Raise our own errors as Gradio's, which reach the program, and forget the session of the call."""
    try:
        yield
    except QuotewellError as error:
        raise gr.Error(markup.escape(str(error)), print_exception=False) from error
    finally:
        forget_session()
