"""The endpoints that programs call, with ``gradio_client`` or over HTTP: ``/ask``, ``/add`` and ``/articles``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import gradio as gr
from gradio.events import api

from qa.assistant import Assistant
from qa.errors import QuotewellError
from ui import markup
from ui.librarian import Librarian

__all__ = ["add_endpoints"]


def add_endpoints(assistant: Assistant, librarian: Librarian) -> None:
    """Give the app that is being built its endpoints; all of them return plain JSON."""

    def ask(question: str, min_confidence: float | None = None) -> dict[str, Any]:
        """Answer one question with a quote, or abstain."""
        with _errors():
            return assistant.ask(question, min_confidence=min_confidence).to_dict()

    def articles() -> list[dict[str, Any]]:
        """List the library's articles."""
        with _errors():
            infos = assistant.articles()
        return [asdict(info) | {"date": info.date.isoformat() if info.date else None} for info in infos]

    def add(paths: list[str] | None) -> list[dict[str, Any]]:
        """Add uploaded files; say what became of each."""
        with _errors():
            return [asdict(result) for result in librarian.add(paths or []).results]

    api(ask, api_name="ask", concurrency_id="ask")
    api(articles, api_name="articles", concurrency_limit=None)
    # Only a file component checks that a path is of an upload, so this endpoint has one that is never shown.
    with gr.Row(visible=False):
        files, result = gr.File(file_count="multiple"), gr.JSON()
        gr.Button().click(add, files, result, api_name="add", concurrency_limit=1, concurrency_id="add")


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except QuotewellError as error:
        raise gr.Error(markup.text(str(error)), print_exception=False) from error
