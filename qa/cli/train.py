"""The commands that fit what is learned: ``quotewell train``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.options import command, json_option
from qa.cli.output import add_progress, emit, emit_figures, progress, training_progress

if TYPE_CHECKING:
    from qa.training.confidence.trials import Trial
    from qa.training.data.prepare import Prepared

__all__ = ["train"]

Command = Callable[..., None]


@click.group()
def train() -> None:
    """Fit what is learned from questions with known answers."""


@command("train confidence", "held-out/*.jsonl --articles all/ --report docs/", group=train)
@click.argument("data", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--articles",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder whose file of the same name holds a domain's paragraphs.  [default: those of DATA]",
)
@click.option(
    "--libraries",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the libraries in this folder, so that another reader can be tried without embedding them again.",
)
@click.option(
    "--questions", default=600, show_default=True, type=click.IntRange(1), help="Ask so many of each file."
)
@click.option("--seed", default=0, show_default=True, help="Which questions are asked and articles left out.")
@click.option(
    "--trials",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep what was read in this file; without DATA, fit to what it holds.",
)
@click.option(
    "--output",
    default="confidence.json",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the fitted model goes.",
)
@click.option(
    "--report",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for confidence-report.md and its images.",
)
@json_option
def train_confidence(
    *,
    data: tuple[Path, ...],
    articles: Path | None,
    libraries: Path | None,
    questions: int,
    seed: int,
    trials: Path | None,
    output: Path,
    report: Path | None,
    as_json: bool,
) -> None:
    """Fit the confidence to the questions of DATA, one file a domain, that the reader was not trained on.

    Each question is asked of a library that lacks half of the articles, of a few articles with the right one and
    of a few without it, of which a question of another domain is asked, too. The figures are those of each domain
    by a model that was fitted to the others.
    """
    from qa.training.confidence.crossvalidation import cross_validate, domains_of, figures
    from qa.training.confidence.fit import fit
    from qa.training.confidence.report import write_report
    from qa.training.confidence.trials import load_trials, save_trials

    if len({file.stem for file in data}) == 1:
        raise click.UsageError("one domain is too few to judge the confidence on another; name more files")
    if data:
        collected = [
            trial for file in data for trial in _collect(file, data, articles, libraries, questions, seed)
        ]
        if trials:
            save_trials(collected, trials)
    elif trials:
        collected = load_trials(trials)
    else:
        raise click.UsageError("name files of questions, or --trials to fit to what is kept")
    with progress(len(domains_of(collected)), "cross-validating") as advance:
        outcomes = cross_validate(collected, advance)
    fit(collected).save(output)
    if report:
        write_report(outcomes, report)
    row = figures(outcomes)
    softmax = {f"softmax_{name}": value for name, value in asdict(row.softmax).items()}
    emit_figures({"n": row.n, "accuracy": row.accuracy, **asdict(row.confidence), **softmax}, as_json)


_data_argument = click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
_recipe_option = click.option(
    "--recipe",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML file of sources, shares and rates.  [default: that of the bundled reader]",
)
_base_option = click.option(
    "--base", help="Folder or hub id of the encoder to start from.  [default: the packaged one]"
)
_exclude_option = click.option(
    "--exclude",
    "excluded",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Train on no question or paragraph of this file of questions.",
)


def _output_option(default: str, text: str) -> Callable[[Command], Command]:
    folder = click.Path(file_okay=False, path_type=Path)
    return click.option("--output", default=default, show_default=True, type=folder, help=text)


@command("train prepare", "data/ --output prepared --exclude dev-v1.1.json", group=train)
@_data_argument
@_output_option("prepared", "Folder of what is prepared, a new one.")
@_recipe_option
@_base_option
@_exclude_option
def prepare_reader(
    *, data: Path, output: Path, recipe: Path | None, base: str | None, excluded: tuple[Path, ...]
) -> None:
    """Prepare the training of a reader on the files of questions in the folder DATA that a recipe names.

    Draws the questions of every epoch, makes the unanswerable ones and cuts all to word pieces, so that
    "train reader" needs neither the data nor much of a processor, and a teacher and its pupil read the same.
    """
    _prepare(data, output, recipe, base, excluded)
    emit(f"prepared {output}")


@command("train reader", "data/ --output my-reader --exclude dev-v1.1.json", group=train)
@_data_argument
@_output_option("reader", "Folder of the trained model, a new one.")
@_recipe_option
@_base_option
@click.option("--teacher", help="Folder or hub id of a larger reader to learn from, with the base's word pieces.")
@_exclude_option
@click.option("--resume", is_flag=True, help="Go on with the run in the output folder, from its last checkpoint.")
@json_option
def train_reader(
    *,
    data: Path,
    output: Path,
    recipe: Path | None,
    base: str | None,
    teacher: str | None,
    excluded: tuple[Path, ...],
    resume: bool,
    as_json: bool,
) -> None:
    """Train a reader on the files of questions in the folder DATA that a recipe names, or on a folder that
    "train prepare" made.

    Computes in bfloat16 on a CUDA device, or on a processor with instructions for it, else in float32.
    """
    from qa.training.data.prepare import Prepared
    from qa.training.reader.train import train_reader as run

    if Prepared.is_at(data):
        if recipe or excluded:
            raise click.UsageError(f"{data} was prepared with its recipe; --recipe and --exclude change nothing")
        prepared = Prepared(data)
    elif resume:
        prepared = Prepared(output)
    else:
        prepared = _prepare(data, output, recipe, base, excluded)
    with training_progress() as on_progress:
        evaluation = run(prepared, output, base=base, teacher=teacher, resume=resume, on_progress=on_progress)
    emit_figures({"output": str(output), **asdict(evaluation)} if as_json else asdict(evaluation), as_json)


def _prepare(
    data: Path, output: Path, recipe: Path | None, base: str | None, excluded: tuple[Path, ...]
) -> Prepared:
    from qa.evaluation import load_examples
    from qa.training.reader.train import prepare_reader as run
    from qa.training.recipe import BUNDLED, Recipe

    file = recipe or BUNDLED
    examples = [example for one in excluded for example in load_examples(one)]
    epochs = sum(stage.epochs for stage in Recipe.load(file).stages)
    with progress(epochs, "preparing") as advance:
        return run(data, output, file, base=base, excluded=examples, on_epoch=advance)


@command("train average", "second 2 second/step-4000.safetensors 1 --output reader", group=train)
@click.argument("parts", nargs=-1, required=True)
@click.option(
    "--output",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the averaged model, a new one.",
)
def average_readers(*, parts: tuple[str, ...], output: Path) -> None:
    """Average the weights of readers: PARTS are model folders or files of weights, each followed by its share.

    The first is a model folder, of which all but the weights is copied.
    """
    from qa.training.reader.averaging import average

    paths, shares = [Path(part) for part in parts[::2]], parts[1::2]
    try:
        weighted = [(path, float(share)) for path, share in zip(paths, shares, strict=True)]
    except ValueError:
        raise click.UsageError("name each folder or file with its share, as in: first 2 second 1") from None
    if min(share for _, share in weighted) <= 0 or not paths[0].is_dir():
        raise click.UsageError("the first part must be a model folder, and every share above 0")
    average(weighted, output)
    emit(f"averaged into {output}")


def _collect(
    file: Path, domains: Sequence[Path], folder: Path | None, libraries: Path | None, questions: int, seed: int
) -> list[Trial]:
    """Ask the questions of one domain, and some of the others, of all its articles."""
    from qa.assistant import Assistant
    from qa.evaluation import articles_of, load_examples, sample
    from qa.training.confidence.trials import articles_file, collect

    every = load_examples(file)
    examples = sample(every, questions, seed)
    foreign = [example for other in domains if other.stem != file.stem for example in load_examples(other)]
    strangers = [example.question for example in sample(foreign, questions, seed)]
    library = articles_of([*every, *(load_examples(articles_file(folder, file.stem)) if folder else ())])
    with (
        Assistant.open(str((libraries / file.stem).absolute()), seed=False)
        if libraries
        else Assistant.in_memory(seed=False)
    ) as assistant:
        with add_progress() as on_progress:
            assistant.add(*library, on_progress=on_progress)
        with progress(len(examples), file.stem) as advance:
            trials = collect(
                assistant, examples, library, file.stem, strangers=strangers, seed=seed, progress=advance
            )
            return list(trials)
