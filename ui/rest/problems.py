"""Errors of the REST API as problem details (RFC 9457)."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Scope

from qa.errors import EmptyLibraryError, LibraryError, ModelError, QuotewellError

__all__ = ["PREFIX", "PROBLEM", "Problem", "describe", "handle_errors", "is_rest", "refusal"]

PREFIX = "/v1"
"""The path under which the server mounts the REST API."""
PROBLEM = "application/problem+json"
STATUSES: tuple[tuple[type[QuotewellError], int], ...] = (
    (EmptyLibraryError, 409),
    (LibraryError, 503),
    (ModelError, 503),
    (QuotewellError, 422),
)
"""The status of each error; the first class that fits counts."""

log = logging.getLogger(__name__)


class InvalidValue(BaseModel):
    """A part of the request that is not valid."""

    location: str = Field(description="Where it stands, such as `body.filters.after`.")
    detail: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """What went wrong and what to do about it (RFC 9457)."""

    type: str = "about:blank"
    title: str = Field(description="The phrase of the status.")
    status: int
    detail: str = Field(description="What is wrong, and what to do.")
    error: str = Field("", description="The class of Quotewell's error, such as `QuestionError`; may be empty.")
    errors: list[InvalidValue] = Field([], description="The parts of the request that are not valid.")

    @classmethod
    def of(cls, status: int, detail: str, **more: Any) -> Problem:
        """Return the problem of a response with the status."""
        return cls(title=HTTPStatus(status).phrase, status=status, detail=detail, **more)

    def response(self, headers: Mapping[str, str] | None = None) -> Response:
        """Return the problem as a response. What cannot be encoded, such as a lone surrogate, is escaped."""
        return Response(json.dumps(self.model_dump()), self.status, headers, PROBLEM)


def describe(error: Exception) -> Problem:
    """Return the problem that an error is to a client. What nobody foresaw is logged, and not shown."""
    if isinstance(error, QuotewellError):
        status = next(status for kind, status in STATUSES if isinstance(error, kind))
        return Problem.of(status, str(error), error=type(error).__name__)
    if isinstance(error, RequestValidationError):
        errors = [
            InvalidValue(location=".".join(map(str, each["loc"])), detail=each["msg"]) for each in error.errors()
        ]
        detail = "; ".join(f"{each.location}: {each.detail}" for each in errors)
        return Problem.of(422, detail, errors=errors)
    if isinstance(error, HTTPException):
        return Problem.of(error.status_code, error.detail)
    log.error("a request to the REST API failed", exc_info=error)
    return Problem.of(500, "The server failed to answer this request. Its log says why.")


def handle_errors(api: FastAPI) -> None:
    """Make the API answer every error with a problem."""

    async def answer(_: Request, error: Exception) -> Response:
        headers = error.headers if isinstance(error, HTTPException) else None
        return describe(error).response(headers)

    for kind in (QuotewellError, RequestValidationError, HTTPException, Exception):
        api.add_exception_handler(kind, answer)


def is_rest(scope: Scope) -> bool:
    """Whether a request is one to the REST API, by the rule of the router: a path with a line feed is not."""
    return bool(re.fullmatch(f"{PREFIX}/.*", str(scope["path"])))


def refusal(scope: Scope, status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return a response that refuses a request: a problem for the REST API, plain text for everything else."""
    if is_rest(scope):
        return Problem.of(status, detail).response(headers)
    return PlainTextResponse(detail, status, headers)
