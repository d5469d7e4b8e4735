"""The Dockerfile, the compose file and the Space, as far as they can be checked without building them."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from qa.cli.main import cli
from qa.settings import Settings
from tests.examples import DOCS, check_options, prompted_commands
from ui.serving.settings import ServerSettings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text("utf-8")
OTHER_VARIABLES = {"QUOTEWELL_LIBRARY", "QUOTEWELL_AUTH_FILE"}


def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE)["services"]
    return found


def test_hadolint_finds_nothing() -> None:
    hadolint = shutil.which("hadolint", path=Path(sys.executable).parent)
    if hadolint is None:
        pytest.skip("hadolint is not installed")
    linted = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_compose_file_fits_its_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run([*command, ROOT / "compose.yaml"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_what_is_copied_exists_and_is_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert ignored[0] == "*"
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        for name in line.split():
            assert (ROOT / name).exists(), name
            assert f"!{name}" in ignored


def test_every_package_is_copied() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE))
    assert copied == {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}


def test_the_image_runs_a_command_without_root_and_watches_it() -> None:
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 1000$", final, re.MULTILINE)
    assert "/healthz" in final
    command = re.search(r"^CMD \[(.+)\]$", final, re.MULTILINE)
    assert command
    name, *options = re.findall(r'"([^"]+)"', command[1])
    cli.commands[name].make_context(name, options)


def test_variables_are_known() -> None:
    settings = {f"QUOTEWELL_{name.upper()}" for model in (Settings, ServerSettings) for name in model.model_fields}
    for text in (DOCKERFILE, re.sub(r"\$\{\w+[^}]*\}", "", COMPOSE)):
        assert set(re.findall(r"QUOTEWELL_\w+", text)) <= settings | OTHER_VARIABLES | {"QUOTEWELL_SITE"}


def test_the_commands_of_the_documentation_fit() -> None:
    """Docker is not at hand, but what it would start is."""
    names = {"quotewell", *services()}
    for command in prompted_commands((DOCS / "deployment.md").read_text("utf-8")):
        words = shlex.split(command, comments=True)
        if words[:2] in (["docker", "run"], ["docker", "compose"]) and names & set(words):
            place = next(place for place, word in enumerate(words) if word in names)
            check_options(cli, words[place + 1 :])
            if words[1] == "run":
                assert "VOLUME /data\n" in DOCKERFILE
                assert "quotewell:/data" in words
    page = (DOCS / "deployment.md").read_text("utf-8")
    variables = {*re.findall(r"\$\{(\w+)", COMPOSE)} | OTHER_VARIABLES | {"FORWARDED_ALLOW_IPS"}
    assert set(re.findall(r"\b([A-Z]+_\w+)=", page)) <= variables


def test_the_services_belong_together() -> None:
    proxied = set(re.findall(r"(server\d):7860", (ROOT / "deploy" / "Caddyfile").read_text("utf-8")))
    servers = {name: service for name, service in services().items() if service["image"] == "quotewell"}
    assert proxied == set(servers) == set(services()["proxy"]["depends_on"])
    one, two = servers.values()
    assert one == two
    assert not one.get("ports"), "only the proxy is reached from outside"
    assert "database" in one["depends_on"]
    assert one["environment"]["QUOTEWELL_LIBRARY"] == "postgresql://quotewell@database/quotewell"


def test_the_space_is_an_app() -> None:
    about = (ROOT / "deploy" / "space" / "README.md").read_text("utf-8").split("---")[1]
    app = ROOT / "deploy" / "space" / yaml.safe_load(about)["app_file"]
    subprocess.run([sys.executable, "-c", f"import runpy; runpy.run_path({str(app)!r})"], check=True)
