"""Measure follow-up questions: are they detected, rewritten and answered?

    python -m benchmarks.follow_ups --half test
    python -m benchmarks.follow_ups --half test --rules

The conversations in tests/data/follow_ups have two questions each; most of the second questions follow up the
first. Each second question is asked in five ways: alone; searched together with the first, as version 0.1 did; in
the conversation; as the rules rewrite it after the expected first answer; and as a person rewrote it. The last
two are asked outside of any conversation. Each article says which half it belongs to: the rules were written on
the development half and are measured on the test half. ``--data`` measures other conversations, in files like
these. ``--rules`` measures the rules without a model: the first answer is the expected one, all articles are
retrieved, and each rewritten question is compared with a person's.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks.news import open_articles
from qa.answering.answers import find_answers
from qa.assistant import Assistant
from qa.english.content_words import content_words
from qa.english.noun_phrases import with_capitals
from qa.evaluation.metrics.squad import f1, is_correct, score
from qa.follow_ups import Turn, resolve_follow_up
from qa.types import Article, Passage, Reply, RetrievedPassage, article_id

__all__ = [
    "FOLDER",
    "WAYS",
    "Answered",
    "Pair",
    "Trial",
    "articles",
    "ask_in_conversation",
    "library",
    "pairs",
]

FOLDER = Path(__file__).parents[1] / "tests" / "data" / "follow_ups"
HALVES = ("development", "test")
REFERRING = re.compile(
    r"\b(?:he|him|his|she|her|hers|it|its|they|them|their|theirs|this|that|these|those|there|then)\b"
    r"|^\W*(?:and|but|so|also|what about|how about)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions of a conversation; ``answers`` are those to the second, empty if no article answers it."""

    id: str
    article: str
    first: str
    first_answer: str
    second: str
    rewritten: str
    answers: tuple[str, ...]
    is_follow_up: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The best answer to a question, "" for none; whether it reached the threshold; the question as read.

    ``is_follow_up`` is whether the question was taken for a follow-up question.
    """

    text: str
    given: bool
    confidence: float = 0.0
    read_as: str = ""
    is_follow_up: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """A pair, and the answer to its second question in each way of asking it."""

    pair: Pair
    answers: dict[str, Answered]


def pairs(half: str = "all", folder: Path = FOLDER) -> list[Pair]:
    """Return the conversations that begin with an article of this half, or all conversations."""
    fields = Pair.__dataclass_fields__
    rows = [{name: row[name] for name in fields} for row in _rows(folder / "pairs.jsonl")]
    every = [Pair(**(row | {"answers": tuple(row["answers"])})) for row in rows]
    halves = {row["id"]: row["half"] for row in _rows(folder / "articles.jsonl")}
    return [pair for pair in every if half in {"all", halves[pair.article]}]


def articles(folder: Path = FOLDER) -> list[Article]:
    """Return the articles of both halves."""
    return [
        Article(row["text"], title=row["title"], source=row["id"], date=dt.date.fromisoformat(row["date"]))
        for row in _rows(folder / "articles.jsonl")
    ]


def library(folder: Path = FOLDER, readings: Path | None = None) -> Assistant:
    """Return an assistant over the articles of both halves, in memory.

    :param readings: a file that keeps what the reader finds.
    """
    return open_articles(articles(folder), readings)


def ask_alone(assistant: Assistant, pair: Pair) -> Answered:
    """Ask the second question without the first."""
    return _answered(assistant.ask(pair.second))


def ask_together(assistant: Assistant, pair: Pair) -> Answered:
    """Search for both questions together if the second has a pronoun, an "And" or no content words."""
    own = content_words(REFERRING.sub("", pair.second))
    if own and not REFERRING.search(pair.second):
        return ask_alone(assistant, pair)
    both = f"{pair.first} {pair.second}"
    found = assistant.retrieve(both, assistant.settings.passages)
    best = next(iter(find_answers(both, found, assistant.read(pair.second, found), assistant.confidence)), None)
    if best is None:
        return Answered("", given=False)
    given = best.confidence >= assistant.settings.min_confidence
    return Answered(best.candidates[0].text, given, best.confidence)


def ask_in_conversation(assistant: Assistant, pair: Pair) -> Answered:
    """Ask both questions in a conversation."""
    chat = assistant.chat()
    chat.ask(pair.first)
    is_follow_up = chat.understand(pair.second) is not None
    return replace(_answered(chat.ask(pair.second)), is_follow_up=is_follow_up)


def ask_rewritten_by_rules(assistant: Assistant, pair: Pair) -> Answered:
    """Ask the second question by itself, as the rules rewrite it after the expected first answer."""
    focus = assistant.get(article_id(pair.article))
    found = assistant.retrieve(pair.second, assistant.settings.passages)
    return _answered(assistant.ask(_rewritten(pair, focus, found) or pair.second))


def ask_rewritten(assistant: Assistant, pair: Pair) -> Answered:
    """Ask the second question as a person rewrote it."""
    return _answered(assistant.ask(pair.rewritten))


WAYS: dict[str, Callable[[Assistant, Pair], Answered]] = {
    "alone": ask_alone,
    "searched together": ask_together,
    "in the conversation": ask_in_conversation,
    "rewritten by rules": ask_rewritten_by_rules,
    "rewritten by a person": ask_rewritten,
}


def rewrite_by_rules(pair: Pair, library: Sequence[Article]) -> str:
    """Return the second question as the rules rewrite it, without a model; "" if they leave it as it is."""
    focus = next(article for article in library if article.source == pair.article)
    found = [
        RetrievedPassage(Passage(one.id, 0, len(one.text)), i, one.text, one.title, 0.0, 0.0, 0.0, 0.0)
        for i, one in enumerate(library)
    ]
    return _rewritten(pair, focus, found)


def measure_rules(half: str, folder: Path = FOLDER) -> str:
    """Return how well the rules detect follow-up questions, and how close their rewriting is to a person's."""
    library = articles(folder)
    read = [(pair, rewrite_by_rules(pair, library)) for pair in pairs(half, folder)]
    detected = [pair.is_follow_up for pair, read_as in read if read_as]
    follow_ups = [(pair, read_as) for pair, read_as in read if pair.is_follow_up]
    bare = _mean(f1(pair.second, pair.rewritten) for pair, _ in follow_ups)
    rewritten = _mean(f1(read_as or pair.second, pair.rewritten) for pair, read_as in follow_ups)
    return (
        f"{len(read)} conversations, {len(follow_ups)} follow-up questions, {len(detected)} detected: "
        f"precision {_ratio(sum(detected), len(detected))}, recall {_ratio(sum(detected), len(follow_ups))}\n"
        f"word F1 with the question as a person rewrote it: as asked {bare}, rewritten {rewritten}"
    )


