"""A server with accounts to attack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qa.accounts import Accounts
from qa.assistant import Assistant
from qa.types import Article
from tests.toys import toy_assistant
from ui import Server, ServerOptions, start


@pytest.fixture(scope="module")
def attacked() -> Iterator[Assistant]:
    """The assistant behind the server."""
    with toy_assistant() as assistant:
        assistant.add(Article("The ferry to Vela sails at noon.", "Ferry", "ferry"))
        yield assistant


@pytest.fixture(scope="module")
def guarded(attacked: Assistant) -> Iterator[Server]:
    """A server with accounts for ada and eve."""
    server = start(attacked, ServerOptions(accounts=Accounts.read(["ada:secret", "eve:secret"])))
    yield server
    server.close()
