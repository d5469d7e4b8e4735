"""Measure the answers from dated news: the latest figure, change and disagreement, by the kind of question.

    python -m benchmarks.news benchmarks/questions/news-tune.json
    python -m benchmarks.news benchmarks/questions/news-tune.json --kinds latest dated --wrong
    python -m benchmarks.news benchmarks/questions/news-tune.json --readings news.readings

The articles of all stories are one library, and the questions are asked of it one after another. A question has a
``kind``, which says what is asked for, and a ``relation``: how the articles that answer it disagree.

For each kind: how many questions were asked; in how many the best answer is right; of all, how many got a right
answer, got a wrong one and were refused; how many of the answers given were outdated. Judged strictly: an answer
is right if its F1 with an expected one is at least one half and higher than with any outdated one, and the two
have a number in common if they have numbers. Refusing is right where the articles do not say. A list is right if
its parts are all of those expected and nothing else; a verdict if it is given and the expected one; a reason if it
is right and complete; an open question if half of the evidence is quoted.

Below: the measures of MultiSpanQA for lists, verdicts and their evidence, and the evidence quoted for open
questions and those of two hops. Then, the share of the questions with a change or a disagreement whose reply shows
both sides of it, and the share of the others whose reply claims one. Last, of the answers that two or more
independent stories support, how many are right: over all kinds, by the text of the answer alone.

With `--readings`, what the reader finds is kept in a file, so that only the first run reads.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks.kept_readings import KeepingReader
from benchmarks.news_replies import (
    composed_figures,
    finds_evidence,
    gives_verdict,
    is_whole_reason,
    names_all_parts,
)
from embeddings.encoder import SentenceEncoder
from qa.answering.readers import build_reader
from qa.assistant import Assistant
from qa.evaluation.metrics.squad import is_correct, score
from qa.library.sqlite.library import SqliteLibrary
from qa.settings import Settings
from qa.types import Article, Disagreement, Reply

__all__ = [
    "JUDGES",
    "Outcome",
    "Question",
    "articles_of",
    "ask_all",
    "judge",
    "load_stories",
    "open_articles",
    "questions_of",
]

HEAD = f"{'kind':<10}{'asked':>6}{'best right':>12}{'right':>8}{'wrong':>8}{'refused':>9}{'outdated':>10}"
NUMBER = re.compile(
    r"\d[\d.,]*\d|\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty)\b"
)
RELATIONS = {
    "none": Disagreement.NONE,
    "changed": Disagreement.CHANGED,
    "corrected": Disagreement.CORRECTED,
    "differ": Disagreement.SOURCES_DIFFER,
}
COMPARED = ("latest", "dated", "differ")
"""The kinds of question whose versions, if there are several, must be shown."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a story, with its fields as they stand in the file."""

    story: str
    fields: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """What is asked for, such as ``latest``."""
        return str(self.fields["kind"])

    @property
    def relation(self) -> str:
        """How the articles disagree about the answer: ``none``, ``changed``, ``corrected`` or ``differ``."""
        return str(self.fields["relation"])

    @property
    def text(self) -> str:
        """The question as it is asked."""
        return str(self.fields["question"])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question: its best answer, right, outdated or wrong, and whether it was given."""

    question: Question
    reply: Reply
    right: bool
    outdated: bool = False

    @property
    def given(self) -> bool:
        """Whether the reply has an answer, or quotes that answer."""
        return not self.reply.abstained


def main() -> None:
    """Print the figures of each file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--kinds", nargs="+", choices=sorted(JUDGES), help="ask only questions of these kinds")
    parser.add_argument("--wrong", action="store_true", help="list the questions that were not answered rightly")
    parser.add_argument("--readings", type=Path, help="a file that keeps what the reader finds")
    arguments = parser.parse_args()
    for file in arguments.files:
        outcomes = ask_all(load_stories(file), arguments.kinds or list(JUDGES), arguments.readings)
        print(f"{file.name}\n{table(outcomes)}\n", flush=True)
        if arguments.wrong:
            print("\n".join(map(line, (outcome for outcome in outcomes if not succeeded(outcome)))))


