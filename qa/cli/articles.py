"""The commands about the articles of a library: add, list, show, edit, remove, check and export them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.environment.surroundings import library_place
from qa.cli.options import OutputFile, command, json_option, library_option, open_assistant, ray_option
from qa.cli.output import (
    add_progress,
    count,
    echo,
    embedding_progress,
    embedding_text,
    emit,
    iso,
    one_line,
    report_dict,
    report_text,
    stage_progress,
    style,
    sync_text,
)
from qa.errors import QuotewellError
from qa.languages import is_foreign, language_name
from qa.library.addresses import MEMORY
from qa.types import AddReport

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.indexing.items import Fetch
    from qa.indexing.ray_cluster import RayCluster

__all__ = ["add", "copy", "doctor", "edit", "embed", "export", "list_articles", "remove", "show", "sync"]

Names = tuple[str, ...]

later_option = click.option(
    "--later",
    is_flag=True,
    help="Do not embed now; leave that to `quotewell embed`, `quotewell serve` or the next `add`.",
)
seed_option = click.option(
    "--seed/--no-seed",
    default=None,
    help='Let a new library start with the seed article.  [default: only the library "default"]',
)
details_option = click.option(
    "--details", is_flag=True, help="Name every file that was not read, instead of summing them up by kind."
)


@command("add", "articles/ report.pdf --glob '*.md' --glob '*.pdf'")
@click.argument("paths", nargs=-1, required=True)
@library_option
@click.option(
    "--glob", "globs", multiple=True, help="Only add files in folders that match this pattern; may be repeated."
)
@click.option("--fetch", is_flag=True, help="Fetch the PATHS that are web addresses, such as https://example.org.")
@click.option("--fetch-private", is_flag=True, help="The same, also from this machine and its network.")
@click.option(
    "--text-field",
    default="",
    metavar="NAME",
    help="Column or field that holds the text of CSV, JSON and JSONL, such as body.value.  [default: by its name]",
)
@seed_option
@later_option
@ray_option
@details_option
@json_option
def add(
    paths: Names,
    library: str,
    *,
    globs: Names,
    fetch: bool,
    fetch_private: bool,
    text_field: str,
    seed: bool | None,
    later: bool,
    ray_address: str | None,
    details: bool,
    as_json: bool,
) -> None:
    """Add files, folders and web pages (PATHS) to the library. Unchanged articles are not embedded again.

    You can ask about an article as soon as its text is stored, even from another terminal. Embedding follows.
    Ctrl-C loses nothing: `quotewell embed` continues where it stopped.
    """
    from qa.settings import Settings

    settings = Settings(text_field=text_field) if text_field else None
    pages: Fetch = "any" if fetch_private else "public" if fetch else "never"
    with ExitStack() as stack:
        assistant = stack.enter_context(
            open_assistant(library, create=True, seed=seed, embed="later", settings=settings)
        )
        cluster = stack.enter_context(_cluster(ray_address, library, assistant)) if ray_address else None
        with add_progress() as on_progress:
            if cluster:
                report = cluster.add(paths, globs, on_progress, pages)
            else:
                report = assistant.add(*paths, globs=globs, fetch=pages, embed="later", on_progress=on_progress)
        emit(report_dict(report) if as_json else report_text(report, details))
        if not later:
            _embed(assistant, cluster)
    if report.failures:
        raise SystemExit(1)


@command("sync", "notes/ --watch")
@click.argument("folder", type=click.Path(path_type=Path))
@library_option
@click.option("--glob", "globs", multiple=True, help="Only add files that match this pattern; may be repeated.")
@click.option("--watch", is_flag=True, help="Go on following the folder until Ctrl-C.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--allow-empty", is_flag=True, help="Remove the articles of a folder that holds no files any more.")
@click.option("--reload", is_flag=True, help="Read all files again, those that look unchanged included.")
@seed_option
@later_option
@details_option
@json_option
def sync(
    folder: Path,
    library: str,
    *,
    globs: Names,
    watch: bool,
    dry_run: bool,
    allow_empty: bool,
    reload: bool,
    seed: bool | None,
    later: bool,
    details: bool,
    as_json: bool,
) -> None:
    """Make the library follow FOLDER: new, changed and deleted files. Articles that came otherwise stay.

    Nothing is removed while the folder, or the disk that a file was on, is missing or unexpectedly empty.
    """
    if watch and dry_run:
        raise click.UsageError("--watch changes the library and --dry-run does not: choose one of them")

    def follow(assistant: Assistant) -> AddReport:
        with add_progress() as on_progress:
            return assistant.sync(
                folder,
                globs=globs,
                dry_run=dry_run,
                allow_empty=allow_empty,
                reload=reload,
                embed="later",
                on_progress=on_progress,
            )

    if dry_run and library_place(library) is None:
        library = MEMORY  # compare with an empty library, and create none
    with open_assistant(library, create=True, seed=seed, embed="later") as assistant:
        report = follow(assistant)
        emit(report_dict(report) if as_json else sync_text(report, details, dry_run=dry_run))
        if not (later or dry_run):
            _embed(assistant)
        if watch:
            echo(f"Watching {folder}. Ctrl-C ends it.", err=True)
            with suppress(KeyboardInterrupt):
                for change in _changes(folder, lambda: follow(assistant)):
                    emit(report_dict(change) if as_json else sync_text(change, details))
                    if not later:
                        _embed(assistant)
    if report.failures:
        raise SystemExit(1)


def _changes(folder: Path, follow: Callable[[], AddReport]) -> Iterator[AddReport]:
    """Yield the report each time that something in the folder has changed; errors are printed, once each."""
    from qa.indexing.watching import watch_folder

    last = ""
    for _ in watch_folder(folder):
        try:
            report, problem = follow(), ""
        except QuotewellError as error:
            report, problem = AddReport(()), str(error)
        if problem and problem != last:
            echo(f"Not followed: {problem}", err=True)
        last = problem
        if any(report.count(outcome) for outcome in ("added", "updated", "removed")):
            yield report


@command("embed", "--library news")
@library_option
@ray_option
@json_option
def embed(library: str, ray_address: str | None, as_json: bool) -> None:
    """Embed the passages that are not embedded yet. Ctrl-C loses nothing: run it again to continue.

    Run it on several machines at once, and they share the work if the library is on PostgreSQL.
    """
    with ExitStack() as stack:
        assistant = stack.enter_context(open_assistant(library, create=False))
        cluster = stack.enter_context(_cluster(ray_address, library, assistant)) if ray_address else None
        _embed(assistant, cluster)
        state = assistant.embedding_state()
    counts = {"passages": state.passages, "embedded": state.embedded}
    emit(counts if as_json else embedding_text(state))


@command("remove", "25f311a45497205f report.pdf")
@click.argument("articles", nargs=-1, required=True)
@library_option
@json_option
def remove(articles: tuple[str, ...], library: str, as_json: bool) -> None:
    """Remove ARTICLES, given by id or source, from the library. Your files are not touched."""
    with open_assistant(library, create=False) as assistant:
        removed = assistant.remove(*articles)
    emit({"removed": removed} if as_json else f"{count(removed, 'article')} removed")


@command("edit", 'report.pdf --title "Annual report" --date 2024-01-15 --tag finance --untag draft')
@click.argument("article")
@library_option
@click.option("--title", help="The new title.")
@click.option("--tag", "tags", multiple=True, help="Tag to add; may be repeated.")
@click.option("--untag", "untags", multiple=True, help="Tag to remove; may be repeated.")
@click.option("--date", metavar="YYYY-MM-DD", help='The new date; "" removes the date.')
@click.option("--language", metavar="CODE", help='The language of the text, such as de; "" if it is not known.')
@json_option
def edit(
    article: str,
    library: str,
    title: str | None,
    tags: Names,
    untags: Names,
    date: str | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Change the title, tags, date or language of ARTICLE, given by id or source.

    Adding its file again keeps the change, until the file itself changes.
    """
    with open_assistant(library, create=False) as assistant:
        kept = [tag for tag in assistant.get(article).tags if tag not in untags]
        edited = assistant.edit(article, title=title, tags=[*kept, *tags], date=date, language=language)
    if as_json:
        about = {"title": edited.title, "tags": edited.tags, "date": iso(edited.date), "language": edited.language}
        emit({"id": edited.id, **about})
    else:
        emit(f"{iso(edited.date) or '-':10}  {one_line(edited.title) or '-'} [{', '.join(edited.tags)}]")


