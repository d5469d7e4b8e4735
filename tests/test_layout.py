"""The layout: one name for one thing, small folders, small modules, imports in one direction."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("quotewell", "qa", "embeddings", "ui", "seeds")
MAX_MODULES = 12
MAX_LINES = 400

# Names in several folders, each of which makes plain what the file is about.
SHARED_NAMES = {
    "article": "the value; its HTML in the chat",
    "articles": "the commands about articles; articles as they are exported",
    "base": "the protocol and the types of its folder",
    "confidence": "the confidence model; the evaluation mode that measures it",
    "evaluate": "the evaluation; its commands",
    "feedback": "a verdict; the commands about verdicts; verdicts as they are exported",
    "handlers": "what happens in each part of the chat",
    "library": "the library on SQLite; the tests that every library must pass",
    "settings": "the settings of the engine; those of the server",
    "train": "the training of a reader; the commands about training",
}


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if path.name != "__init__.py":
                yield path.relative_to(ROOT)


def test_a_file_name_means_one_thing() -> None:
    places = defaultdict(list)
    for path in modules():
        places[path.stem].append(str(path))
    repeated = {name: paths for name, paths in places.items() if len(paths) > 1}
    assert set(repeated) == set(SHARED_NAMES), repeated


def test_folders_are_small() -> None:
    folders = defaultdict(list)
    for path in modules():
        folders[path.parent].append(path.name)
    assert {folder: names for folder, names in folders.items() if len(names) > MAX_MODULES} == {}


def test_modules_are_small() -> None:
    lengths = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in modules()}
    assert {path: length for path, length in lengths.items() if length > MAX_LINES} == {}


def test_every_room_has_its_floor() -> None:
    """Every module of ``qa`` and every package has a place in the contract, so that its imports are checked."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = config["tool"]["importlinter"]["contracts"][0]["layers"]
    placed = {name for layer in layers for name in layer.split(" | ")}
    rooms = {f"qa.{path.stem}" for path in (ROOT / "qa").glob("*.py") if path.name != "__init__.py"}
    rooms |= {f"qa.{path.parent.name}" for path in (ROOT / "qa").glob("*/__init__.py")}
    assert placed == rooms | set(PACKAGES) - {"qa"} | {"benchmarks"}
