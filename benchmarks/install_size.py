"""Add up what an installation takes on disk: Quotewell's wheel, its dependencies, and what each extra adds.

    python -m benchmarks.install_size [PYPROJECT]

The sizes are those of the packages in this environment, which must hold all extras. PYPROJECT may be another
version's: the wheel is built of its folder. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

MB = 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pyproject", type=Path, nargs="?", default=Path(__file__).parent.parent / "pyproject.toml")
    file = parser.parse_args().pyproject
    project = tomllib.loads(file.read_text("utf-8"))["project"]
    needed = closure(project["dependencies"])
    rows = [
        ("the wheel", wheel_size(file.parent)),
        ("dependencies without extras", size(needed)),
        ("of it torch", size({"torch"})),
    ]
    for extra, requirements in project["optional-dependencies"].items():
        if extra != "dev":
            rows.append((f"`{extra}` adds", size(closure(requirements) - needed)))
    print("| | MB |\n|---|---|")
    for name, total in rows:
        print(f"| {name} | {total / MB:,.0f} |")


def closure(requirements: Iterable[str]) -> set[str]:
    """Return the names of the packages that the requirements bring, directly or not."""
    found: set[str] = set()
    waiting = [(Requirement(each), "") for each in requirements]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        package = installed(requirement.name)
        name = canonicalize_name(requirement.name)
        if package is None or (name in found and not requirement.extras):
            continue
        found.add(name)
        for wanted in (*requirement.extras, ""):
            waiting += [(Requirement(each), wanted) for each in package.requires or ()]
    return found


def installed(name: str) -> Distribution | None:
    """Return an installed package, or None: a package for another system is not."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def size(packages: Iterable[str]) -> int:
    """Return the bytes of the files of the packages, without what Python compiles of them."""
    paths = (path for name in packages for path in distribution(name).files or () if path.suffix != ".pyc")
    return sum(file.stat().st_size for file in (Path(str(path.locate())) for path in paths) if file.is_file())


def wheel_size(folder: Path) -> int:
    """Return the bytes of the wheel that is built of a folder."""
    with tempfile.TemporaryDirectory() as built:
        options = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir", built)
        subprocess.run([sys.executable, "-m", "pip", "wheel", *options, folder], check=True)
        (wheel,) = Path(built).glob("*.whl")
        return wheel.stat().st_size


if __name__ == "__main__":
    main()