@command("list", "--library news")
@library_option
@json_option
def list_articles(library: str, as_json: bool) -> None:
    """List the library's articles."""
    with open_assistant(library) as assistant:
        articles = assistant.articles()
    if as_json:
        fields = ("id", "title", "source", "tags", "language", "characters", "passages")
        rows = [{name: getattr(info, name) for name in fields} | {"date": iso(info.date)} for info in articles]
        emit({"articles": rows})
        return
    for info in articles:
        passages = count(info.passages, "passage")
        echo(f"{info.id}  {iso(info.date) or '-':10}  {passages:>14}  {one_line(info.title)}")
        echo(style(f"{'':18}{one_line(info.source)}", dim=True))
    echo(count(len(articles), "article"))


@command("show", "25f311a45497205f")
@click.argument("article")
@library_option
@json_option
def show(article: str, library: str, as_json: bool) -> None:
    """Show ARTICLE, given by id or source."""
    with open_assistant(library, create=False) as assistant:
        stored = assistant.get(article)
    head = {"id": stored.id, "title": stored.title, "date": iso(stored.date), "source": stored.source}
    if as_json:
        emit(
            {
                **head,
                "tags": stored.tags,
                "language": stored.language,
                "metadata": dict(stored.metadata),
                "text": stored.text,
            }
        )
        return
    language = {"language": language_name(stored.language)} if is_foreign(stored.language) else {}
    for name, value in {**head, "tags": ", ".join(stored.tags), **stored.metadata, **language}.items():
        echo(f"{style(name + ':', bold=True)} {one_line(value or '-')}")
    echo(f"\n{stored.text}")


