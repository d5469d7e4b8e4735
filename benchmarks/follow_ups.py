"""Measures the questions of a talk that follow another: are they told apart, understood and answered?

    python -m benchmarks.follow_ups --half test
    python -m benchmarks.follow_ups --half test --rules

The talks of tests/data/follow_ups have two questions each; half of the second ones lean on the first. Each second
question is answered in four ways: alone, as if nothing had been said; searched together with the first, as version
0.1 did; in the talk; and as a person completed it. The articles are split in two by their ids: rules are made by
looking at the development half, and the test half says what they are worth. With ``--rules``, no model is asked:
the first answer is taken as expected, all articles as found, and a completed question is compared with a person's.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from embeddings.encoder import SentenceEncoder
from qa.answering.answers import find_answers
from qa.answering.readers import build_reader
from qa.assistant import Assistant
from qa.english.content_words import content_words
from qa.english.noun_phrases import with_capitals
from qa.evaluation.metrics.squad import f1, is_correct, score
from qa.follow_ups import Turn, understand
from qa.library.sqlite.library import SqliteLibrary
from qa.settings import Settings
from qa.types import Article, Passage, Reply, RetrievedPassage

__all__ = ["FOLDER", "WAYS", "Pair", "Said", "Trial", "articles", "ask_in_talk", "half_of", "library", "pairs"]

FOLDER = Path(__file__).parents[1] / "tests" / "data" / "follow_ups"
HALVES = ("development", "test")
LEANING = re.compile(
    r"\b(?:he|him|his|she|her|hers|it|its|they|them|their|theirs|this|that|these|those|there|then)\b"
    r"|^\W*(?:and|but|so|also|what about|how about)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions of a talk, and what is known of the second; no answers mean that no article answers it."""

    id: str
    article: str
    first: str
    first_answer: str
    second: str
    completed: str
    answers: tuple[str, ...]
    leans: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Said:
    """The best answer to a question, "" without any; whether it was sure enough to be given; how it was read."""

    text: str
    given: bool
    confidence: float = 0.0
    read_as: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A pair, and what each of the ways to ask its second question brought."""

    pair: Pair
    said: dict[str, Said]


def pairs(half: str = "all", folder: Path = FOLDER) -> list[Pair]:
    """Return the talks whose first question is of the articles of a half, or all of them."""
    fields = Pair.__dataclass_fields__
    rows = [{name: row[name] for name in fields} for row in _rows(folder / "pairs.jsonl")]
    found = [Pair(**(row | {"answers": tuple(row["answers"])})) for row in rows]
    return [pair for pair in found if half in {"all", half_of(pair.article)}]


def articles(folder: Path = FOLDER) -> list[Article]:
    """Return the articles of both halves."""
    return [
        Article(row["text"], title=row["title"], source=row["id"], date=dt.date.fromisoformat(row["date"]))
        for row in _rows(folder / "articles.jsonl")
    ]


def library() -> Assistant:
    """Return an assistant over the articles of both halves, in memory."""
    settings, encoder = Settings(), SentenceEncoder()
    store = SqliteLibrary.in_memory(encoder=encoder.fingerprint, dimension=encoder.dimension)
    assistant = Assistant(store, encoder, build_reader(settings), settings)
    assistant.add(*articles())
    return assistant


def half_of(article: str) -> str:
    """Return which half an article belongs to, by the last bit of its id's SHA-256."""
    return HALVES[hashlib.sha256(article.encode()).digest()[-1] % 2]


def ask_alone(assistant: Assistant, pair: Pair) -> Said:
    """Ask the second question as if nothing had been said."""
    return _said(assistant.ask(pair.second))


def ask_together(assistant: Assistant, pair: Pair) -> Said:
    """Search the second question together with the first when it has a pronoun, an "And" or no content words."""
    own = content_words(LEANING.sub("", pair.second))
    if own and not LEANING.search(pair.second):
        return ask_alone(assistant, pair)
    both = f"{pair.first} {pair.second}"
    found = assistant.retrieve(both, assistant.settings.passages)
    best = next(iter(find_answers(both, found, assistant.read(pair.second, found), assistant.confidence)), None)
    if best is None:
        return Said("", given=False)
    given = best.confidence >= assistant.settings.min_confidence
    return Said(best.candidates[0].text, given, best.confidence)


def ask_in_talk(assistant: Assistant, pair: Pair) -> Said:
    """Ask both questions in a conversation."""
    chat = assistant.chat()
    chat.ask(pair.first)
    return _said(chat.ask(pair.second))


def ask_completed(assistant: Assistant, pair: Pair) -> Said:
    """Ask the second question as a person completed it."""
    return _said(assistant.ask(pair.completed))


WAYS: dict[str, Callable[[Assistant, Pair], Said]] = {
    "alone": ask_alone,
    "searched together": ask_together,
    "in the talk": ask_in_talk,
    "completed by a person": ask_completed,
}


