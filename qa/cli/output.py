"""How results look in a terminal: replies, reports, figures and progress bars."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from qa.types import AddProgress, AddReport, Answer, EmbeddingState, Reply

if TYPE_CHECKING:
    from qa.evaluation import Comparison, Metrics
    from qa.feedback import Feedback
    from qa.training.reader.trainer import Progress

__all__ = [
    "add_progress",
    "comparison_text",
    "embedding_progress",
    "embedding_text",
    "emit",
    "emit_figures",
    "feedback_text",
    "iso",
    "metrics_text",
    "progress",
    "reply_text",
    "report_dict",
    "report_text",
    "training_progress",
]


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[int], Any]]:
    """Show a bar that counts to the total; yield what advances it."""
    from tqdm import tqdm

    with tqdm(total=total, desc=what, disable=None, file=sys.stderr) as bar:
        yield bar.update


@contextmanager
def add_progress() -> Iterator[Callable[[AddProgress], None]]:
    """Show how far the texts of an add are; yield what to call with its progress."""
    from tqdm import tqdm

    with tqdm(desc="reading", unit=" files", disable=None, file=sys.stderr) as bar:

        def show(state: AddProgress) -> None:
            bar.total = state.sources
            bar.set_postfix_str(f"{state.articles:,} articles can be asked about now", refresh=False)
            bar.update(state.sources_done - bar.n)
            bar.refresh()

        yield show


@contextmanager
def embedding_progress() -> Iterator[Callable[[EmbeddingState], None]]:
    """Show how far the vectors are, from the first that is to be made; yield what to call with the state."""
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
def training_progress() -> Iterator[Callable[[Progress], None]]:
    """Show how far a training run has come, and each evaluation; yield what to call with its progress."""
    from tqdm import tqdm

    with tqdm(desc="preparing", unit=" steps", disable=None, file=sys.stderr) as bar:

        def show(state: Progress) -> None:
            if bar.total is None:
                bar.set_description("training", refresh=False)
                bar.initial = bar.n = state.step - 1  # of a run that goes on
            bar.total = state.steps
            bar.set_postfix(loss=f"{state.loss:.2f}", tokens=f"{state.tokens_per_second:,.0f}/s", refresh=False)
            bar.update()
            if found := state.evaluation:
                bar.write(
                    f"step {state.step}: F1 {found.f1:.1f}, best F1 with unanswerable {found.best_f1:.1f}",
                    file=sys.stderr,
                )

        yield show


def emit(result: object) -> None:
    """Print text, or anything else as JSON."""
    click.echo(result if isinstance(result, str) else json.dumps(result, ensure_ascii=False, indent=2))


def emit_figures(figures: dict[str, Any], as_json: bool) -> None:
    """Print figures, one a line or as JSON."""
    if as_json:
        emit(figures)
        return
    for name, value in figures.items():
        click.echo(f"{name.replace('_', ' '):24} {'-' if value is None else f'{value:.4g}'}")


def metrics_text(metrics: Metrics) -> str:
    """Return a run's figures, one a line, each with its 95% interval."""
    lines = []
    for name, figure in metrics.figures.items():
        value = "-" if figure.value is None else _short(figure.value)
        known = figure.low is not None and figure.high is not None
        ends = f"   [{_short(figure.low)}, {_short(figure.high)}]" if known else ""  # type: ignore[arg-type]
        lines.append(f"{name.replace('_', ' '):36} {value:>8}{ends}")
    return "\n".join(lines)


def _short(value: float) -> str:
    """Return a number with four digits or all of those before the point."""
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"


def comparison_text(comparison: Comparison) -> str:
    """Return runs to be read: a table of each against the first, an asterisk where p, corrected, is below 0.05."""
    first, *others = comparison.runs
    lines = [f"{comparison.questions} questions in common ({comparison.mode}), paired by seed and id"]
    lines += [
        f"{count} more of {name} do not count: not all runs asked them"
        for name, count in zip(comparison.runs, comparison.left_out, strict=False)
        if count
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
            told = "" if p is None else f"{p:.3f}{'*' if p < 0.05 else ''}"
            lines.append(
                f"{name.replace('_', ' '):36} {before.value:14.4g} {after.value:14.4g}  {ends:26} {told:>8}"
            )
    tested = (
        f"p: paired permutation test, corrected for {comparison.tested} figures by Holm's method; * below 0.05"
    )
    return "\n".join([*lines, "", tested])


def reply_text(reply: Reply) -> str:
    """Return a reply to be read: the answer in its sentence with its citations, or what is nearest.

    Above it stands what a question that leans on a talk was taken to mean.
    """
    understood = [click.style(f"read as: {reply.read_as}", dim=True)] if reply.read_as else []
    if reply.answer:
        return "\n".join([*understood, _answer_text(reply.answer)])
    lines = [*understood, "These articles do not seem to answer that."]
    if reply.answers:
        nearest = reply.answers[0]
        lines.append(f"The nearest is only {nearest.confidence:.0%} sure: {nearest.text!r}")
    lines += [f"  {found.context}: {' '.join(found.text.split())[:100]}…" for found in reply.passages[:3]]
    return "\n".join(lines)


def _answer_text(answer: Answer) -> str:
    lines = [click.style(answer.text, bold=True), ""]
    for number, c in enumerate(answer.citations, 1):
        before, after = c.sentence[: c.start - c.sentence_start], c.sentence[c.end - c.sentence_start :]
        where = ", ".join(part for part in (c.title, iso(c.date), c.page and f"page {c.page}") if part)
        lines += [
            f"[{number}] {before}{click.style(c.quote, bold=True, underline=True)}{after}",
            click.style(f"    {where} ({c.source}, characters {c.start}-{c.end})", dim=True),
        ]
    return "\n".join([*lines, "", f"{answer.confidence:.0%} sure"])


def feedback_text(feedback: Feedback) -> str:
    """Return a verdict to be read: when, on what, and why."""
    said = repr(feedback.answer) if feedback.answer is not None else "no answer"
    sure = "" if feedback.confidence is None else f", {feedback.confidence:.0%} sure"
    lines = [
        f"{feedback.given_at:%Y-%m-%d %H:%M}  {feedback.verdict:12}  {' '.join(feedback.question.split())}",
        click.style(f"    {said}{sure}  {feedback.source or feedback.title}", dim=True),
    ]
    return "\n".join(lines + [f"    {' '.join(feedback.comment.split())}"] * bool(feedback.comment))


def embedding_text(state: EmbeddingState) -> str:
    """Return how far the vectors are."""
    return f"{state.embedded:,} of {state.passages:,} passages embedded"


def report_dict(report: AddReport) -> dict[str, Any]:
    """Return what became of an add, ready for JSON."""
    return {"summary": str(report), "results": [asdict(result) for result in report.results]}


def report_text(report: AddReport) -> str:
    """Return what became of an add, the failures first."""
    failed = [f"failed: {result.source}: {result.reason}" for result in report.failures]
    return "\n".join([*failed, str(report)])


def iso(day: date | None) -> str | None:
    """Return a date as YYYY-MM-DD."""
    return day.isoformat() if day else None