@command("doctor", "--library news")
@library_option
@click.option("--rebuild", is_flag=True, help="First embed every passage again with the encoder of the settings.")
@json_option
def doctor(library: str, rebuild: bool, as_json: bool) -> None:
    """Check the library for damage, and say how to repair it."""
    from qa.indexing.rebuild import check_health
    from qa.settings import Settings

    with embedding_progress() as on_progress:
        report = check_health(library, Settings.from_environment(), rebuild=rebuild, on_progress=on_progress)
    if as_json:
        names = ("articles", "passages", "vectors", "generation")
        counts = {name: getattr(report, name) for name in names}
        emit({"healthy": report.healthy, **counts, "pending": report.pending, "problems": report.problems})
    else:
        articles, passages = count(report.articles, "article"), count(report.passages, "passage")
        vectors = count(report.vectors, "vector")
        echo(f"{articles}, {passages}, {vectors}, generation {report.generation}")
        if report.pending:
            echo(f"{count(report.pending, 'passage')} not embedded yet: run `quotewell embed`")
        echo("\n".join(report.problems) or "healthy")
    if not report.healthy:
        raise SystemExit(1)


@command("copy", "news 'postgresql://db.example.org/news'")
@click.argument("source")
@click.argument("target")
@json_option
def copy(source: str, target: str, as_json: bool) -> None:
    """Copy the library SOURCE to TARGET, both given by name, folder or address, and compare the two.

    Articles with their edits, vectors, ratings and followed files are copied; nothing is embedded again. After
    Ctrl-C, or when SOURCE has changed, run it again: it copies what TARGET lacks.
    """
    from qa.indexing.copying import copy_library
    from qa.settings import Settings

    with stage_progress() as on_progress:
        report = copy_library(source, target, Settings.from_environment(), on_progress)
    problems = [*report.source.problems, *report.target.problems]
    if as_json:
        names = ("articles", "passages", "vectors", "pending")
        counts = {name: getattr(report.target, name) for name in names}
        emit({"copied": report.copied, **counts, "problems": problems})
    else:
        articles = count(report.target.articles, "article")
        echo(f"{count(report.copied, 'article')} copied; both libraries hold the same {articles}")
        echo("\n".join(problems) or "both healthy")
    if problems:
        raise SystemExit(1)


@command("export", "articles.jsonl --library news")
@click.argument("path", type=OutputFile)
@library_option
@json_option
def export(path: Path, library: str, as_json: bool) -> None:
    """Write every article to PATH, a JSONL file that `add` can read."""
    with open_assistant(library, create=False) as assistant:
        exported = assistant.export(path)
    if as_json:
        emit({"exported": exported, "path": str(path)})
    else:
        emit(f"{count(exported, 'article')} written to {path}")


def _cluster(address: str, library: str, assistant: Assistant) -> RayCluster:
    from qa.indexing.ray_cluster import RayCluster

    return RayCluster(address, library, assistant.settings)


def _embed(assistant: Assistant, cluster: RayCluster | None = None) -> None:
    """Embed the pending passages under a progress bar; on Ctrl-C, say how to continue."""
    try:
        with embedding_progress() as on_progress:
            (cluster or assistant).embed(on_progress)
    except KeyboardInterrupt:
        state = embedding_text(assistant.embedding_state())
        echo(
            f"Stopped: {state}. You can ask about every article; `quotewell embed` continues.",
            err=True,
        )
        raise SystemExit(130) from None
