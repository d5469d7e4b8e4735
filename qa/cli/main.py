"""The command line: every command is one call on an assistant or a library."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from qa.cli.articles import add, embed
from qa.cli.benchmark import benchmark
from qa.cli.evaluate import evaluate
from qa.cli.feedback import feedback
from qa.cli.malloc import keep_freed_memory
from qa.cli.options import EXAMPLE, json_option, library_option, open_assistant
from qa.cli.output import embedding_progress, emit, iso, reply_text
from qa.cli.questions import init
from qa.cli.reports import report
from qa.cli.serve import password, serve
from qa.cli.train import train
from qa.errors import QuestionError, QuotewellError, SettingsError
from qa.settings import Settings
from qa.types import Filters

__all__ = ["main"]

Names = tuple[str, ...]

confidence_option = click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    help="Answer only when at least this sure, 0 to 1.  [default: from the settings]",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="quotewell")
@click.option("--debug", is_flag=True, envvar="QUOTEWELL_DEBUG", help="Show the log, and tracebacks.")
def cli(debug: bool) -> None:
    """Answers questions about your articles with verbatim quotes, exact citations and a calibrated confidence."""
    _set_logging(debug)


def command(example: str, name: str | None = None) -> Callable[[Callable[..., None]], click.Command]:
    """Make a command whose help ends with an example."""
    return cli.command(name, epilog=EXAMPLE + example)


def filter_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that restrict which articles are searched; the command gets them as ``filters``."""
    day = click.DateTime(["%Y-%m-%d"])

    @click.option("--after", type=day, help="Only articles of this date or later.")
    @click.option("--before", type=day, help="Only articles of this date or earlier.")
    @click.option("--source", "sources", multiple=True, help="Only articles whose source matches this glob.")
    @click.option("--tag", "tags", multiple=True, help="Only articles with this tag.")
    @wraps(function)
    def with_filters(
        *,
        after: datetime | None,
        before: datetime | None,
        sources: tuple[str, ...],
        tags: tuple[str, ...],
        **rest: Any,
    ) -> None:
        filters = Filters(after and after.date(), before and before.date(), sources, tags)
        function(filters=filters, **rest)

    return with_filters


@command('ask "How many Shahed drones were used?" --min-confidence 0.6')
@click.argument("question")
@library_option
@confidence_option
@click.option("--passages", type=click.IntRange(1), help="Read so many passages.  [default: from the settings]")
@filter_options
@json_option
def ask(
    question: str,
    library: str,
    min_confidence: float | None,
    passages: int | None,
    filters: Filters,
    as_json: bool,
) -> None:
    """Answer QUESTION with a quote from the library's articles, or say that they do not answer it."""
    with open_assistant(library) as assistant:
        reply = assistant.ask(question, min_confidence=min_confidence, filters=filters, passages=passages)
    emit(reply.to_dict() if as_json else reply_text(reply))


@command("chat --library news")
@library_option
@confidence_option
def chat(library: str, min_confidence: float | None) -> None:
    """Ask one question after another in the terminal; an empty line ends the talk."""
    with open_assistant(library) as assistant:
        assistant.warm_up()
        talk = assistant.chat()
        while question := _prompt():
            try:
                emit(reply_text(talk.ask(question, min_confidence=min_confidence)) + "\n")
            except QuestionError as error:
                click.echo(f"{error}", err=True)


@command("remove 25f311a45497205f report.pdf")
@click.argument("articles", nargs=-1, required=True)
@library_option
@json_option
def remove(articles: tuple[str, ...], library: str, as_json: bool) -> None:
    """Remove ARTICLES, given by id or source, from the library; the files stay where they are."""
    with open_assistant(library, create=False) as assistant:
        removed = assistant.remove(*articles)
    emit({"removed": removed} if as_json else f"{removed} removed")


@command('edit report.pdf --title "Annual report" --tag finance --untag draft')
@click.argument("article")
@library_option
@click.option("--title", help="The title that it is to have.")
@click.option("--tag", "tags", multiple=True, help="A tag to give it.")
@click.option("--untag", "untags", multiple=True, help="A tag to take from it.")
@json_option
def edit(article: str, library: str, title: str | None, tags: Names, untags: Names, as_json: bool) -> None:
    """Give an ARTICLE, given by id or source, another title or tags; they stay when its file is added again."""
    with open_assistant(library, create=False) as assistant:
        kept = [tag for tag in assistant.get(article).tags if tag not in untags]
        edited = assistant.edit(article, title=title, tags=[*kept, *tags])
    if as_json:
        emit({"id": edited.id, "title": edited.title, "tags": edited.tags})
    else:
        emit(f"{edited.title or '-'} [{', '.join(edited.tags)}]")


