"""Work on a Ray cluster: connect to it, hand out tasks, and get their results or their errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from threading import get_ident
from typing import Any, Self, TextIO, cast

from qa.errors import LibraryError, SettingsError

__all__ = ["RayTasks", "only_own_output"]

RETRIES = 3
"""How often the work of a worker that dies is given to another one."""
WAIT_SECONDS = 0.5
"""Seconds between two reports of the progress."""


class RayTasks:
    """A connection to a Ray cluster, whose tasks take a core each.

    :param address: ``host:port`` of the cluster's head, or ``auto``; this machine must belong to the cluster.
    :raises SettingsError: if Ray is not installed or, when it is entered, there is no cluster at the address.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._ray = _import_ray()
        self._connection = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(only_own_output())
            try:
                self._ray.init(self._address, configure_logging=False, log_to_driver=False)
            except (ConnectionError, ValueError, RuntimeError) as error:
                raise SettingsError(
                    f"there is no Ray cluster at {self._address} ({' '.join(str(error).split())}); start one with "
                    "`ray start --head`, and more machines with `ray start --address=HOST:6379`"
                ) from error
            stack.callback(self._ray.shutdown)
            self._connection = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    @property
    def cores(self) -> int:
        """The cores of the cluster."""
        return max(1, int(self._ray.cluster_resources().get("CPU", 1)))

    def task(self, function: Callable[..., object]) -> Callable[..., Any]:
        """Return a function that starts a task, which calls the given one."""
        start: Callable[..., Any] = self._ray.remote(num_cpus=1, max_retries=RETRIES)(function).remote
        return start

    def share(self, value: object) -> Any:
        """Store a value once for all tasks; return a reference to it."""
        return self._ray.put(value)

    def wait(self, tasks: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """Return the tasks that are finished, after a short while if none is, and the others."""
        finished, running = self._ray.wait(list(tasks), timeout=WAIT_SECONDS)
        return finished, running

    def result(self, task: Any) -> Any:
        """Return the result of a task, or raise its exception.

        :raises LibraryError: if its workers were lost too often.
        """
        try:
            return self._ray.get(task)
        except self._ray.exceptions.RayTaskError as error:
            raise error.cause or LibraryError(str(error)) from error
        except self._ray.exceptions.RayError as error:
            raise LibraryError(
                f"the workers of the cluster were lost {RETRIES + 1} times ({type(error).__name__}); what they "
                "stored is kept: run the command again to continue"
            ) from error


@contextmanager
def only_own_output() -> Iterator[None]:
    """Send what other threads print to standard error: Ray prints news of its nodes among the results."""
    with redirect_stdout(cast(TextIO, _OwnOutput(sys.stdout))):
        yield


class _OwnOutput:
    """A stream for the thread that makes it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._thread = get_ident()

    def write(self, text: str) -> int:
        return (self._stream if get_ident() == self._thread else sys.stderr).write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _import_ray() -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing leaves the machine
    try:
        import ray
    except ImportError as error:
        raise SettingsError(f"a cluster needs the package ray; install quotewell[ray] ({error})") from None
    return ray
