"""Adding and embedding on a Ray cluster of three nodes on this machine, some of whose workers are killed."""

from __future__ import annotations

import importlib
import json
import shlex
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner

from embeddings.encoder import SentenceEncoder
from qa.cli.main import cli
from qa.errors import SettingsError
from qa.indexing.ray_cluster import GROUP_FILES, RayCluster
from qa.library import open_library
from qa.library.base import Library
from qa.settings import Settings
from qa.types import AddProgress, EmbeddingState
from tests.examples import DOCS, check_options, prompted_commands
from tests.postgres import Server
from tests.waiting import wait_until

ROOT = Path(__file__).parents[3]
LONG = "It is long. " * 60
# Ray takes 127.0.0.1 for the address of the machine in its network, which others can reach.
NODE = {"num_cpus": 1, "node_ip_address": "127.0.0.2", "include_dashboard": False, "object_store_memory": 80 << 20}


@pytest.fixture(scope="module")
def nodes() -> Iterator[Any]:
    """A cluster of three nodes with a core each."""
    if sys.platform != "linux":
        pytest.skip("only Linux has a second address of the machine itself")
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        warnings.simplefilter("ignore")  # Ray's own
        cluster_utils = pytest.importorskip("ray.cluster_utils")
        cluster = cluster_utils.Cluster(initialize_head=True, head_node_args=NODE)
        try:
            for _ in range(2):
                cluster.add_node(**NODE)
            cluster.wait_for_nodes()
            yield cluster
        finally:
            cluster.shutdown()


@pytest.fixture
def library(postgres: Server, encoder: SentenceEncoder) -> Iterator[tuple[str, Library]]:
    address = postgres.new_address()
    about = {"encoder": encoder.fingerprint, "dimension": encoder.dimension}
    with closing(open_library(address, **about)) as made:  # type: ignore[arg-type]
        yield address, made


def workers(task: str) -> list[psutil.Process]:
    """Return the processes of the cluster that work on a task."""
    return [one for one in psutil.Process().children(recursive=True) if f"ray::{task}" in " ".join(one.cmdline())]


@pytest.mark.filterwarnings("ignore")  # Ray's own, also from its threads
def test_files_are_added_and_embedded_though_workers_and_a_node_are_killed(
    nodes: Any, library: tuple[str, Library], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, store = library
    files = [tmp_path / f"{number:03}.txt" for number in range(2 * GROUP_FILES + 5)]
    for number, file in enumerate(files):
        file.write_text(
            "\n\n".join(f"Paragraph {part} of text {number}. " + "It is long. " * 60 for part in range(4))
        )
    monkeypatch.chdir(tmp_path)
    added: list[AddProgress] = []
    embedded: list[EmbeddingState] = []
    with RayCluster(nodes.address, address, Settings()) as cluster:
        report = cluster.add([Path(), "missing.txt"], on_progress=added.append)
        assert [result.source for result in report.results] == [*map(str, files), str(tmp_path / "missing.txt")]
        assert (report.count("added"), report.count("failed")) == (len(files), 1)
        assert (added[-1].sources_done, added[-1].articles) == (len(files) + 1, len(files))
        assert [cluster.add([files[0]]).count(outcome) for outcome in ("added", "unchanged")] == [0, 1]
        passages = store.embedding_state().pending
        assert passages == added[-1].passages > len(files)

        failures: list[BaseException] = []

        def embed() -> None:
            try:
                cluster.embed(embedded.append)
            except BaseException as error:
                failures.append(error)

        embedding = threading.Thread(target=embed)
        embedding.start()
        wait_until(lambda: workers("_embed_share") or not embedding.is_alive())
        workers("_embed_share")[0].kill()
        nodes.remove_node(nodes.list_all_nodes()[-1], allow_graceful=False)
        embedding.join()
        assert failures == []
    assert embedded[-1] == EmbeddingState(passages, passages)
    health = store.doctor()
    assert (health.problems, health.vectors, health.pending) == ((), passages, 0)


def test_a_library_in_a_folder_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"postgresql://host/news; `quotewell copy` copies news there"):
        RayCluster("auto", "news", Settings())


@pytest.mark.filterwarnings("ignore")  # Ray's own, also from its threads
@pytest.mark.usefixtures("few_draws")
def test_an_evaluation_gives_the_same_on_a_cluster(nodes: Any, postgres: Server, tmp_path: Path) -> None:
    address, file = postgres.new_address(), tmp_path / "dev.jsonl"
    context = "The lighthouse at Vela is 42 metres tall."
    question = {
        "question": "How tall is the lighthouse at Vela?",
        "context": context,
        "answers": [{"text": "42 metres", "answer_start": 26}],
    }
    file.write_text("".join(json.dumps({"id": str(number), **question}) + "\n" for number in range(3)), "utf-8")
    (tmp_path / "vela.txt").write_text(context, "utf-8")
    invoke(["add", str(tmp_path / "vela.txt"), "--library", address])
    for command in (["reader", str(file)], ["open", str(file), "--library", address, "--no-simulate"]):
        here, there = (
            json.loads(invoke(["evaluate", *command, "--json", *where]))
            for where in ([], ["--ray", nodes.address])
        )
        latencies = {name for name in here if name.endswith("_ms")}
        assert {n: v for n, v in here.items() if n not in latencies} == {
            n: v for n, v in there.items() if n not in latencies
        }
        assert there["f1"] == 100


def invoke(arguments: list[str]) -> str:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, (arguments, result.output, result.exception)
    return result.stdout


@pytest.mark.filterwarnings("ignore")  # Ray's own, also from its threads
def test_the_commands_of_the_documentation_work(
    nodes: Any, postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vela.txt").write_text("The lighthouse at Vela is 42 metres tall.", "utf-8")
    places = {
        "/archive": str(tmp_path),
        "postgresql://db.example.org/news": postgres.new_address(),
        "auto": nodes.address,
    }
    asked = ""
    for command in prompted_commands((DOCS / "ray.md").read_text("utf-8")):
        program, *words = shlex.split(command)
        if program == "ray":
            check_options(importlib.import_module("ray.scripts.scripts").cli, words)
        elif program == "quotewell":
            result = CliRunner().invoke(cli, [places.get(word, word) for word in words])
            assert result.exit_code == 0, (command, result.output, result.exception)
            asked = result.stdout
    assert "Who visited Kyiv?" in (DOCS / "ray.md").read_text("utf-8")
    assert "These articles do not seem to answer that." in asked
