"""Texts for the terminal: replies, reports, figures and progress bars."""

from __future__ import annotations

import json
import re
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from qa.export.skipped_files import skipped_in_brief
from qa.languages import language_name
from qa.types import PARTS, AddProgress, AddReport, AddResult, EmbeddingState

if TYPE_CHECKING:
    from qa.evaluation import Comparison, Metrics, Run
    from qa.feedback import Feedback
    from qa.training.reader.trainer import Progress

__all__ = [
    "add_progress",
    "comparison_text",
    "count",
    "echo",
    "echo_styled",
    "embedding_progress",
    "embedding_text",
    "emit",
    "emit_figures",
    "feedback_text",
    "iso",
    "metrics_text",
    "one_line",
    "only_styles",
    "progress",
    "report_dict",
    "report_text",
    "run_dict",
    "run_text",
    "stage_progress",
    "step_progress",
    "style",
    "styled",
    "sync_text",
    "teacher_progress",
    "training_progress",
    "without_controls",
]


MAX_CHANGES = 20

# Article texts, titles and file names may contain sequences that retitle the terminal, clear it or write to the
# clipboard. Styles are marked with a secret until the text is printed, so that no article can contain one.
_STYLE = f"\ue000{secrets.token_hex(8)}\ue001"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_STYLED = re.compile(r"(\x1b\[[0-9;]*m)")


def echo(text: str, *, err: bool = False) -> None:
    """Print text; control characters in it, other than line feeds and tabs, are shown as ``\\u001b``."""
    echo_styled(styled(text), err=err)


def styled(text: str) -> str:
    """Return text with the escape sequences of its styles, and without any others."""
    return without_controls(text).replace(_STYLE, "\x1b")


def echo_styled(text: str, *, err: bool = False) -> None:
    """Print what :func:`styled` returned, in this process or in the daemon."""
    click.echo(only_styles(text), err=err)


def only_styles(text: str) -> str:
    """Return text without control characters and escape sequences other than styles."""
    return "".join(part if _STYLED.fullmatch(part) else without_controls(part) for part in _STYLED.split(text))


def style(text: str, **styles: bool | str) -> str:
    """Return the text in a style that :func:`echo` prints; the styles are those of :func:`click.style`."""
    return click.style(without_controls(text), **styles).replace("\x1b", _STYLE)  # type: ignore[arg-type]


def without_controls(text: str) -> str:
    """Return the text with control characters escaped as in JSON, which stays valid JSON."""
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """Return the text on one line, so that a title cannot look like another line of a list."""
    return " ".join(text.split())


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun in the singular or the plural: "1 article", "1,200 articles"."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


@contextmanager
def progress(total: int | None, what: str, then: str = "") -> Iterator[Callable[[int], Any]]:
    """Show a bar that counts to ``total``; yield the function that advances it.

    :param total: None if it is not known.
    :param then: the work that follows once the bar is full, to be shown instead of ``what``.
    """
    from tqdm import tqdm

    with tqdm(total=total, desc=what, disable=None, file=sys.stderr) as bar:

        def advance(steps: int) -> None:
            bar.update(steps)
            if then and total and bar.n >= total:
                bar.set_description(then)

        yield advance


@contextmanager
def add_progress() -> Iterator[Callable[[AddProgress], None]]:
    """Show how many files of an add are read and then, if it embeds, how many passages are embedded.

    Yields the function to call with the progress.
    """
    from tqdm import tqdm

    with (
        tqdm(desc="reading", unit=" files", disable=None, file=sys.stderr) as bar,
        embedding_progress() as show_embedding,
    ):

        def show(state: AddProgress) -> None:
            if state.embedding is not None:
                show_embedding(state.embedding)
                return
            bar.total = state.sources
            bar.set_postfix_str(f"{count(state.articles, 'article')} ready for questions", refresh=False)
            bar.update(state.sources_done - bar.n)
            bar.refresh()

        yield show


@contextmanager
def embedding_progress() -> Iterator[Callable[[EmbeddingState], None]]:
    """Show how many passages are embedded, if any are pending; yield the function to call with the state."""
    from tqdm import tqdm

    bar: tqdm[Any] | None = None

    def show(state: EmbeddingState) -> None:
        nonlocal bar
        if bar is None and state.pending:
            bar = tqdm(desc="embedding", unit=" passages", initial=state.embedded, disable=None, file=sys.stderr)
        if bar is not None:
            bar.total = state.passages
            bar.update(state.embedded - bar.n)

    try:
        yield show
    finally:
        if bar is not None:
            bar.close()