@command("list --library news", name="list")
@library_option
@json_option
def list_articles(library: str, as_json: bool) -> None:
    """List the library's articles."""
    with open_assistant(library) as assistant:
        infos = assistant.articles()
    if as_json:
        fields = ("id", "title", "source", "tags", "characters", "passages")
        rows = [{name: getattr(info, name) for name in fields} | {"date": iso(info.date)} for info in infos]
        emit({"articles": rows})
        return
    for info in infos:
        click.echo(f"{info.id}  {iso(info.date) or '-':10}  {info.passages:5} passages  {info.title}")
        click.echo(click.style(f"{'':18}{info.source}", dim=True))
    click.echo(f"{len(infos)} articles")


@command("show 25f311a45497205f")
@click.argument("article")
@library_option
@json_option
def show(article: str, library: str, as_json: bool) -> None:
    """Show an ARTICLE, given by id or source."""
    with open_assistant(library, create=False) as assistant:
        found = assistant.get(article)
    shown = {"id": found.id, "title": found.title, "date": iso(found.date), "source": found.source}
    if as_json:
        emit({**shown, "tags": found.tags, "metadata": dict(found.metadata), "text": found.text})
        return
    for name, value in {**shown, "tags": ", ".join(found.tags), **found.metadata}.items():
        click.echo(f"{click.style(name + ':', bold=True)} {value or '-'}")
    click.echo(f"\n{found.text}")


@command("doctor --library news")
@library_option
@click.option("--rebuild", is_flag=True, help="Embed all passages anew with the encoder of the settings.")
@json_option
def doctor(library: str, rebuild: bool, as_json: bool) -> None:
    """Check the library against itself and say what would mend it."""
    from qa.maintenance import check

    with embedding_progress() as on_progress:
        report = check(library, Settings.from_environment(), rebuild=rebuild, on_progress=on_progress)
    counts = {name: getattr(report, name) for name in ("articles", "passages", "vectors", "generation")}
    if as_json:
        emit({"healthy": report.healthy, **counts, "pending": report.pending, "problems": report.problems})
    else:
        click.echo(", ".join(f"{count} {name}" for name, count in counts.items()))
        if report.pending:
            click.echo(f"{report.pending} passages are not embedded yet: `quotewell embed` goes on with it")
        click.echo("\n".join(report.problems) or "healthy")
    if not report.healthy:
        raise SystemExit(1)


@command("export articles.jsonl --library news")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@library_option
@json_option
def export(path: Path, library: str, as_json: bool) -> None:
    """Write every article to PATH, a JSONL file that `add` can read back."""
    with open_assistant(library, create=False) as assistant:
        count = assistant.export(path)
    emit({"exported": count, "path": str(path)} if as_json else f"{count} articles written to {path}")


evaluate.add_command(init)
evaluate.add_command(report)
cli.add_command(add)
cli.add_command(embed)
cli.add_command(benchmark)
cli.add_command(evaluate)
cli.add_command(feedback)
cli.add_command(password)
cli.add_command(serve)
cli.add_command(train)


def main() -> None:
    """Run the command line: exit 2 for wrong usage, 1 for failure; a traceback only with ``--debug``."""
    debug = "--debug" in sys.argv[1:]
    keep_freed_memory()
    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as error:
        if debug:
            raise
        known = isinstance(error, QuotewellError)
        message = str(error) if known else f"{type(error).__name__}: {error} (--debug shows where)"
        click.echo(f"Error: {' '.join(message.split())}", err=True)
        sys.exit(2 if isinstance(error, QuestionError | SettingsError) else 1)


def _set_logging(debug: bool) -> None:
    """Keep what mends itself, such as an index made anew, from the terminal unless it is asked for."""
    import logging

    level = logging.INFO if debug else logging.ERROR
    logging.basicConfig(level=level, format="%(levelname)s: %(message)s", force=True)


def _prompt() -> str:
    try:
        return str(click.prompt(click.style("?", bold=True), prompt_suffix=" ", default="", show_default=False))
    except click.Abort:
        return ""
