"""The worker process: reads files from standard input, and writes their articles to standard output."""

from __future__ import annotations

import gc
import math
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import IO

from qa.errors import LoadError
from qa.loaders.base import File
from qa.loaders.in_process import load_here, within_reason
from qa.loaders.pdfium.page_picture import Picture
from qa.loaders.worker.frames import (
    DRAW,
    IDLE_EXIT,
    MEMORY_EXIT,
    Items,
    decode_request,
    encode_reply,
    read_frame,
    write_frame,
)
from qa.loaders.worker.page_frames import decode_page_request, encode_picture

__all__ = ["READY", "main"]

READY = b"ready"
"""The first frame that a worker writes."""

MAX_REQUEST = 1 << 40  # the parent is trusted
_IDLE_SECONDS = 60.0
_OBJECTS_TO_COLLECT = 50_000
"""How many new objects there are when the garbage collector looks at these."""
_GRACE_SECONDS = 5.0  # the parent enforces the limit; the worker only has to when the parent is gone


def main(megabytes: int, seconds: float) -> None:
    """Serve requests until standard input ends.

    :param megabytes: the memory a request may use, on top of what the process uses when it starts.
    :param seconds: the CPU time that a request may use.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    requests, replies = _take_over_standard_streams()
    _collect_seldom()
    watch = _Watch(megabytes, seconds)
    _limit_memory(megabytes)
    _send(replies, READY)
    try:
        _serve(requests, replies, watch)
    except MemoryError:
        os._exit(MEMORY_EXIT)
    except (EOFError, BrokenPipeError):
        os._exit(0)  # the parent has ended


def _serve(requests: IO[bytes], replies: IO[bytes], watch: _Watch) -> None:
    while True:
        watch.stop_clock()
        kind = read_frame(requests, MAX_REQUEST)
        watch.start_clock()
        description, data = read_frame(requests, MAX_REQUEST), read_frame(requests, MAX_REQUEST)
        if kind == DRAW:
            _send(replies, encode_picture(_draw(description, data)))
        else:
            _send(replies, encode_reply(map(_load, decode_request(description, data))))


def _load(file: File) -> Items | LoadError:
    try:
        return list(load_here(file))
    except LoadError as error:
        return error


def _draw(description: bytes, data: bytes) -> Picture | LoadError:
    from qa.loaders.pdfium.page_drawing import draw_page

    try:
        with within_reason():
            return draw_page(data, decode_page_request(description))
    except LoadError as error:
        return error


def _send(replies: IO[bytes], data: bytes) -> None:
    write_frame(replies, data)
    replies.flush()


def _take_over_standard_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Return the standard streams; what a parser prints itself goes nowhere from now on."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(null, descriptor)
    return requests, replies


def _collect_seldom() -> None:
    """Let the garbage collector run seldom: nearly all that a parser makes lives until its file is read.

    A PDF of 50 pages full of tables takes 30% less time.
    """
    gc.freeze()
    gc.set_threshold(_OBJECTS_TO_COLLECT, 20, 20)


def _limit_memory(megabytes: int) -> None:
    """Limit the address space where the system can do that: not on Windows, and not on macOS, see _Watch."""
    if sys.platform != "linux":
        return
    import resource

    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    used = int(pages) * resource.getpagesize()
    _set_soft_limit(resource.RLIMIT_AS, used + (megabytes << 20))
    _set_soft_limit(resource.RLIMIT_CORE, 0)  # a parser that crashes leaves no file


def _limit_cpu(seconds: float) -> None:
    """Limit the CPU time from now on, so that a parser that never ends ends even if the parent has been killed."""
    if sys.platform != "win32":
        import resource

        _set_soft_limit(resource.RLIMIT_CPU, math.ceil(time.process_time() + seconds + _GRACE_SECONDS))


def _set_soft_limit(kind: int, limit: int) -> None:
    import resource

    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


class _Watch:
    """Ends the process when it is idle, takes too long or loses its parent.

    On macOS, which does not limit the address space, also when it takes too much memory.
    """

    def __init__(self, megabytes: int, seconds: float) -> None:
        self._seconds = seconds
        self._max_bytes = (megabytes << 20) + _peak_bytes()
        self._busy = False
        self._since = time.monotonic()
        self._parent = os.getppid()
        threading.Thread(target=self._run, name="watch", daemon=True).start()

    def start_clock(self) -> None:
        """Start the time of a request."""
        self._since, self._busy = time.monotonic(), True
        _limit_cpu(self._seconds)

    def stop_clock(self) -> None:
        """Note that the process is idle."""
        self._since, self._busy = time.monotonic(), False

    def _run(self) -> None:
        while True:
            time.sleep(0.05 if sys.platform == "darwin" and self._busy else 0.5)
            elapsed = time.monotonic() - self._since
            if not self._busy and elapsed > _IDLE_SECONDS:
                os._exit(IDLE_EXIT)
            if (self._busy and elapsed > self._seconds + _GRACE_SECONDS) or os.getppid() != self._parent:
                os._exit(1)
            if _peak_bytes() > self._max_bytes:
                os._exit(MEMORY_EXIT)


def _peak_bytes() -> int:
    """Return the peak of resident memory on macOS, where the address space has no limit, and 0 elsewhere."""
    if sys.platform != "darwin":
        return 0
    import resource

    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