def understand_alone(pair: Pair, library: Sequence[Article]) -> str:
    """Return how the rules read the second question, "" when they say that it stands alone; no model is asked."""
    focus = next(article for article in library if article.source == pair.article)
    found = [
        RetrievedPassage(Passage(one.id, 0, len(one.text)), i, one.text, one.title, 0.0, 0.0, 0.0, 0.0)
        for i, one in enumerate(library)
    ]
    first = with_capitals(pair.first, [one.text for one in library])
    follow_up = understand(pair.second, [Turn(first, pair.first_answer, focus.text)], found, focus.id)
    return follow_up.read_as if follow_up else ""


def measure_rules(half: str) -> str:
    """Return how well the rules tell leaning questions, and how near their completions come to a person's."""
    library = articles()
    read = [(pair, understand_alone(pair, library)) for pair in pairs(half)]
    told = [pair.leans for pair, read_as in read if read_as]
    leaning = [(pair, read_as) for pair, read_as in read if pair.leans]
    bare = _mean(f1(pair.second, pair.completed) for pair, _ in leaning)
    completed = _mean(f1(read_as or pair.second, pair.completed) for pair, read_as in leaning)
    return (
        f"{len(read)} talks, {len(leaning)} lean; told as leaning: {len(told)}, "
        f"precision {_ratio(sum(told), len(told))}, recall {_ratio(sum(told), len(leaning))}\n"
        f"F1 of a leaning question's words with a person's completion: bare {bare}, completed {completed}"
    )


def main() -> None:
    """Print how well leaning questions are told, and how well either kind is answered in each way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=(*HALVES, "all"), default="all")
    parser.add_argument("--show", action="store_true", help="print each leaning question, as read and as answered")
    parser.add_argument("--rules", action="store_true", help="measure the rules alone, without any model")
    arguments = parser.parse_args()
    if arguments.rules:
        print(measure_rules(arguments.half))
        return
    with library() as assistant:
        trials = [
            Trial(pair, {name: ask(assistant, pair) for name, ask in WAYS.items()})
            for pair in tqdm(pairs(arguments.half))
        ]
    if arguments.show:
        print(
            "\n".join(_shown(trial) for trial in trials if trial.pair.leans or trial.said["in the talk"].read_as)
        )
    print(_detection(trials))
    print(_answers("leaning on the talk", [trial for trial in trials if trial.pair.leans]))
    alone = [trial for trial in trials if not trial.pair.leans]
    print(_answers("standing alone", alone))
    changed = sum(trial.said["in the talk"] != trial.said["alone"] for trial in alone)
    print(f"answered otherwise in the talk than alone: {changed} of {len(alone)} that stand alone")


def _said(reply: Reply) -> Said:
    best = reply.answers[0] if reply.answers else None
    return Said(best.text if best else "", not reply.abstained, best.confidence if best else 0.0, reply.read_as)


def _detection(trials: Sequence[Trial]) -> str:
    told = [trial for trial in trials if trial.said["in the talk"].read_as]
    right = sum(trial.pair.leans for trial in told)
    leaning = sum(trial.pair.leans for trial in trials)
    kinds = sorted({trial.pair.kind for trial in trials if trial.pair.leans})
    lines = [
        f"{len(trials)} talks, {leaning} lean; told as leaning: {len(told)}, "
        f"precision {_ratio(right, len(told))}, recall {_ratio(right, leaning)}"
    ]
    for kind in kinds:
        of_kind = [trial for trial in trials if trial.pair.kind == kind]
        lines.append(f"  {kind:12} {sum(bool(t.said['in the talk'].read_as) for t in of_kind)} of {len(of_kind)}")
    return "\n".join(lines)


def _answers(title: str, trials: Sequence[Trial]) -> str:
    """Return a table: how good the best answers are, whatever their confidence, and what is given and refused."""
    answerable = [trial for trial in trials if trial.pair.answers]
    lines = [
        "",
        f"{title}: {len(answerable)} with an answer, {len(trials) - len(answerable)} without",
        f"{'':24}EM    F1  right  | at the threshold: right  rightly refused",
    ]
    for way in WAYS:
        scores = [score(trial.said[way].text, trial.pair.answers) for trial in answerable]
        right = [is_correct(trial.said[way].text, trial.pair.answers) for trial in answerable]
        given = [good and trial.said[way].given for good, trial in zip(right, answerable, strict=True)]
        refused = [not trial.said[way].given for trial in trials if not trial.pair.answers]
        lines.append(
            f"{way:22}{_mean(one.exact for one in scores)} {_mean(one.f1 for one in scores)}  {_mean(right)}  | "
            f"{_mean(given):>23}  {sum(refused)} of {len(refused)}"
        )
    return "\n".join(lines)


def _shown(trial: Trial) -> str:
    said = trial.said["in the talk"]
    verdict = is_correct(said.text, trial.pair.answers) if trial.pair.answers else not said.given
    return (
        f"{'right' if verdict else 'WRONG'} {trial.pair.kind}: {trial.pair.first} {trial.pair.second}\n"
        f"      read as: {said.read_as or '-'}\n      answer: {said.text!r} ({said.confidence:.0%}), "
        f"expected {trial.pair.answers[:1]}; completed: {trial.said['completed by a person'].text!r}"
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
