"""The application behind the REST API."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from qa.assistant import Assistant
from ui.conversation.workers import QuestionThreads
from ui.rest.article_routes import add_article_routes
from ui.rest.problems import PROBLEM, handle_errors
from ui.rest.question_routes import add_question_routes
from ui.rest.uploaded_files import UploadedFiles

__all__ = ["RestApi", "build_rest_api"]

REFUSED: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "The request is refused; the problem says why.",
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}


class RestApi(FastAPI):
    """An application whose OpenAPI document describes its problems and how to log in, too."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        document = super().openapi()
        components = document["components"]
        components["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer", "description": "Without accounts: the server's token."},
            "account": {"type": "http", "scheme": "basic", "description": "With accounts: name and password."},
        }
        document["security"] = [{"token": []}, {"account": []}]
        return document


def build_rest_api(assistant: Assistant, threads: QuestionThreads, uploads: UploadedFiles) -> FastAPI:
    """Return the REST API, to be mounted at ``PREFIX``, behind the middleware that asks for a login.

    :param threads: the threads that answer questions.
    """
    api = RestApi(
        title="Quotewell",
        version="1",
        description="Answers questions about articles with verbatim quotes.",
        docs_url=None,  # these pages load scripts from other servers
        redoc_url=None,
        redirect_slashes=False,
        responses=REFUSED,
        generate_unique_id_function=_name,
    )
    handle_errors(api)
    add_question_routes(api, assistant, threads)
    add_article_routes(api, assistant, uploads)
    return api


def _name(route: APIRoute) -> str:
    return route.name
