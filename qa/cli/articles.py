"""The commands that fill a library: ``quotewell add`` and ``quotewell embed``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qa.cli.options import EXAMPLE, json_option, library_option, open_assistant
from qa.cli.output import add_progress, embedding_progress, embedding_text, emit, report_dict, report_text

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["add", "embed"]


@click.command(epilog=f"{EXAMPLE}add articles/ report.pdf --glob '*.md' --glob '*.pdf'")
@click.argument("paths", nargs=-1, required=True)
@library_option
@click.option("--glob", "globs", multiple=True, help="Take only such files of a folder.")
@click.option(
    "--later", is_flag=True, help="Leave the embedding to `quotewell embed`, to `serve` or to the next add."
)
@json_option
def add(paths: tuple[str, ...], library: str, globs: tuple[str, ...], later: bool, as_json: bool) -> None:
    """Add files and folders (PATHS) to the library. Unchanged articles are not embedded again.

    The articles can be asked about as soon as their texts are written, also from another terminal. Their passages
    are embedded afterwards; Ctrl-C loses nothing of that, and `quotewell embed` goes on with it.
    """
    with open_assistant(library, embed="later") as assistant:
        with add_progress() as on_progress:
            report = assistant.add(*paths, globs=globs, embed="later", on_progress=on_progress)
        emit(report_dict(report) if as_json else report_text(report))
        if not later:
            _embed(assistant)
    if report.failures:
        raise SystemExit(1)


@click.command(epilog=f"{EXAMPLE}embed --library news")
@library_option
@json_option
def embed(library: str, as_json: bool) -> None:
    """Embed what an add has left to embed. Ctrl-C loses nothing; another call goes on."""
    with open_assistant(library, create=False) as assistant:
        _embed(assistant)
        state = assistant.embedding_state()
    figures = {"passages": state.passages, "embedded": state.embedded}
    emit(figures if as_json else embedding_text(state))


def _embed(assistant: Assistant) -> None:
    """Embed what is pending under a progress bar; on Ctrl-C, say how to go on."""
    try:
        with embedding_progress() as on_progress:
            assistant.embed(on_progress)
    except KeyboardInterrupt:
        state = assistant.embedding_state()
        click.echo(
            f"stopped: {embedding_text(state)}. All articles can be asked about; `quotewell embed` goes on",
            err=True,
        )
        raise SystemExit(130) from None