def load_stories(file: Path) -> list[dict[str, Any]]:
    """Return the stories of a file: each with its articles and its questions."""
    stories: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))["stories"]
    return stories


def articles_of(stories: Sequence[Mapping[str, Any]]) -> Iterator[Article]:
    """Yield the articles of all stories. The address of each begins with the name of its paper."""
    for story in stories:
        for article in story["articles"]:
            host = re.sub(r"\W+", "-", article["source"].lower()).strip("-")
            source = f"https://{host}.example/{article['id']}"
            yield Article(article["text"], article["title"], source, article["date"])


def questions_of(stories: Sequence[Mapping[str, Any]]) -> Iterator[Question]:
    """Yield the questions of all stories."""
    for story in stories:
        yield from (Question(story["id"], fields) for fields in story["questions"])


def ask_all(
    stories: Sequence[Mapping[str, Any]], kinds: Sequence[str], readings: Path | None = None
) -> list[Outcome]:
    """Ask the questions of some kinds, of a library with the articles of all stories."""
    questions = [question for question in questions_of(stories) if question.kind in kinds]
    with open_articles(articles_of(stories), readings) as assistant:
        return [
            judge(question, assistant.ask(question.text))
            for question in tqdm(questions, unit="question", mininterval=5, disable=None)
        ]


def open_articles(articles: Iterable[Article], readings: Path | None = None) -> Assistant:
    """Return an assistant whose library holds some articles.

    :param readings: a file that keeps what the reader finds.
    """
    settings = Settings.from_environment(cache_size=0)
    encoder = SentenceEncoder(settings.encoder, dtype=settings.encoder_dtype)
    reader = build_reader(settings)
    library = SqliteLibrary.in_memory(encoder=encoder.fingerprint, dimension=encoder.dimension)
    assistant = Assistant(library, encoder, KeepingReader(reader, readings) if readings else reader, settings)
    assistant.add(*articles)
    return assistant


def judge(question: Question, reply: Reply) -> Outcome:
    """Return what became of a question."""
    return JUDGES[question.kind](question, reply)


def judge_answer(question: Question, reply: Reply) -> Outcome:
    """Compare the best answer with the expected and the outdated ones."""
    text = reply.answers[0].short if reply.answers else ""
    return Outcome(question, reply, is_right(question, text), is_outdated(question, text))


def is_right(question: Question, text: str) -> bool:
    """Whether a text is the answer as of the asked time."""
    return agrees(text, question.fields["answers"]) and not is_outdated(question, text)


def is_outdated(question: Question, text: str) -> bool:
    """Whether a text is the answer of another time."""
    expected, outdated = question.fields["answers"], question.fields["outdated"]
    return bool(outdated) and agrees(text, outdated) and _f1(text, outdated) >= _f1(text, expected)


def is_version(question: Question, text: str) -> bool:
    """Whether a text is the answer at some time."""
    return agrees(text, [*question.fields["answers"], *question.fields["outdated"]])


def judge_refusal(question: Question, reply: Reply) -> Outcome:
    """The articles do not answer the question: no answer is right."""
    return Outcome(question, reply, right=False)


def judge_composed(decide: Callable[[Mapping[str, Any], Reply], bool]) -> Callable[[Question, Reply], Outcome]:
    """Return the judge of a kind of reply that is composed of quotes."""
    return lambda question, reply: Outcome(question, reply, decide(question.fields, reply))


