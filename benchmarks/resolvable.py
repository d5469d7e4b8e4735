"""Ask the package index whether Quotewell can be installed from wheels alone, by system and version of Python.

    python -m benchmarks.resolvable

Nothing is downloaded but metadata, and nothing is installed: uv resolves for other systems than this one. Prints
the table of docs/installation.md; a cell names the extras that cannot be installed, or why nothing can.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
UV = (sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--only-binary", ":all:", "--quiet")
WHEEL_LESS = re.compile(r"([a-z][\w.-]*?)[<>=!][^ ]* has no (?:usable )?wheels")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


@dataclass(frozen=True)
class Platform:
    """A system, as uv names it."""

    name: str
    target: str
    environment: dict[str, str] = field(default_factory=dict)


MACOS = {"MACOSX_DEPLOYMENT_TARGET": "14.0"}
PLATFORMS = (
    Platform("Linux, x86-64 (glibc 2.28)", "x86_64-manylinux_2_28"),
    Platform("Linux, ARM64 (glibc 2.28)", "aarch64-manylinux_2_28"),
    Platform("macOS 14, Apple silicon", "aarch64-apple-darwin", MACOS),
    Platform("macOS 14, Intel", "x86_64-apple-darwin", MACOS),
    Platform("Windows, x86-64", "x86_64-pc-windows-msvc"),
)


def main() -> None:
    """Resolve and print."""
    print(f"| | {' | '.join(PYTHONS)} |\n|{'---|' * (len(PYTHONS) + 1)}")
    for platform in PLATFORMS:
        print(f"| {platform.name} |", end="", flush=True)
        for python in PYTHONS:
            print(f" {outcome(platform, python)} |", end="", flush=True)
        print()


def extras() -> list[str]:
    """Return the extras of users."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return sorted(project["optional-dependencies"].keys() - {"dev"})


def outcome(platform: Platform, python: str) -> str:
    """Return ``all``, or what cannot be installed."""
    if not problem(platform, python, extras()):
        return "all"
    missing = problem(platform, python, [])
    if missing:
        return f"none: {missing}"
    refused = [extra for extra in extras() if problem(platform, python, [extra])]
    return f"all but {', '.join(f'`{extra}`' for extra in refused)}" if refused else "all, not together"


def problem(platform: Platform, python: str, chosen: Sequence[str]) -> str:
    """Return the package for which there is no wheel, or "" if there is one of each."""
    done = subprocess.run(
        [*UV, *options(platform, python, chosen)],
        env=os.environ | platform.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.returncode:
        return ""
    named = WHEEL_LESS.search(done.stderr)
    if not named:
        sys.exit(done.stderr)
    return f"no wheel of {named[1]}"


def options(platform: Platform, python: str, chosen: Sequence[str]) -> Iterator[str]:
    """Yield what tells uv the system, the version and the extras."""
    yield from ("--python-platform", platform.target, "--python-version", python)
    for extra in chosen:
        yield from ("--extra", extra)


if __name__ == "__main__":
    main()
