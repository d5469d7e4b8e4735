"""The parent's side: start workers, hand them files, and replace those that crash or exceed a limit."""

from __future__ import annotations

import atexit
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TypeVar, cast

from qa.errors import LoadError
from qa.loaders.base import File, LimitExceededError, Limits
from qa.loaders.pdfium.page_picture import Picture, QuoteOnPage
from qa.loaders.worker.frames import (
    DRAW,
    IDLE_EXIT,
    LOAD,
    MEMORY_EXIT,
    Items,
    decode_reply,
    encode_request,
    read_frame,
    write_frame,
)
from qa.loaders.worker.page_frames import MAX_PICTURE, decode_picture, encode_page_request

__all__ = ["draw_in_worker", "load_in_worker", "shut_down"]

Result = TypeVar("Result")

MAX_WORKERS = max(1, min(16, os.cpu_count() or 1))
MAX_FILES = 5000
"""A worker is replaced after this many files, so that a leak in a parser stays small."""
MAX_KEPT_BYTES = 8 << 20
"""A worker is replaced after a larger file: memory that is freed seldom goes back to the system."""
_SIGXCPU = int(getattr(signal, "SIGXCPU", 0)) or sys.maxsize
_DRAWING_SECONDS = 15.0
"""The most time that drawing a page may take: somebody waits for it."""
_START_SECONDS = 120.0
_WATCH_SECONDS = 0.2
_MAX_CHARACTER_BYTES = 4
_ROOM_FOR_FIELDS = 64 << 20

# Not ``-m``: that would import from the working folder, where a hostile archive may have put modules.
_CODE = (
    "import sys; sys.path[:] = sys.argv[3:]; "
    "from qa.loaders.worker.child import main; main(int(sys.argv[1]), float(sys.argv[2]))"
)


def load_in_worker(files: Sequence[File]) -> list[Items | LoadError]:
    """Return the articles and failures of each file, or why it has none, parsed in a worker process.

    Files that are given together cost less, since a request takes longer than parsing a small file. They should
    have the same limits, which hold for each file: a request that exceeds them is repeated file by file. Safe to
    call from any thread.
    """
    return [_check_sources(file, result) for file, result in zip(files, _POOL.load(files), strict=True)]


def draw_in_worker(file: File, quote: QuoteOnPage) -> Picture:
    """Return a page of a PDF with a quote marked, drawn in a worker process. Safe to call from any thread.

    :raises LoadError: if the page cannot be drawn within the limits of the file.
    """
    return _POOL.borrow(file.limits, lambda worker: worker.draw(file, quote))


def shut_down() -> None:
    """End all idle workers."""
    _POOL.shut_down()


class _WorkerGoneError(Exception):
    """The worker had ended before it was given the file."""


class _Worker:
    """A child process that answers one request at a time."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._files = 0
        self._lock = threading.Lock()
        self._deadline = math.inf
        self._timed_out = False
        self._process = subprocess.Popen(  # noqa: S603 - a fixed command
            [sys.executable, "-P", "-c", _CODE, str(limits.megabytes), str(limits.seconds), *_import_path()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._requests = cast(IO[bytes], self._process.stdin)
        self._replies = cast(IO[bytes], self._process.stdout)
        self._is_ready = False

    @property
    def is_usable(self) -> bool:
        """Whether the worker may be given another file."""
        return self._files < MAX_FILES and not self._timed_out and self._process.poll() is None

    def load(self, files: Sequence[File]) -> list[Items | LoadError]:
        """Return the result of each file.

        :raises LoadError: if the request ended the worker.
        :raises _WorkerGoneError: if the worker had ended before.
        """
        max_reply = _MAX_CHARACTER_BYTES * max(file.max_bytes for file in files) + _ROOM_FOR_FIELDS
        self._count(files)
        with self._closed_on_errors():
            reply = self._ask(self.limits.seconds, (LOAD, *encode_request(files)), max_reply)
            return decode_reply(reply, len(files))

    def draw(self, file: File, quote: QuoteOnPage) -> Picture:
        """Return a page of a PDF with a quote marked.

        :raises LoadError: if it cannot be drawn, or the request ended the worker.
        :raises _WorkerGoneError: if the worker had ended before.
        """
        seconds = min(self.limits.seconds, _DRAWING_SECONDS)
        self._count([file])
        with self._closed_on_errors():
            reply = self._ask(seconds, (DRAW, encode_page_request(quote), file.data), MAX_PICTURE)
            picture = decode_picture(reply)
        if isinstance(picture, LoadError):
            raise picture
        return picture

    def _count(self, files: Sequence[File]) -> None:
        is_large = sum(len(file.data) for file in files) > MAX_KEPT_BYTES
        self._files += MAX_FILES if is_large else len(files)

    def _ask(self, seconds: float, request: tuple[bytes, ...], max_reply: int) -> bytes:
        """Return the reply to a request, once the worker is ready."""
        if not self._is_ready:
            self._exchange(_START_SECONDS, (), max_reply)
            self._is_ready = True
        return self._exchange(seconds, request, max_reply)

    @contextmanager
    def _closed_on_errors(self) -> Iterator[None]:
        """Close the worker if a request fails, and say why."""
        try:
            yield
        except (OSError, EOFError) as error:
            raise self._explain() from error
        except ValueError as error:
            self.close()
            raise LoadError(f"the file cannot be read ({error}): save it again") from error
        except BaseException:  # such as Ctrl-C: a reply may be on its way, and belongs to no later file
            self.close()
            raise

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._requests, self._replies):
            with suppress(OSError):
                stream.close()

    def kill_if_late(self) -> None:
        """Kill the process if its request has taken too long: reading its reply then fails."""
        with self._lock:
            if time.monotonic() > self._deadline:
                self._timed_out = True
                self._process.kill()

    def abandon(self) -> None:
        """Let go of the process, which belongs to another, in a fork of the parent."""
        self._process.returncode = 0
        for stream in (self._requests, self._replies):
            with suppress(OSError):
                stream.close()

    def _exchange(self, seconds: float, frames: tuple[bytes, ...], max_reply: int) -> bytes:
        """Write the frames and return the next frame of the worker, which is killed if that takes too long."""
        with self._lock:
            self._deadline = time.monotonic() + seconds
        try:
            for frame in frames:
                write_frame(self._requests, frame)
            self._requests.flush()
            return read_frame(self._replies, max_reply)
        finally:
            with self._lock:
                self._deadline = math.inf

    def _explain(self) -> LoadError | _WorkerGoneError:
        """Close the worker, which has ended, and return the error that says why."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        status = self._process.poll()
        self.close()
        memory, seconds = f"{self.limits.megabytes} MB of memory", f"{self.limits.seconds:g} seconds"
        if status == IDLE_EXIT:
            return _WorkerGoneError()
        if not self._is_ready:
            return LoadError(f"the process that parses files did not start (status {status}): try again")
        if status == MEMORY_EXIT:
            return LimitExceededError(f"parsing the file takes more than {memory}: split it, or raise max_load_mb")
        if self._timed_out or status == -_SIGXCPU:
            return LimitExceededError(
                f"parsing the file takes more than {seconds}: split it, or raise max_load_seconds"
            )
        return LimitExceededError(
            f"parsing the file crashed, or took more than {memory}: save it again, or raise max_load_mb"
        )


