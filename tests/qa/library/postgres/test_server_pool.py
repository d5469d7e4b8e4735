"""A server that goes away: reads are tried again, writes are whole, and errors say what to do."""

import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from qa.errors import LibraryError
from qa.library.base import HealthReport
from qa.library.postgres.postgres_library import PostgresLibrary, open_postgres
from qa.library.postgres.server import server_pool
from qa.testing.material import DIMENSION, ENCODER, indexed, passage_ids, unit, without_vectors
from qa.testing.processes import fill
from tests.postgres import Server, start_server

END_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'quotewell'"


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of these tests' own: they end the connections of all libraries on it."""
    server = start_server(tmp_path_factory.mktemp("own") / "postgres")
    yield server
    server.handle.cleanup()


def test_a_read_survives_the_loss_of_its_connections(postgres: Server, library: PostgresLibrary) -> None:
    library.put([indexed("a", "foxes")])
    for read in (library.articles, lambda: library.search_lexical("fox", 5), lambda: library.get("x")):
        expected = read()
        postgres.execute(END_ALL)
        assert read() == expected


def test_a_write_that_loses_its_connection_says_so_and_changes_nothing(
    postgres: Server, library: PostgresLibrary
) -> None:
    library.put([indexed("a")])
    generation = library.generation
    postgres.execute(END_ALL)
    with pytest.raises(LibraryError, match="cannot be reached"):
        library.put([indexed("b")])
    assert (len(library), library.generation) == (1, generation)
    library.put([indexed("b")])
    assert len(library) == 2


def test_a_lease_ends_when_its_connection_is_lost(postgres: Server, library: PostgresLibrary) -> None:
    library.put(without_vectors(indexed("a")))
    ids = passage_ids(library, indexed("a"))
    with pytest.raises(LibraryError, match="cannot be reached"), library.claim_pending(1, 600) as leased:
        assert leased == ids
        postgres.execute(END_ALL)
        with library.claim_pending(1, 600) as others:
            assert others == ids
        library.put_vectors(ids, unit(1))
    assert library.embedding_state().pending == 0


def kill(server: Server) -> None:
    """Kill the server as a power cut does: with all the processes that work for it."""
    postmaster = psutil.Process(server.handle.get_pid())
    for process in [postmaster, *postmaster.children()]:
        process.kill()
    psutil.wait_procs([postmaster])


def when_it_is_back(library: PostgresLibrary) -> HealthReport:
    """Return the health of a library whose server needs a while to recover."""
    for _ in range(60):
        with suppress(LibraryError):
            return library.doctor()
    raise AssertionError("the server did not come back")


class TestKilledServer:
    """The server itself is killed, and started again."""

    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[Server]:
        server = start_server(tmp_path / "postgres", {})  # with fsync
        yield server
        server.handle.cleanup()

    def test_a_killed_server_loses_nothing(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(server_pool, "CONNECT_TIMEOUT", 2)
        with closing(open_postgres(server.new_address(), encoder=ENCODER, dimension=DIMENSION)) as library:
            stored = [(0, 0)]
            started = threading.Event()

            def write() -> None:
                for counts in fill(library, 10_000):
                    stored.append(counts)
                    if counts[0] == 3:
                        started.set()

            def expect_error() -> None:
                with pytest.raises(LibraryError, match="cannot be reached"):
                    write()

            writer = threading.Thread(target=expect_error)
            writer.start()
            assert started.wait(60)
            kill(server)
            writer.join()
            with pytest.raises(LibraryError, match="cannot be reached"):
                library.articles()
            server.start()
            health = when_it_is_back(library)
            assert health.healthy, health.problems
            batches, vectors = stored[-1]
            assert health.articles in {2 * batches, 2 * batches + 2}
            assert health.vectors >= vectors