@contextmanager
def stage_progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show one stage after another; yield the function to call with a stage, the work done and the total."""
    from tqdm import tqdm

    with tqdm(disable=None, file=sys.stderr) as bar:

        def show(stage: str, done: int, total: int) -> None:
            bar.set_description(stage, refresh=False)
            bar.total, bar.n = total, done
            bar.refresh()

        yield show


@contextmanager
def training_progress() -> Iterator[Callable[[Progress], None]]:
    """Show the steps of a training run and each evaluation; yield the function to call with its progress."""
    from tqdm import tqdm

    with tqdm(desc="preparing", unit=" steps", disable=None, file=sys.stderr) as bar:

        def show(state: Progress) -> None:
            if bar.total is None:
                bar.set_description("training", refresh=False)
                bar.initial = bar.n = state.step - 1  # a resumed run starts later
            bar.total = state.steps
            bar.set_postfix(loss=f"{state.loss:.2f}", tokens=f"{state.tokens_per_second:,.0f}/s", refresh=False)
            bar.update()
            if evaluation := state.evaluation:
                bar.write(
                    f"step {state.step}: F1 {evaluation.f1:.1f}, "
                    f"best F1 with unanswerable questions {evaluation.best_f1:.1f}",
                    file=sys.stderr,
                )

        yield show


@contextmanager
def step_progress() -> Iterator[Callable[[int, int, float], None]]:
    """Show the steps of a stage; yield the function to call with their number, that of all, and the loss."""
    from tqdm import tqdm

    with tqdm(desc="training", unit=" steps", disable=None, file=sys.stderr) as bar:

        def show(step: int, steps: int, loss: float) -> None:
            bar.total, bar.n = steps, step
            bar.set_postfix(loss=f"{loss:.2f}", refresh=False)
            bar.refresh()

        yield show


@contextmanager
def teacher_progress() -> Iterator[Callable[[int, int], None]]:
    """Show how many inputs a teacher has read; yield the function to call with their number and that of all."""
    from tqdm import tqdm

    with tqdm(desc="asking the teacher", unit=" inputs", disable=None, file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show


def emit(result: object) -> None:
    """Print text, or anything else as JSON."""
    echo(result if isinstance(result, str) else json.dumps(result, ensure_ascii=False, indent=2))


def emit_figures(figures: dict[str, Any], as_json: bool) -> None:
    """Print figures as JSON, or one per line."""
    if as_json:
        emit(figures)
        return
    for name, value in figures.items():
        echo(f"{name.replace('_', ' '):24} {'-' if value is None else f'{value:.4g}'}")


def metrics_text(metrics: Metrics) -> str:
    """Return the figures of a run, one per line, each with its 95% interval."""
    lines = []
    for name, figure in metrics.figures.items():
        value = "-" if figure.value is None else _short(figure.value)
        ends = ""
        if figure.low is not None and figure.high is not None:
            ends = f"   [{_short(figure.low)}, {_short(figure.high)}]"
        lines.append(f"{name.replace('_', ' '):36} {value:>8}{ends}")
    return "\n".join(lines)


def _short(value: float) -> str:
    """Return a number with four significant digits, or with all digits before the decimal point."""
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"


def run_text(run: Run, every_figure: bool = False) -> str:
    """Return in five lines what became of the questions and where the report is, perhaps after every figure."""
    from qa.evaluation.summary import summarize

    if run.metrics is None:
        return ""
    report = run.folder / "report.html" if run.folder else "none; --output FOLDER stores the run and writes one"
    figures = [metrics_text(run.metrics), ""] if every_figure else []
    return "\n".join([*figures, *summarize(run.predictions), f"Report: {report}"])


def run_dict(run: Run) -> dict[str, Any]:
    """Return the figures of a run by name, and the ends of their intervals under ``intervals``."""
    if run.metrics is None:
        return {}
    intervals = {
        name: [figure.low, figure.high]
        for name, figure in run.metrics.figures.items()
        if figure.low is not None and figure.high is not None
    }
    return {**run.metrics.values(), "intervals": intervals}


def comparison_text(comparison: Comparison) -> str:
    """Return a table for each run but the first, with the differences from the first.

    An asterisk marks a corrected p-value below 0.05.
    """
    first, *others = comparison.runs
    shared = count(comparison.questions, "question")
    lines = [f"{shared} in common ({comparison.mode}), paired by seed and id"]
    lines += [
        f"{count(number, 'question')} of {name} left out: not asked in every run"
        for name, number in zip(comparison.runs, comparison.left_out, strict=False)
        if number
    ]
    for number, other in enumerate(others, 1):
        changes = comparison.changes[number - 1] if comparison.changes else ()
        lines += ["", *(f"{other}: {change}" for change in changes)]
        lines += [f"{'':36} {first[:14]:>14} {other[:14]:>14}  difference [95% interval]    p (Holm)"]
        for name, figure in comparison.distinct().items():
            before, after, change = figure.values[0], figure.values[number], figure.differences[number - 1]
            if change.value is None:
                continue
            ends = f"{change.value:+.4g} [{change.low:+.4g}, {change.high:+.4g}]"
            p = change.p_corrected
            significance = "" if p is None else f"{p:.3f}{'*' if p < 0.05 else ''}"
            lines.append(
                f"{name.replace('_', ' '):36} {before.value:14.4g} {after.value:14.4g}  "
                f"{ends:26} {significance:>8}"
            )
    figures = count(comparison.tested, "figure")
    legend = f"p: paired permutation test, corrected for {figures} by Holm's method; * below 0.05"
    return "\n".join([*lines, "", legend])


def feedback_text(feedback: Feedback) -> str:
    """Return a rating: its time, verdict, question, answer and comment."""
    answer = repr(feedback.answer) if feedback.answer is not None else "no answer"
    sure = "" if feedback.confidence is None else f", {feedback.confidence:.0%} sure"
    lines = [
        f"{feedback.given_at:%Y-%m-%d %H:%M}  {feedback.verdict:12}  {' '.join(feedback.question.split())}",
        style(f"    {answer}{sure}  {one_line(feedback.source or feedback.title)}", dim=True),
    ]
    return "\n".join(lines + [f"    {' '.join(feedback.comment.split())}"] * bool(feedback.comment))


def embedding_text(state: EmbeddingState) -> str:
    """Return how many passages are embedded."""
    return f"{state.embedded:,} of {count(state.passages, 'passage')} embedded"


def report_dict(report: AddReport) -> dict[str, Any]:
    """Return the report of an add, ready for JSON."""
    return {"summary": str(report), "results": [asdict(result) for result in report.results]}


def report_text(report: AddReport, details: bool = False) -> str:
    """Return the report of an add: failures first, then what was skipped, summed up by kind or in detail."""
    failed = [f"failed: {one_line(result.source)}: {one_line(result.reason)}" for result in report.failures]
    skipped = [line for kind, results in report.skipped.items() for line in _skipped_lines(kind, results, details)]
    return "\n".join([*failed, *skipped, *_foreign_text(report), str(report)])


def sync_text(report: AddReport, details: bool = False, *, dry_run: bool = False) -> str:
    """Return the report of a sync: which articles it changed, then what a report of an add says."""
    changed = [result for result in report.results if result.outcome in ("added", "updated", "removed")]
    lines = [
        f"{result.outcome}: {one_line(result.source)}" for result in changed[: None if details else MAX_CHANGES]
    ]
    if len(changed) > len(lines):
        lines.append(f"and {len(changed) - len(lines):,} more (--details names all)")
    lines += ["Nothing was changed (--dry-run). It would be:"] if dry_run else []
    return "\n".join([*lines, report_text(report, details)])


def _foreign_text(report: AddReport) -> list[str]:
    """Return a line about the articles that are not in English, if there are any."""
    if not (languages := report.foreign):
        return []
    names = ", ".join(f"{language_name(code)} {number:,}" for code, number in languages.items())
    articles = count(sum(languages.values()), "article is", "articles are")
    return [f"{articles} not in English ({names}): the reader is made for English, so expect worse answers"]


def _skipped_lines(kind: str, results: Sequence[AddResult], details: bool) -> list[str]:
    files = f"{count(len(results), 'file')} {'partly' if kind == PARTS else 'not'} read: {one_line(kind)}"
    if details:
        return [f"{files}:", *(f"  {one_line(result.source)}: {one_line(result.reason)}" for result in results)]
    return [f"{files} ({one_line(skipped_in_brief(results))})"]


def iso(day: date | None) -> str | None:
    """Return a date as YYYY-MM-DD."""
    return day.isoformat() if day else None
