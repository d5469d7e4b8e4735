"""The routes that list, show, add, edit and remove articles."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

from fastapi import FastAPI, HTTPException, Query
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from qa import types
from qa.assistant import Assistant
from qa.errors import LoadError
from ui.library_tab.adding import add_uploads
from ui.rest import requested, schemas
from ui.rest.problems import PREFIX
from ui.rest.uploaded_files import UploadedFiles

__all__ = ["add_article_routes"]

Result = TypeVar("Result")
FORM = {
    "type": "object",
    "required": ["files"],
    "additionalProperties": False,
    "properties": {"files": {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}}},
}
FILES = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": FORM}}}}


def add_article_routes(api: FastAPI, assistant: Assistant, uploads: UploadedFiles) -> None:
    """Add the routes to the API."""
    changes = ThreadPoolExecutor(1, "change")  # a slow add holds up other changes, but neither questions nor lists
    _add_reading(api, assistant)
    _add_adding(api, assistant, uploads, changes)
    _add_changing(api, assistant, changes)


def _add_reading(api: FastAPI, assistant: Assistant) -> None:
    @api.get("/library")
    def show_library() -> schemas.Library:
        """Return the size of the library."""
        state = assistant.embedding_state()
        return schemas.Library(
            articles=assistant.article_count,
            passages=state.passages,
            embedded=state.embedded,
            generation=assistant.generation,
        )

    @api.get("/articles")
    def list_articles(listed: Annotated[requested.Listed, Query()]) -> schemas.ArticlePage:
        """List the articles, in the order in which they were first added."""
        filters = listed.checked()
        found = assistant.library.articles(filters, after=listed.cursor, limit=listed.limit + 1)
        page = found[: listed.limit]
        return schemas.ArticlePage(
            articles=[schemas.ArticleInfo.of(info) for info in page],
            total=assistant.library.count(filters),
            next=page[-1].position if len(found) > len(page) else None,
        )

    @api.get("/articles/{article_id}")
    def show_article(article_id: str) -> schemas.Article:
        """Return an article with its text."""
        info, article = _find(assistant, article_id), assistant.library.get(article_id)
        if article is None:  # it was removed a moment ago
            raise _missing(article_id)
        return schemas.Article.with_text(info, article)


def _add_adding(api: FastAPI, assistant: Assistant, uploads: UploadedFiles, changes: ThreadPoolExecutor) -> None:
    @api.post("/articles", responses={201: {"model": schemas.Added, "description": "It was added."}})
    async def add_article(new: requested.NewArticle, response: Response) -> schemas.Added:
        """Add a text as an article, or update the article with the same source."""
        values: dict[str, Any] = new.model_dump()
        report = await _in(changes, lambda: assistant.add(types.Article(**values), embed="background"))
        (added,) = report.results
        if added.outcome == "failed":
            raise LoadError(added.reason)
        if added.outcome == "added":
            response.status_code = 201
            response.headers["Location"] = f"{PREFIX}/articles/{added.article_id}"
        return schemas.Added(**asdict(added))

    @api.post("/upload", openapi_extra=FILES)
    async def upload(request: Request) -> schemas.AddedFiles:
        """Add files of any format that is known, or archives of them."""
        async with request.form(max_files=uploads.most, max_fields=0) as form:
            files = [file for file in form.getlist("files") if isinstance(file, UploadFile)]
            if not files:
                raise LoadError("there are no files to add; send them in the field `files` of a form")

            def add() -> types.AddReport:
                with uploads.stored(files) as paths:
                    return add_uploads(assistant, paths, lambda *_: None)

            report = await _in(changes, add)
        return schemas.AddedFiles(results=[schemas.Added(**asdict(result)) for result in report.results])


def _add_changing(api: FastAPI, assistant: Assistant, changes: ThreadPoolExecutor) -> None:
    @api.patch("/articles/{article_id}")
    async def edit_article(article_id: str, edit: requested.Edit) -> schemas.ArticleInfo:
        """Change what is known about an article. What is left out stays."""
        values = edit.model_dump(exclude_unset=True)
        if "date" in values:
            values["date"] = values["date"] or ""  # which removes it

        def change() -> types.ArticleInfo:
            _find(assistant, article_id)
            assistant.edit(article_id, **values)
            return _find(assistant, article_id)

        return schemas.ArticleInfo.of(await _in(changes, change))

    @api.delete("/articles/{article_id}", status_code=204)
    async def remove_article(article_id: str) -> None:
        """Remove an article."""

        def remove() -> None:
            _find(assistant, article_id)
            assistant.remove(article_id)

        await _in(changes, remove)


async def _in(pool: ThreadPoolExecutor, call: Callable[[], Result]) -> Result:
    return await asyncio.get_running_loop().run_in_executor(pool, call)


def _find(assistant: Assistant, article_id: str) -> types.ArticleInfo:
    """Return what the library lists of an article.

    :raises HTTPException: with status 404 if there is no such article.
    """
    for info in assistant.articles(types.Filters(articles=(article_id,))):
        return info
    raise _missing(article_id)


def _missing(article_id: str) -> HTTPException:
    return HTTPException(404, f"There is no article {article_id!r}. GET {PREFIX}/articles lists them.")
