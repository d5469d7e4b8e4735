"""Fixtures for all tests: the real models, loaded once, and an empty library for each test."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from embeddings.encoder import SentenceEncoder
from qa.answering.readers import build_reader
from qa.assistant import Assistant
from qa.library.sqlite.library import SqliteLibrary
from qa.reader import Reader
from qa.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.postgres import Server

# One profile for all property tests: the same examples in every run, and no deadline, so that no test fails on
# a busy machine.
settings.register_profile(
    "quotewell", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("quotewell")


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    return SentenceEncoder()


@pytest.fixture(scope="session")
def reader() -> Reader:
    return build_reader(Settings())


@pytest.fixture
def library(encoder: SentenceEncoder) -> Iterator[SqliteLibrary]:
    store = SqliteLibrary.in_memory(encoder=encoder.fingerprint, dimension=encoder.dimension)
    yield store
    store.close()


@pytest.fixture
def assistant(library: SqliteLibrary, encoder: SentenceEncoder, reader: Reader) -> Iterator[Assistant]:
    """An assistant over an empty library in memory."""
    with Assistant(library, encoder, reader, Settings()) as made:
        yield made


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    from tests.chromium import ARGUMENTS, CHROMIUM

    if not CHROMIUM:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a PostgreSQL server, started by the first test that needs it, for all processes of the test run."""
    from tests.postgres import start_server

    folder = tmp_path_factory.getbasetemp()
    server = start_server((folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "postgres")
    yield server
    server.handle.cleanup()


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the named libraries of a test in its own folder, never in the user's."""
    monkeypatch.setenv("QUOTEWELL_HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """Let each test see the project's warnings, whatever an earlier command or server did to the loggers."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    root.setLevel(logging.WARNING)
    logging.disable(logging.NOTSET)
    for name, logger in logging.Logger.manager.loggerDict.items():
        if isinstance(logger, logging.Logger) and name.partition(".")[0] in {"qa", "embeddings", "ui"}:
            logger.disabled, logger.propagate = False, True
            logger.setLevel(logging.NOTSET)
    yield
    root.handlers[:] = handlers
