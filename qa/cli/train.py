"""The commands that train the reader and fit the confidence: ``quotewell train``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.options import InputFile, InputFolder, OutputFile, OutputFolder, command, json_option
from qa.cli.output import (
    add_progress,
    emit,
    emit_figures,
    progress,
    step_progress,
    teacher_progress,
    training_progress,
)

if TYPE_CHECKING:
    from qa.evaluation import Example
    from qa.training.confidence.trials import Trial
    from qa.training.data.prepare import Prepared

__all__ = ["train"]

Command = Callable[..., None]


@click.group()
def train() -> None:
    """Train a reader, or fit the confidence, on questions with known answers."""


@command("train confidence", "held-out/*.jsonl --articles all/ --report docs/", group=train)
@click.argument("data", nargs=-1, type=InputFile)
@click.option(
    "--articles",
    type=InputFolder,
    help="Folder with all paragraphs of each domain, in files with the same names as those of DATA."
    "  [default: the paragraphs of DATA]",
)
@click.option(
    "--libraries",
    type=OutputFolder,
    help="Store the libraries in this folder, to try another reader without embedding them again.",
)
@click.option(
    "--questions",
    default=600,
    show_default=True,
    type=click.IntRange(1),
    help="Ask this many questions of each file.",
)
@click.option("--seed", default=0, show_default=True, help="Seed for drawing questions and leaving articles out.")
@click.option(
    "--reworded",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Ask this share of the questions as somebody else may type them: in other words, as keywords, misspelt."
    " Needs WordNet (Debian's wordnet-base).",
)
@click.option(
    "--trials",
    type=OutputFile,
    help="Store the retrieved passages and readings in this file; without DATA, fit to this file.",
)
@click.option(
    "--output",
    default="confidence.json",
    show_default=True,
    type=OutputFile,
    help="File for the fitted model.",
)
@click.option("--report", type=OutputFolder, help="Folder for confidence-report.md and its images.")
@json_option
def train_confidence(
    *,
    data: tuple[Path, ...],
    articles: Path | None,
    libraries: Path | None,
    questions: int,
    seed: int,
    reworded: float,
    trials: Path | None,
    output: Path,
    report: Path | None,
    as_json: bool,
) -> None:
    """Fit the confidence to the questions of DATA: one file per domain, none of which the reader was trained on.

    Asks each question three times: of a library without half of the articles, of a few articles that include the
    right one, and of a few that do not, which are also asked a question of another domain. The figures of each
    domain come from a model fitted to all other domains.
    """
    from qa.training.confidence.crossvalidation import cross_validate, figures, list_domains
    from qa.training.confidence.fit import fit
    from qa.training.confidence.report import write_report
    from qa.training.confidence.trials import load_trials, save_trials

    if len({file.stem for file in data}) == 1:
        raise click.UsageError("one domain is not enough: the figures need a second one; name more files")
    if data:
        collected: list[Trial] = []
        for file in data:
            collected += _collect(file, data, articles, libraries, (questions, seed, reworded))
        if trials:
            save_trials(collected, trials)
    elif trials:
        collected = load_trials(trials)
    else:
        raise click.UsageError("name files of questions, or use --trials to fit to stored trials")
    with progress(len(list_domains(collected)), "cross-validating", then="fitting") as advance:
        outcomes = cross_validate(collected, advance)
        fit(collected).save(output)
    if report:
        write_report(outcomes, report)
    row = figures(outcomes)
    softmax = {f"softmax_{name}": value for name, value in asdict(row.softmax).items()}
    emit_figures({"n": row.n, "accuracy": row.accuracy, **asdict(row.confidence), **softmax}, as_json)


_data_argument = click.argument("data", type=InputFolder)
_recipe_option = click.option(
    "--recipe",
    type=InputFile,
    help="TOML file with sources, shares and learning rates.  [default: the recipe of the bundled reader]",
)
_base_option = click.option(
    "--base", help="Folder or hub id of the encoder to start from.  [default: the bundled encoder]"
)
_exclude_option = click.option(
    "--exclude",
    "excluded",
    multiple=True,
    type=InputFile,
    help="Do not train on any question or paragraph of this question file; may be repeated.",
)


def _output_option(default: str, text: str) -> Callable[[Command], Command]:
    return click.option("--output", default=default, show_default=True, type=OutputFolder, help=text)


@command("train prepare", "data/ --output prepared --exclude dev-v1.1.json", group=train)
@_data_argument
@_output_option("prepared", "New folder for the prepared inputs.")
@_recipe_option
@_base_option
@_exclude_option
def prepare_reader(
    *, data: Path, output: Path, recipe: Path | None, base: str | None, excluded: tuple[Path, ...]
) -> None:
    """Prepare the training of a reader on the question files in folder DATA that a recipe names.

    Draws the questions of every epoch, generates unanswerable ones and splits all into word pieces. `train reader`
    then needs neither the data nor much CPU time, and a teacher and its student read the same inputs.
    """
    _prepare(data, output, recipe, base, excluded)
    emit(f"Training prepared in {output}")


@command("train reader", "data/ --output my-reader --exclude dev-v1.1.json", group=train)
@_data_argument
@_output_option("reader", "New folder for the trained model.")
@_recipe_option
@_base_option
@click.option(
    "--teacher", help="Folder or hub id of a larger reader to distil from, with the same word pieces as the base."
)
@_exclude_option
@click.option("--resume", is_flag=True, help="Continue the run in the output folder from its last checkpoint.")
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
    """Train a reader on the question files in folder DATA that a recipe names, or on what `train prepare` wrote.

    Computes in bfloat16 on CUDA devices and on CPUs with bfloat16 instructions, and in float32 elsewhere.
    """
    from qa.training.data.prepare import Prepared
    from qa.training.reader.train import train_reader as run

    if Prepared.is_at(data):
        if recipe or excluded:
            raise click.UsageError(f"{data} is already prepared, so --recipe and --exclude have no effect")
        prepared = Prepared(data)
    elif resume:
        prepared = Prepared(output)
    else:
        prepared = _prepare(data, output, recipe, base, excluded)
    with training_progress() as on_progress, teacher_progress() if teacher else nullcontext() as on_teacher:
        evaluation = run(
            prepared,
            output,
            base=base,
            teacher=teacher,
            resume=resume,
            on_progress=on_progress,
            on_teacher=on_teacher,
        )
    emit_figures({"output": str(output), **asdict(evaluation)} if as_json else asdict(evaluation), as_json)


@command("train specialist", "data/ --output my-specialist --exclude dev-v1.1.json", group=train)
@_data_argument
@_output_option("specialist", "New folder for the trained model.")
@click.option(
    "--recipe",
    type=InputFile,
    help="TOML file with sources, shares and learning rates.  [default: the bundled one]",
)
@_exclude_option
def train_specialist(*, data: Path, output: Path, recipe: Path | None, excluded: tuple[Path, ...]) -> None:
    """Train the specialist, which tags lists and tells yes from no, on the files in folder DATA.

    It has the lower layers of the bundled reader, so train it again after every change of the reader.
    """
    from qa.evaluation import load_examples
    from qa.training.specialist.teach import RECIPE
    from qa.training.specialist.teach import train_specialist as run

    examples = [example for file in excluded for example in load_examples(file)]
    with step_progress() as on_progress:
        run(data, output, recipe or RECIPE, excluded=examples, on_progress=on_progress)
    emit(f"Specialist written to {output}")


@command("train average", "second 2 second/step-4000.safetensors 1 --output reader", group=train)
@click.argument("parts", nargs=-1, required=True)
@click.option("--output", required=True, type=OutputFolder, help="New folder for the averaged model.")
def average_readers(*, parts: tuple[str, ...], output: Path) -> None:
    """Average the weights of readers. PARTS are model folders or weight files, each followed by its share.

    The first part must be a model folder: everything but the weights is copied from it.
    """
    from qa.training.reader.averaging import average

    paths, shares = [Path(part) for part in parts[::2]], parts[1::2]
    try:
        weighted = [(path, float(share)) for path, share in zip(paths, shares, strict=True)]
    except ValueError:
        raise click.UsageError("follow each folder or file with its share, as in: first 2 second 1") from None
    if min(share for _, share in weighted) <= 0 or not paths[0].is_dir():
        raise click.UsageError("the first part must be a model folder, and every share must be above 0")
    with progress(len(weighted), "averaging") as advance:
        average(weighted, output, progress=advance)
    emit(f"Average written to {output}")


def _prepare(
    data: Path, output: Path, recipe: Path | None, base: str | None, excluded: tuple[Path, ...]
) -> Prepared:
    from qa.evaluation import load_examples
    from qa.training.reader.train import prepare_reader as run
    from qa.training.recipe import BUNDLED, Recipe

    recipe_file = recipe or BUNDLED
    examples = [example for file in excluded for example in load_examples(file)]
    epochs = sum(stage.epochs for stage in Recipe.load(recipe_file).stages)
    with progress(epochs, "preparing") as advance:
        return run(data, output, recipe_file, base=base, excluded=examples, on_epoch=advance)


def _collect(
    file: Path, domains: Sequence[Path], folder: Path | None, libraries: Path | None, draw: tuple[int, int, float]
) -> list[Trial]:
    """Ask the questions of a domain, and some of other domains, of a library with all its articles.

    :param file: the questions of the domain.
    :param domains: the question files of all domains.
    :param folder: where the files with all paragraphs are; those of ``file`` alone without it.
    :param draw: how many questions to draw, the seed, and which share of them to reword.
    """
    from qa.assistant import Assistant
    from qa.evaluation import load_examples, make_articles, sample
    from qa.training.confidence.trials import articles_file, collect

    questions, seed, reworded = draw
    every = load_examples(file)
    examples = _reworded(sample(every, questions, seed), reworded, seed)
    paragraphs: list[Example] = load_examples(articles_file(folder, file.stem)) if folder else []
    foreign = [example for other in domains if other.stem != file.stem for example in load_examples(other)]
    strangers = [example.question for example in sample(foreign, questions, seed)]
    articles = make_articles([*every, *paragraphs])
    with (
        Assistant.open(str((libraries / file.stem).absolute()), seed=False)
        if libraries
        else Assistant.in_memory(seed=False)
    ) as assistant:
        with add_progress() as on_progress:
            assistant.add(*articles, on_progress=on_progress)
        with progress(len(examples), file.stem) as advance:
            return list(
                collect(assistant, examples, articles, file.stem, strangers=strangers, seed=seed, progress=advance)
            )


def _reworded(examples: Sequence[Example], share: float, seed: int) -> Sequence[Example]:
    """Return the questions, a share of them as somebody else may type them."""
    import random

    from qa.training.data.rewording import reword_some
    from qa.training.data.synonyms import Synonyms

    if not share:
        return examples
    return list(reword_some(examples, share, random.Random(seed), Synonyms.load()))  # noqa: S311
