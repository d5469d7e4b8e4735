"""A description of the machine that produced the figures."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["describe_machine", "quotewell_version"]

GIB = 2**30


def describe_machine() -> dict[str, str | int | float]:
    """Return what speed depends on: the processor, the usable cores, the memory in GiB, and software versions.

    Unknown values are left out. Nothing in it identifies the machine or its user.
    """
    facts: dict[str, str | int | float] = {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": _cores(),
        "memory_gib": _memory(),
        "python": platform.python_version(),
        "torch": _installed("torch"),
    }
    return {name: value for name, value in facts.items() if value}


def quotewell_version() -> str:
    """Return the version of Quotewell, or "" if it is not installed."""
    return _installed("quotewell")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory() -> float:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB, 1)
    except (AttributeError, ValueError, OSError):
        return 0.0


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
