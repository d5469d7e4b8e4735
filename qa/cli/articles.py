"""The commands about the articles of a library: put in, listed, edited, taken out, checked and exported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.options import command, json_option, library_option, open_assistant
from qa.cli.output import add_progress, embedding_progress, embedding_text, emit, iso, report_dict, report_text

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["add", "doctor", "edit", "embed", "export", "list_articles", "remove", "show"]

Names = tuple[str, ...]


@command("add", "articles/ report.pdf --glob '*.md' --glob '*.pdf'")
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


@command("embed", "--library news")
@library_option
@json_option
def embed(library: str, as_json: bool) -> None:
    """Embed what an add has left to embed. Ctrl-C loses nothing; another call goes on."""
    with open_assistant(library, create=False) as assistant:
        _embed(assistant)
        state = assistant.embedding_state()
    figures = {"passages": state.passages, "embedded": state.embedded}
    emit(figures if as_json else embedding_text(state))


@command("remove", "25f311a45497205f report.pdf")
@click.argument("articles", nargs=-1, required=True)
@library_option
@json_option
def remove(articles: tuple[str, ...], library: str, as_json: bool) -> None:
    """Remove ARTICLES, given by id or source, from the library; the files stay where they are."""
    with open_assistant(library, create=False) as assistant:
        removed = assistant.remove(*articles)
    emit({"removed": removed} if as_json else f"{removed} removed")


@command("edit", 'report.pdf --title "Annual report" --tag finance --untag draft')
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


@command("list", "--library news")
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


@command("show", "25f311a45497205f")
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


@command("doctor", "--library news")
@library_option
@click.option("--rebuild", is_flag=True, help="Embed all passages again, with the encoder of the settings.")
@json_option
def doctor(library: str, rebuild: bool, as_json: bool) -> None:
    """Check the library against itself and say what would mend it."""
    from qa.indexing.rebuild import check_health
    from qa.settings import Settings

    with embedding_progress() as on_progress:
        report = check_health(library, Settings.from_environment(), rebuild=rebuild, on_progress=on_progress)
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


@command("export", "articles.jsonl --library news")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@library_option
@json_option
def export(path: Path, library: str, as_json: bool) -> None:
    """Write every article to PATH, a JSONL file that `add` can read back."""
    with open_assistant(library, create=False) as assistant:
        count = assistant.export(path)
    emit({"exported": count, "path": str(path)} if as_json else f"{count} articles written to {path}")


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
