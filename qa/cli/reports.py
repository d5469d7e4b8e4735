"""The commands about what was measured: ``quotewell evaluate report``."""

from __future__ import annotations

from pathlib import Path

import click

from qa.cli.options import EXAMPLE, json_option
from qa.cli.output import emit

__all__ = ["report"]

run_folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(epilog=f"{EXAMPLE}evaluate report runs/open")
@click.argument("run", type=run_folder)
@json_option
def report(run: Path, as_json: bool) -> None:
    """Make the report of RUN, the folder of an evaluation, anew: one HTML file, to be opened in a browser.

    Every evaluation with --output writes it at its end, too.
    """
    from qa.evaluation import Run
    from qa.evaluation.report import write_report

    path = write_report(Run.load(run))
    emit({"report": str(path)} if as_json else f"report written to {path}")
