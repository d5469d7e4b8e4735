"""Fixtures for all tests: the real models, loaded once, and an empty library for each test."""

from __future__ import annotations

import functools
import itertools
import logging
import os
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from hypothesis import HealthCheck, settings

from embeddings import encoder as encoder_module
from embeddings.encoder import SentenceEncoder
from qa.answering.readers import build_reader
from qa.assistant import Assistant
from qa.evaluation.metrics.significance import bootstrap, permutation_test
from qa.library.sqlite.library import SqliteLibrary
from qa.reader import Reader
from qa.reader.model import BUNDLED
from qa.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.postgres import Server

pytest.register_assert_rewrite("tests.examples")

# One profile for all property tests: the same examples in every run, and no deadline, so that no test fails on
# a busy machine.
settings.register_profile(
    "quotewell", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("quotewell")


READ_ONCE = (
    "embeddings.encoder._sha256",
    "embeddings.sentence_models.load_sentence_model",
    "qa.reader.extractive.checksum",
    "qa.reader.scoring.load_scorer",
)
"""Functions of the path of a model."""


def read_once(read: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function in ``READ_ONCE`` remember what it read of the models that come with the project."""
    remembered = functools.cache(read)
    kept = (BUNDLED, encoder_module.BUNDLED)

    def reading(path: Path, *options: Any) -> Any:
        return (remembered if path in kept or path.parent in kept else read)(path, *options)

    return reading


@pytest.fixture(scope="session", autouse=True)
def shared_models() -> Iterator[None]:
    """Load the models of the project once, whatever number of assistants the tests open."""
    with pytest.MonkeyPatch.context() as patch:
        for name in READ_ONCE:
            patch.setattr(name, read_once(pkgutil.resolve_name(name)))
        yield


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


@pytest.fixture(scope="session", autouse=True)
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Trust a single authority: no test reaches another machine, and httpx reads all of them for each request."""
    file = tmp_path_factory.mktemp("trusted") / "authority.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(file))
        yield


@pytest.fixture
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw few samples for intervals and p-values, in tests that do not compare them."""
    for drawing in (bootstrap, permutation_test):
        monkeypatch.setattr(drawing, "__defaults__", (20, 0))


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


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Paths of folders that do not exist. Most tests need none, and a ``tmp_path`` for each would take a while."""
    root = tmp_path_factory.mktemp("homes")
    return (root / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def own_home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the named libraries of a test in its own folder, and the user's libraries, settings and daemon out."""
    home = next(homes)
    monkeypatch.setenv("QUOTEWELL_HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home.parent / "config"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home.parent))


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
