"""The help texts in docs/cli.md are those of the command line. Run as a module, it rewrites them."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from qa.cli.main import cli
from qa.settings import PREFIX, Settings
from tests.examples import DOCS, check_options, prompted_commands
from ui.serving.settings import ServerSettings

MARKER = "<!-- help -->\n"
GENERATED = {"confidence-report.md"}
MAX_LINE = 100
ANY_COMMAND = {"COMMAND", "..."}
SHELL = {"|", ">", ">>", "&&", "<"}
NOT_RUN = {
    "CONTRIBUTING.md": "its commands are those of continuous integration",
    "benchmarks.md": "hours, and data sets that are not here",
    "confidence.md": "the same; tests/qa/cli/test_train.py runs the command on a small set",
    "installation.md": "it needs a package index; tests/test_package.py installs the wheel",
    "reader-training.md": "days; tests/qa/cli/test_train.py runs the command on a small set",
}
"""Pages whose code no test runs, and why."""


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name in command.commands:
            yield from commands(command.commands[name], (*path, name))


def help_texts() -> str:
    sections = []
    for path in commands(cli):
        output = CliRunner().invoke(cli, [*path, "--help"], prog_name="quotewell", terminal_width=100).output
        sections.append(f"\n## {' '.join(('quotewell', *path))}\n\n```text\n{output.rstrip()}\n```\n")
    return "".join(sections)


def test_the_help_texts_are_up_to_date() -> None:
    assert (DOCS / "cli.md").read_text("utf-8").split(MARKER)[1] == help_texts()


@pytest.mark.parametrize(
    "path",
    [path for path in commands(cli) if path not in ((), ("evaluate",), ("feedback",), ("train",))],
    ids=" ".join,
)
def test_every_command_has_an_example(path: tuple[str, ...]) -> None:
    output = CliRunner().invoke(cli, [*path, "--help"], prog_name="quotewell").output
    assert f"quotewell {' '.join(path)}" in output.split("Example:")[1]


def test_every_setting_is_documented() -> None:
    for settings, page in ((Settings, "python-api.md"), (ServerSettings, "http-api.md")):
        text = (DOCS / page).read_text("utf-8")
        for name in settings.model_fields:
            assert f"| `{name}` | `{PREFIX}{name.upper()}` |" in text, name


def pages() -> list[Path]:
    return [*DOCS.glob("*.md"), *DOCS.parent.glob("*.md")]


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    targets = re.findall(r"\]\(([^)]+)\)", text) + re.findall(r"^\[[^\]]+\]: (\S+)", text, re.MULTILINE)
    for target in targets:
        path, _, anchor = target.partition("#")
        if path.startswith(("http:", "https:")):
            continue
        file = page.parent / path if path else page
        assert file.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in anchors(file), f"{page.name} links to {target}"


@pytest.mark.parametrize(
    "page", [page for page in pages() if page.name not in GENERATED], ids=lambda page: page.name
)
def test_lines_of_prose_are_short(page: Path) -> None:
    text = page.read_text("utf-8").split(MARKER)[0]
    prose = re.sub(r"^( *)```.*?^\1```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for line in prose.splitlines():
        unbroken = line.startswith("|") or " " not in line.strip().lstrip("-* ")  # a table, or a long link alone
        assert unbroken or len(line) <= MAX_LINE, f"{page.name}: {line}"


def mentioned_commands(text: str) -> list[str]:
    """Return the command lines of Quotewell in a text: after a prompt, and in a line."""
    prompted = [
        line for line in prompted_commands(text) if "quotewell " in line and not line.startswith(("docker", "pip"))
    ]
    return [line.partition("quotewell ")[2] for line in prompted] + re.findall(r"`quotewell ([^`]+)`", text)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_commands_and_options_exist(page: Path) -> None:
    for line in mentioned_commands(page.read_text("utf-8").split(MARKER)[0]):
        words = shlex.split(" ".join(line.split()), comments=True)
        if not ANY_COMMAND & set(words):
            check_options(cli, list(itertools.takewhile(lambda word: word not in SHELL, words)))


@pytest.mark.parametrize(
    "page", [page for page in pages() if page.name not in NOT_RUN], ids=lambda page: page.name
)
def test_code_is_run_by_a_test(page: Path) -> None:
    """A test that runs a page names it."""
    if re.search(r"^```(python|console|sh)$", page.read_text("utf-8"), re.MULTILINE):
        tests = (file.read_text("utf-8") for file in Path(__file__).parent.rglob("test_*.py"))
        assert any(f'"{page.name}"' in test for test in tests)


if __name__ == "__main__":
    page = DOCS / "cli.md"
    page.write_text(page.read_text("utf-8").split(MARKER)[0] + MARKER + help_texts(), "utf-8")
