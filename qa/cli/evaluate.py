"""The commands that measure: ``quotewell evaluate``."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qa.cli.options import command, json_option, library_option, open_assistant
from qa.cli.output import add_progress, comparison_text, emit, metrics_text, progress

if TYPE_CHECKING:
    from qa.evaluation import Corpus, Mode, Run

__all__ = ["evaluate"]

SHARED = (
    click.argument("data", type=click.Path(exists=True, path_type=Path)),
    click.option("--limit", type=click.IntRange(1), help="Ask only so many questions, drawn by the seed."),
    click.option("--seed", default=0, show_default=True, help="Which questions --limit draws."),
    click.option(
        "--seeds", "count", default=1, show_default=True, type=click.IntRange(1), help="Ask with so many seeds."
    ),
    click.option(
        "--output",
        type=click.Path(file_okay=False, path_type=Path),
        help="Keep the run in this folder; the same command goes on with it. Nothing is kept without.",
    ),
    json_option,
)


@click.group()
def evaluate() -> None:
    """Measure the reader, or the whole assistant, on questions with known answers."""


def mode_command(name: str, example: str) -> Callable[[Callable[..., Mode]], click.Command]:
    """Make a command of a function that makes a mode of DATA and its own options."""

    def decorate(function: Callable[..., Mode]) -> click.Command:
        @wraps(function)
        def run_mode(
            data: Path, limit: int | None, seed: int, count: int, output: Path | None, as_json: bool, **own: Any
        ) -> None:
            _note_drafts(data)
            run = _run(function(data, **own), limit, range(seed, seed + count), output)
            emit(_run_dict(run) if as_json else _run_text(run))

        with_options: Callable[..., None] = run_mode
        for decorator in reversed(SHARED):
            with_options = decorator(with_options)
        return command(f"evaluate {name}", example, group=evaluate)(with_options)

    return decorate


@mode_command("reader", "dev-v2.0.json --limit 500 --output runs/reader")
@click.option(
    "--threshold",
    default=0.0,
    show_default=True,
    help="Abstain where the best span's score is not so far above the null score.",
)
def evaluate_reader(data: Path, threshold: float) -> Mode:
    """Read each question of DATA (SQuAD v1.1, v2.0 or JSONL) with its own passage.

    Gives EM and F1 as the official scripts of SQuAD do. Where all questions have an answer, it never abstains.
    """
    from qa.answering.readers import build_reader
    from qa.evaluation import ReaderMode, load_dataset
    from qa.settings import Settings

    return ReaderMode(load_dataset(data), build_reader(Settings.from_environment()), threshold)


def corpus_options(function: Callable[..., Mode]) -> Callable[..., Mode]:
    """Give a command the options that say which library is asked."""
    ask = click.option(
        "--library",
        help="Ask this library, by name or folder, in place of one made of DATA's passages.",
    )
    keep = click.option(
        "--keep-library",
        type=click.Path(file_okay=False, path_type=Path),
        help="Keep the library made of DATA's passages in this folder, so that they are embedded but once.",
    )
    return ask(keep(function))


def leave_out_options(default: float) -> Callable[[Callable[..., Mode]], Callable[..., Mode]]:
    """Give a command the options that say what the library lacks."""
    share = click.option(
        "--leave-out",
        default=default,
        show_default=True,
        type=click.FloatRange(0, 1),
        help="Leave out this share of the articles; their questions have no right answer then.",
    )
    together = click.option(
        "--whole-titles",
        is_flag=True,
        help="Leave out articles of one title together, such as SQuAD's paragraphs of one Wikipedia article.",
    )
    return lambda function: share(together(function))


@mode_command("retrieval", "dev-v1.1.json --limit 1000 --keep-library dev-library")
@corpus_options
def evaluate_retrieval(data: Path, library: str | None, keep_library: Path | None) -> Mode:
    """Search for the passages that answer the questions of DATA (also of a folder in BEIR's layout).

    Gives recall@k, MRR@10 and nDCG@10 of each leg of the retriever: lexical, dense, fused, and final.
    """
    from qa.evaluation import RetrievalMode, load_dataset

    return RetrievalMode(load_dataset(data), _corpus(library, keep_library))


@mode_command("open", "dev-v1.1.json --limit 500 --output runs/open")
@corpus_options
@leave_out_options(0.0)
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    help="Answer only when at least this sure, 0 to 1.  [default: from the settings]",
)
@click.option(
    "--simulate/--no-simulate",
    default=True,
    show_default=True,
    help="Read each gold passage alone, too, and up to 20 passages, to see what that would give.",
)
def evaluate_open(
    data: Path,
    library: str | None,
    keep_library: Path | None,
    leave_out: float,
    whole_titles: bool,
    min_confidence: float | None,
    simulate: bool,
) -> Mode:
    """Ask the questions of DATA of a library that holds all of its passages.

    Gives EM and F1 of the first and of the best five answers, whether the citations are right, recall, and how far
    the confidence can be trusted.
    """
    from qa.evaluation import OpenMode, load_dataset

    corpus = _corpus(library, keep_library, whole_titles)
    return OpenMode(load_dataset(data), corpus, leave_out, min_confidence, simulate)


@mode_command("confidence", "dev-v1.1.json --limit 500 --seeds 3 --output runs/confidence")
@corpus_options
@leave_out_options(0.5)
def evaluate_confidence(
    data: Path, library: str | None, keep_library: Path | None, leave_out: float, whole_titles: bool
) -> Mode:
    """Ask the questions of DATA of a library that lacks some of its passages.

    Gives ECE, MacroCE, Brier, AUROC, AURC and the coverage at 80, 90 and 95% accuracy of the confidence, and of
    the plain softmax score of the same answers.
    """
    from qa.evaluation import ConfidenceMode, load_dataset

    return ConfidenceMode(load_dataset(data), _corpus(library, keep_library, whole_titles), leave_out)


@command("evaluate compare", "runs/before runs/after", group=evaluate)
@click.argument("runs", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page of it to this file, too: with plots, and the questions won and lost.",
)
@json_option
def evaluate_compare(runs: tuple[Path, ...], html: Path | None, as_json: bool) -> None:
    """Put RUNS side by side, each against the first, over the questions that all of them asked with the same seed.

    Differences stand with their 95% intervals (paired bootstrap) and p-values (paired permutation test), which are
    corrected for the number of figures (Holm).
    """
    from qa.evaluation import Run, compare
    from qa.evaluation.report import write_comparison

    if len(runs) < 2:
        raise click.UsageError("name at least two runs to compare")
    loaded = [Run.load(run) for run in runs]
    comparison = compare(loaded)
    if html:
        write_comparison(loaded, comparison, html)
    emit(comparison.to_dict() if as_json else comparison_text(comparison))


@command("evaluate report", "runs/open", group=evaluate)
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
def report(run: Path, as_json: bool) -> None:
    """Make the report of RUN, the folder of an evaluation, anew: one HTML file, to be opened in a browser.

    Every evaluation with --output writes it at its end, too.
    """
    from qa.evaluation import Run
    from qa.evaluation.report import write_report

    path = write_report(Run.load(run))
    emit({"report": str(path)} if as_json else f"report written to {path}")


@command("evaluate init", "--library news questions.jsonl", group=evaluate)
@click.argument("output", type=click.Path(dir_okay=False, path_type=Path))
@library_option
@click.option(
    "--questions", default=50, show_default=True, type=click.IntRange(0), help="Draft so many from the articles."
)
@click.option("--seed", default=0, show_default=True, help="Which passages are drawn.")
@json_option
def init(output: Path, library: str, questions: int, seed: int, as_json: bool) -> None:
    """Draft questions about the library's articles, and write them to OUTPUT, for you to correct.

    OUTPUT holds a question a line. What readers rated as right, or as not answered by the articles, is ready. The
    rest is marked "draft": true, and does not count before you have read it and taken the mark away: answers that
    were rated as wrong, which want a right one, and questions made from sentences by rules.
    """
    from qa.question_generation.question_file import draft_file, write_questions

    with open_assistant(library, create=False) as assistant:
        drafted = draft_file(assistant.library.iter_articles(), assistant.feedback(), questions, seed)
    write_questions(drafted, output)
    rated, to_complete, drafts = len(drafted.rated), len(drafted.to_complete), len(drafted.drafts)
    empty = sum(not line["question"] for line in drafted.drafts)
    if as_json:
        emit({"path": str(output), "rated": rated, "to_complete": to_complete, "drafts": drafts, "empty": empty})
    else:
        fewer = "" if drafts == questions else f"\nThe rules find no more than these, of the {questions} wanted."
        emit(
            f"{output}: {rated} questions from ratings, {to_complete} wrong answers to complete, {drafts} drafts"
            f" from articles, {empty} of them passages that you are to ask a question about.{fewer}\n"
            'Correct what is marked "draft": true and take the mark away; else it does not count.'
        )


def _corpus(library: str | None, keep: Path | None, whole_titles: bool = False) -> Corpus:
    from qa.evaluation import Corpus
    from qa.settings import Settings

    if library and keep:
        raise click.UsageError("--library and --keep-library exclude each other")
    return Corpus(Settings.from_environment(), library, keep, add_progress, whole_titles)


def _run(mode: Mode, limit: int | None, seeds: range, output: Path | None) -> Run:
    from qa.evaluation import evaluate as run
    from qa.evaluation.report import write_report

    asked = min(limit or len(mode.data.examples), len(mode.data.examples)) * len(seeds)
    with progress(asked, mode.name) as advance:
        done = run(mode, output=output, limit=limit, seeds=seeds, progress=advance)
    if done.folder:
        write_report(done)
    return done


def _note_drafts(data: Path) -> None:
    """Say how many questions of a file do not count yet."""
    from qa.evaluation.data.examples import count_drafts

    if data.is_file() and (drafts := count_drafts(data)):
        click.echo(f"{drafts} drafts in {data} do not count: correct them and take the mark away", err=True)


def _run_dict(run: Run) -> dict[str, Any]:
    """Return the figures, flat, with the ends of their intervals beside them."""
    if run.metrics is None:
        return {}
    intervals = {
        name: [figure.low, figure.high]
        for name, figure in run.metrics.figures.items()
        if figure.low is not None and figure.high is not None
    }
    return {**run.metrics.values(), "intervals": intervals}


def _run_text(run: Run) -> str:
    where = f"\nkept in {run.folder}; to read: {run.folder / 'report.html'}" if run.folder else ""
    return f"{metrics_text(run.metrics)}{where}" if run.metrics else ""
