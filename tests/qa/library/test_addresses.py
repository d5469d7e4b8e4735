"""Addresses: paths, memory, and the stores that other packages register."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any

import pytest

from qa.assistant import Assistant
from qa.errors import LibraryError
from qa.library import address_text, addresses, library_address, open_library
from qa.library.base import Library
from qa.library.postgres.postgres_library import open_postgres
from qa.settings import Settings

ENCODER = {"encoder": "toy:1", "dimension": 8}
opened: list[tuple[str, dict[str, Any]]] = []


def open_toy(address: str, **about: Any) -> Library:
    opened.append((address, about))
    return open_library(":memory:", encoder=about["encoder"], dimension=about["dimension"])


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    stores = [
        EntryPoint("toy", f"{__name__}:open_toy", addresses.GROUP),
        EntryPoint("broken", "no_such_package:open", addresses.GROUP),
    ]
    monkeypatch.setattr(addresses, "_stores", lambda: EntryPoints(stores))
    opened.clear()


@pytest.mark.parametrize("address", ["{}", "sqlite:{}", Path("{}")])
def test_a_path_is_a_folder_with_sqlite(tmp_path: Path, address: str | Path) -> None:
    folder = tmp_path / "library"
    address = type(address)(str(address).format(folder))
    open_library(address, **ENCODER).close()
    assert (folder / "library.db").is_file()
    library = open_library(address, encoder=None, create=False)
    assert (library.encoder, library.dimension, len(library)) == ("toy:1", 8, 0)
    library.close()


def test_memory_is_always_new() -> None:
    library = open_library(":memory:", **ENCODER)
    assert (library.generation, len(library)) == (0, 0)
    library.close()
    with pytest.raises(LibraryError, match="always new"):
        open_library(":memory:", encoder=None)


def test_a_missing_library_is_not_created_unless_asked(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"no library at .*quotewell add"):
        open_library(tmp_path / "none", **ENCODER, create=False)
    assert not (tmp_path / "none").exists()


@pytest.mark.usefixtures("registered")
def test_a_scheme_opens_the_store_registered_for_it() -> None:
    open_library("TOY://host/news", **ENCODER, create=False).close()
    assert opened == [("TOY://host/news", {**ENCODER, "create": False})]
    with Assistant.open("toy://host/news", seed=False) as assistant:
        assert assistant.articles() == []
    assert opened[1][0] == "toy://host/news"


@pytest.mark.usefixtures("registered")
def test_an_unknown_scheme_names_the_installed_ones() -> None:
    with pytest.raises(LibraryError, match=r"no store for mysql:// .*\(installed: broken://, toy://\)"):
        open_library("mysql://host/news", **ENCODER)
    with pytest.raises(LibraryError, match=r"broken:// cannot be loaded: No module named 'no_such_package'"):
        open_library("broken://host/news", **ENCODER)


def test_without_other_stores_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_stores", lambda: EntryPoints([]))
    with pytest.raises(LibraryError, match=r"no store for mysql:// .*\(installed: none\).*path of a folder"):
        Assistant.open("mysql://host/news")


def test_a_store_whose_packages_are_missing_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    store = EntryPoint("toy", "no_such_package:open [toys]", addresses.GROUP)
    monkeypatch.setattr(addresses, "_stores", lambda: EntryPoints([store]))
    with pytest.raises(LibraryError, match=r'pip install "PACKAGE\[toys\]"'):
        open_library("toy://host/news", **ENCODER)


def test_the_store_on_postgresql_is_registered() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8"))["project"]
    stores = EntryPoints(
        EntryPoint(name, value, addresses.GROUP)
        for name, value in project["entry-points"][addresses.GROUP].items()
    )
    for scheme in ("postgresql", "postgres"):
        assert stores[scheme].load() is open_postgres
        assert stores[scheme].extras == ["postgres"]


def test_only_a_bare_name_is_looked_up_among_the_named_libraries(tmp_path: Path) -> None:
    settings = Settings()
    assert library_address("news", settings) == settings.libraries / "news"
    assert library_address(tmp_path / "news", settings) == tmp_path / "news"
    for address in ("postgresql://host/news", ":memory:", "sqlite:news"):
        assert library_address(address, settings) == address


def test_looking_up_an_address_loads_no_store() -> None:
    code = "import sys, qa.library; print([m for m in ('torch', 'faiss', 'sqlite3') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


def test_an_address_is_shown_without_its_password() -> None:
    assert address_text("postgresql://ada:secret@db.example.org:5432/news?sslmode=require") == (
        "postgresql://db.example.org:5432/news"
    )
    shown = [address_text(one) for one in ("news", Path("a/b"), ":memory:")]
    assert shown == ["news", str(Path("a/b")), ":memory:"]
