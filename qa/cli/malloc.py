"""How the C library deals with the memory of a process that reads all day."""

from __future__ import annotations

import ctypes
import sys

__all__ = ["keep_freed_memory"]

# Of glibc's malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
MB = 1024 * 1024


def keep_freed_memory() -> None:
    """Let glibc keep what is freed, up to 256 MB, in two places.

    By default it returns a network's activations to the system after each pass and asks for them anew, zeroed page
    by page, which takes up to a fifth of the time; and it keeps memory for each thread that ever ran a network.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        mallopt(M_TRIM_THRESHOLD, 256 * MB)
        mallopt(M_MMAP_THRESHOLD, 32 * MB)
        mallopt(M_ARENA_MAX, 2)
