"""The command ``quotewell daemon``."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from qa.cli.daemon.daemon_client import DaemonClient
from qa.cli.daemon.daemon_socket import HAS_UNIX_SOCKETS, create_folder
from qa.cli.environment.surroundings import library_place, settings_variables
from qa.cli.options import command, library_option, open_assistant
from qa.cli.output import count, echo
from qa.errors import EmptyLibraryError, SettingsError

if TYPE_CHECKING:
    from filelock import FileLock

    from qa.cli.daemon.open_assistants import OpenAssistants

__all__ = ["daemon"]

START_SECONDS = 600
STOP_SECONDS = 30
POLL_SECONDS = 0.05
LOG = "daemon.log"
_started: list[subprocess.Popen[bytes]] = []
"""Those that this process has started; Popen warns about one that outlives it."""


@command("daemon", "--library news")
@library_option
@click.option(
    "--idle",
    "idle_minutes",
    default=30.0,
    show_default=True,
    type=click.FloatRange(0, min_open=True),
    metavar="MINUTES",
    help="End after so many minutes without a question.",
)
@click.option("--status", is_flag=True, help="Say whether the daemon is running.")
@click.option("--stop", is_flag=True, help="End the daemon.")
@click.option("--foreground", is_flag=True, help="Run here until Ctrl-C, for a service manager.")
def daemon(library: str, idle_minutes: float, status: bool, stop: bool, foreground: bool) -> None:
    """Keep the models loaded in the background, so that `quotewell ask` answers at once.

    One daemon serves all your libraries; it begins with the one that you name. Only you can use it, and it ends
    when it has been idle for a while. `quotewell ask` finds it by itself.
    """
    if not HAS_UNIX_SOCKETS:
        raise SettingsError("the daemon needs Unix sockets, which this system does not have")
    if stop:
        _stop()
    elif status:
        _print_status()
    elif foreground:
        _serve(library, idle_minutes)
    else:
        _start(library, idle_minutes)


def _start(library: str, idle_minutes: float) -> None:
    """Start a daemon and wait until it can answer."""
    if running := DaemonClient.connect():
        with running:
            if running.is_same_version:
                echo(f"The daemon is running already (process {running.greeting['process']}).")
                return
        _stop()
    log = create_folder().with_name(LOG)
    arguments = ["daemon", "--foreground", "--library", library, "--idle", str(idle_minutes)]
    log.touch(0o600)
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - this program
            [sys.executable, "-P", "-c", "from qa.cli import main; main()", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    _started.append(process)
    echo("Loading the models...", err=True)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if client := DaemonClient.connect():
            client.close()
            echo(f"The daemon is running (process {process.pid}).")
            echo(f"It ends after {idle_minutes:g} min without a question.")
            return
        time.sleep(POLL_SECONDS)
    raise SettingsError(f"the daemon did not start: {_last_line(log).removeprefix('Error: ')}")


def _stop() -> None:
    from filelock import Timeout

    client = DaemonClient.connect()
    if client is None:
        echo("No daemon is running.")
        return
    with client:
        client.request("stop")
    try:
        with _lock(create_folder(), STOP_SECONDS):
            echo("The daemon has ended.")
            for process in _started:
                process.wait()
    except Timeout:
        raise SettingsError("the daemon has not ended yet: it is still answering a question") from None


def _print_status() -> None:
    """Say what the daemon does; exit with 1 if none is running."""
    client = DaemonClient.connect()
    if client is None:
        echo("No daemon is running. `quotewell daemon` starts one.")
        raise SystemExit(1)
    with client:
        state = client.request("status")
        minutes = max(1, round(state["seconds_left"] / 60))
        questions = count(state["questions"], "question")
        echo(f"The daemon is running (process {client.greeting['process']}).")
        echo(f"It has answered {questions}, and ends after {count(minutes, 'more idle minute')}.")
        if not client.is_same_version:
            echo("It is of another version, so `quotewell ask` does not use it. `quotewell daemon` replaces it.")


def _serve(library: str, idle_minutes: float) -> None:
    """Load the models, then answer until idle, stopped or interrupted."""
    from filelock import Timeout

    from qa.cli.daemon.daemon_server import DaemonServer
    from qa.cli.daemon.open_assistants import OpenAssistants

    signal.signal(signal.SIGTERM, _interrupt)
    path = create_folder()
    try:
        with _lock(path):
            assistants = OpenAssistants()
            _warm_up(assistants, library)
            with suppress(KeyboardInterrupt):
                DaemonServer(path, assistants, 60 * idle_minutes).run()
    except Timeout:
        raise SettingsError("a daemon is already running") from None


def _warm_up(assistants: OpenAssistants, library: str) -> None:
    """Ask a question, which loads everything that answering needs."""
    open_assistant(library).close()  # a missing library is an error, unless it is created as `ask` would
    place = library_place(library) or library
    with assistants.use(place, settings_variables()) as assistant, suppress(EmptyLibraryError):
        assistant.ask("What is this about?")


def _lock(path: Path, seconds: float = 0) -> FileLock:
    """Return the lock that a daemon holds as long as it lives.

    :param path: of its socket.
    :param seconds: how long to wait for a daemon that ends.
    """
    from filelock import FileLock

    return FileLock(path.with_suffix(".lock"), timeout=seconds, mode=0o600)


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
    raise KeyboardInterrupt


def _last_line(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "it says nothing")