def main() -> None:
    """Print how well follow-up questions are detected, and how well all are answered in each way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=(*HALVES, "all"), default="all")
    parser.add_argument(
        "--data", type=Path, default=FOLDER, help="a folder with other articles.jsonl and pairs.jsonl"
    )
    parser.add_argument("--readings", type=Path, help="a file that keeps what the reader finds")
    parser.add_argument(
        "--show", action="store_true", help="print each follow-up question, how it was rewritten, and its answer"
    )
    parser.add_argument("--rules", action="store_true", help="measure the rules alone, without a model")
    arguments = parser.parse_args()
    if arguments.rules:
        print(measure_rules(arguments.half, arguments.data))
        return
    with library(arguments.data, arguments.readings) as assistant:
        trials = [
            Trial(pair, {name: ask(assistant, pair) for name, ask in WAYS.items()})
            for pair in tqdm(pairs(arguments.half, arguments.data), mininterval=5, disable=None)
        ]
    if arguments.show:
        print(
            "\n".join(
                _shown(trial)
                for trial in trials
                if trial.pair.is_follow_up or trial.answers["in the conversation"].is_follow_up
            )
        )
    print(_detection(trials))
    print(_answers("follow-up questions", [trial for trial in trials if trial.pair.is_follow_up]))
    alone = [trial for trial in trials if not trial.pair.is_follow_up]
    print(_answers("other questions", alone))
    changed = sum(trial.answers["in the conversation"] != trial.answers["alone"] for trial in alone)
    print(f"other questions whose answer differs in the conversation: {changed} of {len(alone)}")


def _answered(reply: Reply) -> Answered:
    best = reply.answers[0] if reply.answers else None
    return Answered(
        best.short if best else "", reply.answer is not None, best.confidence if best else 0.0, reply.read_as
    )


def _rewritten(pair: Pair, focus: Article, found: Sequence[RetrievedPassage]) -> str:
    first = with_capitals(pair.first, [focus.text, *(passage.text for passage in found)])
    follow_up = resolve_follow_up(pair.second, [Turn(first, pair.first_answer, focus.text)], found, focus.id)
    return follow_up.read_as if follow_up else ""


def _is_right(trial: Trial, way: str) -> bool:
    return is_correct(trial.answers[way].text, trial.pair.answers)


def _detection(trials: Sequence[Trial]) -> str:
    detected = [trial for trial in trials if trial.answers["in the conversation"].is_follow_up]
    right = sum(trial.pair.is_follow_up for trial in detected)
    follow_ups = sum(trial.pair.is_follow_up for trial in trials)
    kinds = sorted({trial.pair.kind for trial in trials if trial.pair.is_follow_up})
    lines = [
        f"{len(trials)} conversations, {follow_ups} follow-up questions, {len(detected)} detected: "
        f"precision {_ratio(right, len(detected))}, recall {_ratio(right, follow_ups)}"
    ]
    for kind in kinds:
        of_kind = [trial for trial in trials if trial.pair.kind == kind]
        lines.append(
            f"  {kind:12} {sum(t.answers['in the conversation'].is_follow_up for t in of_kind)} of {len(of_kind)}"
        )
    return "\n".join(lines)


def _answers(title: str, trials: Sequence[Trial]) -> str:
    """Return a table: the quality of the best answers at any confidence, and what is given and refused.

    *Rightly* is the share of the questions that are right as a person rewrote them: it leaves out those that the
    reader cannot answer however they are rewritten.
    """
    answerable = [trial for trial in trials if trial.pair.answers]
    by_person = [trial for trial in answerable if _is_right(trial, "rewritten by a person")]
    lines = [
        "",
        f"{title}: {len(answerable)} with an answer, {len(by_person)} of them right as a person rewrote them; "
        f"{len(trials) - len(answerable)} without",
        f"{'':24}EM    F1  right  rightly | at the threshold: right  correctly refused",
    ]
    for way in WAYS:
        scores = [score(trial.answers[way].text, trial.pair.answers) for trial in answerable]
        right = [_is_right(trial, way) for trial in answerable]
        rightly = [_is_right(trial, way) for trial in by_person]
        given = [good and trial.answers[way].given for good, trial in zip(right, answerable, strict=True)]
        refused = [not trial.answers[way].given for trial in trials if not trial.pair.answers]
        lines.append(
            f"{way:22}{_mean(one.exact for one in scores)} {_mean(one.f1 for one in scores)}  {_mean(right)}  "
            f"  {_mean(rightly)} | {_mean(given):>23}  {sum(refused)} of {len(refused)}"
        )
    return "\n".join(lines)


def _shown(trial: Trial) -> str:
    answer = trial.answers["in the conversation"]
    verdict = is_correct(answer.text, trial.pair.answers) if trial.pair.answers else not answer.given
    return (
        f"{'right' if verdict else 'WRONG'} {trial.pair.kind}: {trial.pair.first} {trial.pair.second}\n"
        f"      rewritten: {answer.read_as or '-'}\n      answer: {answer.text!r} ({answer.confidence:.0%}), "
        f"expected {trial.pair.answers[:1]}; of a person: {trial.answers['rewritten by a person'].text!r}"
    )


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def _mean(values: Iterable[float]) -> str:
    values = list(values)
    return f"{100 * sum(values) / len(values):5.1f}" if values else "    -"


if __name__ == "__main__":
    main()
