"""The command group ``quotewell``, and how it reports errors."""

from __future__ import annotations

import io
import os
import shlex
import sys
import traceback
from pathlib import Path
from typing import Any

import click

from qa.cli.articles import add, copy, doctor, edit, embed, export, list_articles, remove, show, sync
from qa.cli.asking.ask import ask, chat
from qa.cli.benchmark import benchmark
from qa.cli.daemon.daemon import daemon
from qa.cli.environment.config import config_in_environment, name_in_file
from qa.cli.evaluate import evaluate
from qa.cli.feedback import feedback
from qa.cli.libraries import libraries
from qa.cli.malloc import keep_freed_memory
from qa.cli.options import InputFile
from qa.cli.output import echo, without_controls
from qa.cli.serve import mcp, password, serve
from qa.cli.train import train
from qa.errors import QuestionError, QuotewellError, SettingsError

__all__ = ["cli", "main"]


class _Commands(click.Group):
    """The commands. A question in place of a command gets a hint."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments begin with."""
        ends = [number for number, word in enumerate(args, 1) if word.endswith("?")]
        if ends and args[0] not in self.commands:
            question = " ".join(args[: ends[0]])
            raise click.UsageError(f"to ask a question: quotewell ask {shlex.quote(question)}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="quotewell")
@click.option(
    "--config",
    type=InputFile,
    envvar="QUOTEWELL_CONFIG",
    help="File of settings.  [default: quotewell.toml, here or in your config folder]",
)
@click.option("--debug", is_flag=True, envvar="QUOTEWELL_DEBUG", help="Show the log and tracebacks.")
@click.pass_context
def cli(context: click.Context, config: Path | None, debug: bool) -> None:
    """Answer questions about your articles with verbatim quotes, exact citations and a calibrated confidence."""
    _set_logging(debug)
    context.with_resource(config_in_environment(config))


for command in (
    ask,
    chat,
    daemon,
    serve,
    mcp,
    add,
    sync,
    embed,
    libraries,
    list_articles,
    show,
    edit,
    remove,
    doctor,
    copy,
    export,
    evaluate,
    feedback,
    benchmark,
    train,
    password,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line.

    Exits with 2 for wrong usage, 1 for a failure, 130 for Ctrl-C. Shows a traceback only with ``--debug``.
    """
    debug = "--debug" in sys.argv[1:]
    keep_freed_memory()
    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        echo(shown.getvalue().removesuffix("\n"), err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:  # as in `quotewell list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if debug:
            echo("".join(traceback.format_exception(error)).rstrip(), err=True)
        else:
            known = isinstance(error, QuotewellError)
            message = (
                name_in_file(str(error)) if known else f"{type(error).__name__}: {error} (--debug shows where)"
            )
            echo(f"Error: {' '.join(message.split())}", err=True)
        sys.exit(2 if isinstance(error, QuestionError | SettingsError) else 1)


def _set_logging(debug: bool) -> None:
    """Log errors only: without ``--debug``, what repairs itself, such as a rebuilt index, stays silent."""
    import logging

    level = logging.INFO if debug else logging.ERROR
    logging.basicConfig(level=level, format="%(levelname)s: %(message)s", force=True)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_escape_controls)


def _escape_controls(record: Any) -> bool:
    record.msg, record.args = without_controls(record.getMessage()), None
    return True
