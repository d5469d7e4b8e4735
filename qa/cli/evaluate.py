"""The commands that measure answers: ``quotewell evaluate``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qa.cli.options import (
    InputFolder,
    OutputFile,
    OutputFolder,
    command,
    confidence_option,
    json_option,
    library_option,
    open_assistant,
    ray_option,
)
from qa.cli.output import add_progress, comparison_text, count, echo, emit, progress, run_dict, run_text

if TYPE_CHECKING:
    from qa.evaluation import Corpus, Mode, Run
    from qa.evaluation.loading import LoadingScore

__all__ = ["evaluate"]

RUN_OPTIONS = (
    click.argument("data", type=click.Path(exists=True, path_type=Path)),
    click.option("--limit", type=click.IntRange(1), help="Ask this many random questions.  [default: all]"),
    click.option("--seed", default=0, show_default=True, help="Seed of all random choices."),
    click.option(
        "--seeds",
        "seed_count",
        default=1,
        show_default=True,
        type=click.IntRange(1),
        help="Repeat with this many seeds.",
    ),
    click.option(
        "--output",
        type=OutputFolder,
        help="Store the run in this folder; the same command continues it.  [default: store nothing]",
    ),
    ray_option,
    click.option("--all", "every_figure", is_flag=True, help="Also print every figure, with its 95% interval."),
    json_option,
)


@click.group()
def evaluate() -> None:
    """Measure the reader, or the whole assistant, on questions with known answers."""


def register_mode(name: str, example: str) -> Callable[[Callable[..., Mode]], click.Command]:
    """Return a decorator that makes an ``evaluate`` command of a function.

    The function gets DATA and its own options, and returns the mode to measure.
    """

    def decorate(function: Callable[..., Mode]) -> click.Command:
        @wraps(function)
        def run_mode(
            *,
            data: Path,
            limit: int | None,
            seed: int,
            seed_count: int,
            output: Path | None,
            ray_address: str | None,
            every_figure: bool,
            as_json: bool,
            **own_options: Any,
        ) -> None:
            _note_drafts(data)
            with _on_ray(ray_address, own_options) as place:
                run = _run(place(function(data, **own_options)), limit, range(seed, seed + seed_count), output)
            emit(run_dict(run) if as_json else run_text(run, every_figure))

        with_options: Callable[..., None] = run_mode
        for option in reversed(RUN_OPTIONS):
            with_options = option(with_options)
        return command(f"evaluate {name}", example, group=evaluate)(with_options)

    return decorate


@register_mode("reader", "dev-v2.0.json --limit 500 --output runs/reader")
@click.option(
    "--threshold",
    default=0.0,
    show_default=True,
    help="Abstain when the best span's score exceeds the null score by less than this.",
)
def evaluate_reader(data: Path, threshold: float) -> Mode:
    """Read each question of DATA (SQuAD v1.1, v2.0 or JSONL) with its own passage.

    Measures exact match (EM) and F1 as the official SQuAD scripts do. If every question has an answer, the reader
    never abstains.
    """
    from qa.answering.readers import build_reader
    from qa.evaluation import ReaderMode, load_dataset
    from qa.settings import Settings

    return ReaderMode(load_dataset(data), build_reader(Settings.from_environment()), threshold)


def corpus_options(function: Callable[..., Mode]) -> Callable[..., Mode]:
    """Add the options that choose the library to ask."""
    library = click.option(
        "--library",
        help="Ask this library, by name or folder, instead of one built from the passages of DATA.",
    )
    keep = click.option(
        "--keep-library",
        type=OutputFolder,
        help="Store the library built from DATA in this folder, so that its passages are embedded only once.",
    )
    return library(keep(function))


def leave_out_options(default: float) -> Callable[[Callable[..., Mode]], Callable[..., Mode]]:
    """Return a decorator that adds the options that leave articles out of the library."""
    share = click.option(
        "--leave-out",
        default=default,
        show_default=True,
        type=click.FloatRange(0, 1),
        help="Leave out this share of the articles; questions about them then have no right answer.",
    )
    together = click.option(
        "--whole-titles",
        is_flag=True,
        help="Leave out articles with the same title together, such as the paragraphs of one page in SQuAD.",
    )
    return lambda function: share(together(function))


@register_mode("retrieval", "dev-v1.1.json --limit 1000 --keep-library dev-library")
@corpus_options
def evaluate_retrieval(data: Path, library: str | None, keep_library: Path | None) -> Mode:
    """Search for the passages that answer the questions of DATA, a file or a folder in the BEIR layout.

    Measures recall@k, MRR@10 and nDCG@10 of each leg of the retriever: lexical, dense, fused and final.
    """
    from qa.evaluation import RetrievalMode, load_dataset

    return RetrievalMode(load_dataset(data), _corpus(library, keep_library))


@register_mode("open", "dev-v1.1.json --limit 500 --output runs/open")
@corpus_options
@leave_out_options(0.0)
@confidence_option
@click.option(
    "--simulate/--no-simulate",
    default=True,
    show_default=True,
    help="Also read each gold passage alone, and up to 20 passages, to show what that would change.",
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
    """Ask a library that holds all passages of DATA its questions.

    Measures EM and F1 of the first answer and of the best of the first five, citation accuracy, recall, and how
    well calibrated the confidence is.
    """
    from qa.evaluation import OpenMode, load_dataset

    corpus = _corpus(library, keep_library, whole_titles)
    return OpenMode(load_dataset(data), corpus, leave_out, min_confidence, simulate)


@register_mode("confidence", "dev-v1.1.json --limit 500 --seeds 3 --output runs/confidence")
@corpus_options
@leave_out_options(0.5)
def evaluate_confidence(
    data: Path, library: str | None, keep_library: Path | None, leave_out: float, whole_titles: bool
) -> Mode:
    """Ask a library that lacks some passages of DATA all its questions.

    Measures ECE, MacroCE, Brier score, AUROC, AURC and the coverage at 80, 90 and 95% accuracy, both for the
    confidence and for the plain softmax score of the same answers.
    """
    from qa.evaluation import ConfidenceMode, load_dataset

    return ConfidenceMode(load_dataset(data), _corpus(library, keep_library, whole_titles), leave_out)


@command("evaluate compare", "runs/before runs/after", group=evaluate)
@click.argument("runs", nargs=-1, required=True, type=InputFolder)
@click.option(
    "--html", type=OutputFile, help="Also write an HTML page, with plots and the questions won and lost."
)
@json_option
def evaluate_compare(runs: tuple[Path, ...], html: Path | None, as_json: bool) -> None:
    """Compare RUNS with the first of them, over the questions that all of them asked with the same seed.

    Each difference has a 95% interval (paired bootstrap) and a p-value (paired permutation test), corrected for
    the number of figures (Holm).
    """
    from qa.evaluation import Run, compare
    from qa.evaluation.report import write_comparison

    if len(runs) < 2:
        raise click.UsageError("name at least two runs to compare")
    loaded = [Run.load(run) for run in runs]
    with progress(2 * len(loaded) - 1, "comparing") as advance:
        comparison = compare(loaded, progress=advance)
    if html:
        write_comparison(loaded, comparison, html)
    emit(comparison.to_dict() if as_json else comparison_text(comparison))


@command("evaluate loading", "pages --mistakes", group=evaluate)
@click.argument("folder", type=InputFolder)
@click.option("--mistakes", is_flag=True, help="Also print each wanted string lost and each unwanted one kept.")
@json_option
def loading(folder: Path, mistakes: bool, as_json: bool) -> None:
    """Measure what is read of the web pages in FOLDER.

    FOLDER has a JSON file of wanted and unwanted strings of each page. Prints how many of them are read.
    """
    from qa.evaluation.loading import measure_loading, read_page_strings

    pages = read_page_strings(folder)
    with progress(len(pages), "loading") as advance:
        score = measure_loading(pages, lambda: advance(1))
    emit(_loading_dict(score, mistakes) if as_json else _loading_text(score, mistakes))


def _loading_dict(score: LoadingScore, mistakes: bool) -> dict[str, object]:
    return {
        "pages": score.pages,
        "failed": score.failed,
        "wanted": score.wanted,
        "wanted_kept": score.wanted_kept,
        "wanted_share": score.wanted_share,
        "unwanted": score.unwanted,
        "unwanted_kept": score.unwanted_kept,
        "unwanted_share": score.unwanted_share,
        **({"mistakes": score.mistakes} if mistakes else {}),
    }


def _loading_text(score: LoadingScore, mistakes: bool) -> str:
    lines = [
        f"{count(score.pages, 'page')}, of which {len(score.failed)} could not be read",
        f"wanted strings kept     {100 * score.wanted_share:6.2f}%  ({score.wanted_kept} of {score.wanted})",
        f"unwanted strings kept   {100 * score.unwanted_share:6.2f}%  ({score.unwanted_kept} of {score.unwanted})",
        *(f"failed {page}: {reason}" for page, reason in score.failed.items()),
    ]
    if mistakes:
        lines += [f"{mistake['problem']} {mistake['page']}: {mistake['string']}" for mistake in score.mistakes]
    return "\n".join(lines)


@command("evaluate report", "runs/open", group=evaluate)
@click.argument("run", type=InputFolder)
@json_option
def report(run: Path, as_json: bool) -> None:
    """Write the report of RUN, the folder of an evaluation, again: one HTML file to open in a browser.

    Every evaluation with --output writes it, too.
    """
    from qa.evaluation import Run
    from qa.evaluation.report import write_report

    path = write_report(Run.load(run))
    emit({"report": str(path)} if as_json else f"Report written to {path}")


@command("evaluate init", "--library news questions.jsonl", group=evaluate)
@click.argument("output", type=OutputFile)
@library_option
@click.option(
    "--questions",
    default=50,
    show_default=True,
    type=click.IntRange(0),
    help="Draft up to this many questions from the articles.",
)
@click.option("--seed", default=0, show_default=True, help="Seed for drawing the passages.")
@json_option
def init(output: Path, library: str, questions: int, seed: int, as_json: bool) -> None:
    """Draft questions about the library's articles, and write them to OUTPUT for you to correct.

    OUTPUT is a JSONL file with one question per line. Questions whose answer a user rated as right, or as not in
    the articles, are ready. All others are marked "draft": true and do not count until you have corrected them and
    removed the mark: questions that were answered wrongly, and questions that rules derived from sentences.
    """
    from qa.question_generation.question_file import draft_file, write_questions

    with open_assistant(library, create=False) as assistant:
        question_file = draft_file(assistant.iter_articles(), assistant.feedback(), questions, seed)
    write_questions(question_file, output)
    counts = {
        "rated": len(question_file.rated),
        "to_complete": len(question_file.to_complete),
        "drafts": len(question_file.drafts),
        "empty": sum(not line["question"] for line in question_file.drafts),
    }
    emit({"path": str(output), **counts} if as_json else _question_file_text(output, counts, questions))


def _question_file_text(output: Path, counts: dict[str, int], requested: int) -> str:
    lines = [
        f"{output}: {count(counts['rated'], 'rated question')}, "
        f"{count(counts['to_complete'], 'wrong answer')} to correct, "
        f"{count(counts['drafts'], 'draft')} from articles"
    ]
    if counts["empty"]:
        lines.append(f"{count(counts['empty'], 'draft')} with a passage but no question: write one.")
    if counts["drafts"] < requested:
        lines.append(f"The rules found only {counts['drafts']} of the {count(requested, 'draft')} requested.")
    return "\n".join([*lines, 'Correct each "draft": true and remove the mark. Until then it does not count.'])


def _corpus(library: str | None, folder: Path | None, whole_titles: bool = False) -> Corpus:
    from qa.evaluation import Corpus
    from qa.settings import Settings

    if library and folder:
        raise click.UsageError("use either --library or --keep-library, not both")
    return Corpus(Settings.from_environment(), library, folder, add_progress, whole_titles)


@contextmanager
def _on_ray(address: str | None, options: Mapping[str, Any]) -> Iterator[Callable[[Mode], Mode]]:
    """Yield a function that lets a cluster, if there is an address, ask the questions of a mode."""
    if not address:
        yield lambda mode: mode
        return
    from qa.evaluation.modes.on_ray import OnRay
    from qa.indexing.ray_cluster import shared_address
    from qa.ray_tasks import RayTasks
    from qa.settings import Settings

    if "library" in options:  # else the mode needs none
        if not options["library"]:
            raise click.UsageError("--ray needs --library, with a library that all machines can reach")
        shared_address(options["library"], Settings.from_environment())
    with RayTasks(address) as tasks:
        yield lambda mode: OnRay(mode, tasks)


def _run(mode: Mode, limit: int | None, seeds: range, output: Path | None) -> Run:
    from qa.evaluation import evaluate as run
    from qa.evaluation.report import write_report

    available = len(mode.data.examples)
    total = min(limit or available, available) * len(seeds)
    with progress(total, mode.name, then="computing figures") as advance:
        finished = run(mode, output=output, limit=limit, seeds=seeds, progress=advance)
        if finished.folder:
            write_report(finished)
    return finished


def _note_drafts(data: Path) -> None:
    """Say how many questions of a file do not count yet."""
    from qa.evaluation.data.examples import count_drafts

    if data.is_file() and (drafts := count_drafts(data)):
        number = count(drafts, "draft")
        echo(f"{number} in {data} left out: correct each draft and remove the mark to count it", err=True)
