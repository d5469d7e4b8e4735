"""What the daemon and its clients say to each other: one JSON object on each line.

The daemon greets each client with its version. Then each request gets one answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import qa
from qa import errors
from qa.errors import QuotewellError

__all__ = ["DaemonError", "Message", "describe_error", "installation", "raise_error", "receive", "send"]

Message = Mapping[str, Any]
MAX_BYTES = 64 * 1024 * 1024
"""Of a message: a reply as JSON has the texts of its passages."""


class DaemonError(Exception):
    """The other end does not answer as it should, or no longer."""


def installation() -> str:
    """Return what tells this installation from another one or another version: its place and its newest file."""
    package = Path(qa.__file__).parent
    return f"{package} {max(file.stat().st_mtime_ns for file in package.rglob('*.py'))}"


def send(stream: BufferedIOBase, message: Message) -> None:
    """Write a message."""
    stream.write(json.dumps(message).encode() + b"\n")
    stream.flush()


def receive(stream: BufferedIOBase) -> dict[str, Any]:
    """Read a message.

    :raises DaemonError: if the other end has closed the connection, or sent something else.
    """
    try:
        line = stream.readline(MAX_BYTES)
        message = json.loads(line) if line.endswith(b"\n") else None
    except (OSError, ValueError) as error:
        raise DaemonError(str(error)) from error
    if not isinstance(message, dict):
        raise DaemonError("the connection was closed")
    return message


def describe_error(error: QuotewellError) -> Message:
    """Return the answer to a request that failed."""
    return {"error": type(error).__name__, "message": str(error)}


def raise_error(answer: Message) -> None:
    """Raise the error that an answer describes, if it describes one.

    :raises QuotewellError: of the same class and with the same message.
    """
    if "error" in answer:
        kind = getattr(errors, answer["error"], QuotewellError)
        raise kind(answer["message"])