class _Pool:
    """The workers of this process: each serves one thread at a time, and there are never more than MAX_WORKERS."""

    def __init__(self) -> None:
        self._reset()

    def _reset(self) -> None:
        self._free = threading.BoundedSemaphore(MAX_WORKERS)
        self._idle: list[_Worker] = []
        self._workers: set[_Worker] = set()
        self._watch: threading.Thread | None = None
        self._lock = threading.Lock()

    def load(self, files: Sequence[File]) -> list[Items | LoadError]:
        """Return the result of each file, from any worker."""
        if not files:
            return []
        try:
            return self.borrow(files[0].limits, lambda worker: worker.load(files))
        except LoadError as error:
            if len(files) == 1:
                return [error]
        # One of them ended the worker, or all together exceeded a limit: each alone shows which, and why.
        return [result for file in files for result in self.load([file])]

    def borrow(self, limits: Limits, use: Callable[[_Worker], Result]) -> Result:
        """Return what ``use`` returns for any worker with these limits.

        :raises LoadError: if the request ended the worker.
        """
        with self._free:
            while True:
                worker = self._take(limits)
                try:
                    return use(worker)
                except _WorkerGoneError:
                    continue
                finally:
                    self._give_back(worker)

    def shut_down(self) -> None:
        """End all idle workers."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            self._close(worker)

    def start_over(self) -> None:
        """Forget all workers in a fork of the process: they belong to the parent."""
        for worker in self._workers:
            worker.abandon()
        self._reset()

    def _take(self, limits: Limits) -> _Worker:
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            if worker is None:
                return self._start(limits)
            if worker.limits == limits and worker.is_usable:
                return worker
            self._close(worker)

    def _start(self, limits: Limits) -> _Worker:
        try:
            worker = _Worker(limits)
        except OSError as error:
            raise LoadError(f"the process that parses files cannot start ({error}): try again") from error
        with self._lock:
            self._workers.add(worker)
            if self._watch is None:
                self._watch = threading.Thread(target=self._kill_late_workers, name="load-watch", daemon=True)
                self._watch.start()
        return worker

    def _close(self, worker: _Worker) -> None:
        worker.close()
        with self._lock:
            self._workers.discard(worker)

    def _kill_late_workers(self) -> None:
        """Watch the deadlines of all workers until there are none, which is cheaper than a timer per file."""
        while True:
            time.sleep(_WATCH_SECONDS)
            with self._lock:
                gone = [worker for worker in self._idle if not worker.is_usable]
                self._idle = [worker for worker in self._idle if worker not in gone]
                self._workers.difference_update(gone)
                workers = list(self._workers)
                if not workers:
                    self._watch = None
            for worker in gone:
                worker.close()
            for worker in workers:
                worker.kill_if_late()
            if not workers:
                return

    def _give_back(self, worker: _Worker) -> None:
        if worker.is_usable:
            with self._lock:
                self._idle.append(worker)
        else:
            self._close(worker)


def _check_sources(file: File, result: Items | LoadError) -> Items | LoadError:
    parts = f"{file.source}!/"  # what is attached to a message, or listed in a book
    sources = {item.source for item in result} if isinstance(result, list) else set()
    if any(source != file.source and not source.startswith(parts) for source in sources):
        return LoadError("the parser returned an article of another source: do not trust this file")
    return result


def _import_path() -> list[str]:
    """Return where the child finds this very package, and the packages that it needs."""
    root = str(Path(__file__).parents[3])
    return [root, *(str(Path(entry).absolute()) for entry in sys.path if entry and entry != root)]


_POOL = _Pool()
atexit.register(shut_down)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_POOL.start_over)
