"""Writes reports to files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qa.errors import DataError
from qa.evaluation.comparison import Comparison
from qa.evaluation.report.comparison_page import render_comparison
from qa.evaluation.report.run_page import render_report
from qa.evaluation.run import Run
from qa.export.atomic_write import atomic_replace

__all__ = ["write_comparison", "write_report"]

REPORT = "report.html"


def write_report(run: Run) -> Path:
    """Write ``report.html`` into the folder of a finished run, replacing an earlier one, and return its path.

    :raises DataError: if the run has no folder or is not finished, or the report cannot be written.
    """
    if run.folder is None:
        raise DataError("a run without a folder has no report; name one with --output")
    if run.metrics is None:
        raise DataError(f"the run in {run.folder} was stopped; finish it with the command that began it")
    return write_page(render_report(run, run.metrics), run.folder / REPORT)


def write_comparison(runs: Sequence[Run], comparison: Comparison, path: Path) -> Path:
    """Write a comparison of runs as an HTML file, replacing an earlier one, and return its path.

    :raises DataError: if the file cannot be written.
    """
    return write_page(render_comparison(runs, comparison), path)


def write_page(html: str, path: Path) -> Path:
    """Write a page completely or not at all, and return its path.

    :raises DataError: if it cannot be written.
    """
    try:
        with atomic_replace(path) as temporary:
            temporary.write_text(html, "utf-8")
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}; name another place") from None
    return path
