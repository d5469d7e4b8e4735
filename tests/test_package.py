"""The package that users import and install: what it exports, and what its wheel holds."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from email.message import Message
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

import qa
import quotewell
from tests.test_layout import PACKAGES, ROOT

LINK = re.compile(r"\]\((\S+?)\)")


def run(*command: str | Path, **environment: str) -> str:
    """Run a command that must work, without variables that lead it to this checkout; return its output."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, capture_output=True, text=True, env=inherited | environment, cwd=Path(sys.prefix), check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_exports_what_it_names() -> None:
    assert sorted(quotewell.__all__) == list(quotewell.__all__)
    assert set(qa.__all__) <= set(quotewell.__all__)
    for name in quotewell.__all__:
        assert getattr(quotewell, name).__name__ == name
    assert {*quotewell.__all__, "__version__"} == set(dir(quotewell))
    assert re.fullmatch(r"\d+\.\d+\.\d+", quotewell.__version__)
    with pytest.raises(AttributeError, match="no attribute 'Assistent'"):
        _ = quotewell.Assistent  # type: ignore[attr-defined]


def test_importing_it_costs_no_more_than_importing_the_engine() -> None:
    code = "import qa, sys; before = {*sys.modules}; import quotewell; print(*({*sys.modules} - before))"
    assert run(sys.executable, "-c", code, PYTHONPATH=str(ROOT)).split() == ["quotewell"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, offline, from a copy of what it is made of."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir")
    run(sys.executable, "-m", "pip", "wheel", *options, folder, folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    files = {path.relative_to(ROOT).as_posix() for package in PACKAGES for path in (ROOT / package).rglob("*.*")}
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == {file for file in files if "__pycache__" not in file}
    assert {f"{package}/py.typed" for package in PACKAGES} <= held


def test_the_page_of_the_package_leads_into_the_repository(metadata: Message) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    repository = project["urls"]["Source"]
    links = LINK.findall(str(metadata.get_payload()))
    assert len(links) == len(LINK.findall((ROOT / "README.md").read_text("utf-8")))
    for link in links:
        assert link.startswith("https://"), link
        if link.startswith(repository):
            view, _, path = link.removeprefix(f"{repository}/").partition("/HEAD/")
            assert view == ("raw" if path.startswith("docs/images/") else "blob")
            assert (ROOT / path.partition("#")[0]).is_file(), link
    assert metadata["Description-Content-Type"] == "text/markdown"


def test_the_wheel_answers_in_an_environment_of_its_own(wheel: Path, tmp_path: Path) -> None:
    """Its dependencies are those of this environment, because to install them anew takes a minute."""
    venv.create(tmp_path / "venv", with_pip=False)
    schemes = {"base": str(tmp_path / "venv"), "platbase": str(tmp_path / "venv")}
    own, scripts = (Path(sysconfig.get_path(name, vars=schemes)) for name in ("purelib", "scripts"))
    (own / "dependencies.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    python = next(scripts.glob("python*"))
    options = ("--no-deps", "--no-index", "--quiet")
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, wheel)
    home = {"QUOTEWELL_HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1"}
    assert str(own) in run(python, "-c", "import quotewell; print(quotewell.__file__)")
    output = run(scripts / "quotewell", "ask", "How many Shahed drones were used?", **home)
    assert output.startswith("more than 40")