JUDGES: Mapping[str, Callable[[Question, Reply], Outcome]] = {
    "latest": judge_answer,
    "dated": judge_answer,
    "differ": judge_answer,
    "plain": judge_answer,
    "absent": judge_refusal,
    "list": judge_composed(names_all_parts),
    "yes_no": judge_composed(gives_verdict),
    "why_how": judge_composed(is_whole_reason),
    "open": judge_composed(finds_evidence),
    "two_hop": judge_answer,
}
"""How a question is judged, by its kind. Kinds that are not listed are not asked."""


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the rows of all kinds, and how often change and disagreement are shown."""
    kinds = dict.fromkeys(outcome.question.kind for outcome in outcomes)
    lines = [HEAD, *(_row(kind, [one for one in outcomes if one.question.kind == kind]) for kind in kinds)]
    composed = composed_figures([(outcome.question.fields, outcome.reply) for outcome in outcomes])
    return "\n".join([*lines, *composed, *_shown(outcomes), *_supported(outcomes)])


def succeeded(outcome: Outcome) -> bool:
    """Whether a question was dealt with rightly: answered or, where the articles do not say, refused."""
    return (outcome.given and outcome.right) if outcome.question.kind != "absent" else not outcome.given


def line(outcome: Outcome) -> str:
    """Return a question with its best answer, for reading."""
    best = outcome.reply.answers[0] if outcome.reply.answers else None
    said = f"{best.text!r} {best.confidence:.0%} ({best.citations[0].date})" if best else "nothing"
    wanted = " / ".join(outcome.question.fields["answers"][:2])
    return f"{outcome.question.fields['id']} {outcome.question.text} | {wanted} | {said}"


def _row(kind: str, outcomes: Sequence[Outcome]) -> str:
    right = sum(outcome.given and outcome.right for outcome in outcomes)
    given = sum(outcome.given for outcome in outcomes)
    best = sum(outcome.right for outcome in outcomes)
    outdated = sum(outcome.given and outcome.outdated for outcome in outcomes)
    shares = [share / len(outcomes) for share in (best, right, given - right, len(outcomes) - given, outdated)]
    cells = [f"{share:.0%}" for share in shares]
    return f"{kind:<10}{len(outcomes):>6}{cells[0]:>12}{cells[1]:>8}{cells[2]:>8}{cells[3]:>9}{cells[4]:>10}"


def _shown(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield the shares of the replies that show, or claim, a change or a disagreement."""
    several = [one for one in outcomes if one.question.kind in COMPARED and one.question.relation != "none"]
    alone = [one for one in outcomes if one.question.relation == "none"]
    if several:
        shown = sum(map(shows_versions, several)) / len(several)
        named = sum(one.reply.disagreement is RELATIONS[one.question.relation] for one in several) / len(several)
        yield f"change or disagreement: shown in {shown:.1%} of {len(several)}, named rightly in {named:.1%}"
    if alone:
        claimed = sum(one.reply.disagreement is not Disagreement.NONE for one in alone) / len(alone)
        yield f"claimed where there is none: {claimed:.1%} of {len(alone)}"


def _supported(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield the share of the answers with support that are right. An open question has no expected answer."""
    several = [one for one in outcomes if one.question.kind != "open" and _support(one.reply) > 1]
    if several:
        right = sum(map(says_what_is_expected, several))
        yield f"support of two or more: {right} of {len(several)} answers right"


def _support(reply: Reply) -> int:
    return reply.answer.support if reply.answer else 0


def says_what_is_expected(outcome: Outcome) -> bool:
    """Whether the text of the best answer agrees with an expected one, or is among the parts of a list."""
    fields = outcome.question.fields
    parts = [name for names in fields.get("parts", ()) for name in names]
    question = replace(outcome.question, fields={**fields, "answers": [*fields["answers"], *parts]})
    return is_right(question, outcome.reply.answers[0].short)


def shows_versions(outcome: Outcome) -> bool:
    """Whether the timeline holds two of the versions that the articles give."""
    versions = [version.text for version in outcome.reply.timeline]
    return sum(is_version(outcome.question, text) for text in versions) > 1


def _f1(text: str, expected: Sequence[str]) -> float:
    return score(text, expected).f1


def agrees(text: str, expected: Sequence[str]) -> bool:
    """Whether an answer agrees with one of those expected, in its words and in its numbers."""
    return any(is_correct(text, [one]) and _share_number(text, one) for one in expected)


def _share_number(one: str, other: str) -> bool:
    ours, theirs = (set(NUMBER.findall(text.lower())) for text in (one, other))
    return not (ours and theirs) or bool(ours & theirs)


if __name__ == "__main__":
    main()
