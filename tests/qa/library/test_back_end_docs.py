"""The examples of docs/library-backends.md fit the protocol and the tests that come with the package."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from qa.library.base import Library
from qa.testing.library import LibraryTests
from tests.examples import DOCS, blocks

PAGE = (DOCS / "library-backends.md").read_text("utf-8")


def test_the_entry_point_has_the_group_that_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = blocks(PAGE, "toml")
    points = tomllib.loads(example)["project"]["entry-points"]
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text("utf-8"))["project"]
    assert points.keys() == project["entry-points"].keys() == {"quotewell.libraries"}
    assert points["quotewell.libraries"] == {"mystore": "my_package.library:open_my_store"}


def test_the_examples_run() -> None:
    names: dict[str, Any] = {"Library": Library}
    for example in blocks(PAGE, "python"):
        exec(example, names)
    assert issubclass(names["TestMyStore"], LibraryTests)
    assert {"encoder", "dimension", "create"} <= set(
        names["open_my_store"].__kwdefaults__ or names["open_my_store"].__annotations__
    )
