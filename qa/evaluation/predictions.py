"""The lines of ``predictions.jsonl``: what a run stores about each question.

They are plain dictionaries, so that a line read back equals what was written; the classes below define their keys.
A mode leaves out the keys that do not apply to it. Texts are as in the data and the articles, offsets are
half-open code-point offsets, and scores and confidences are 0 to 1 whatever the scale of the run's figures.
"""

from __future__ import annotations

from typing import Required, TypedDict

from qa.evaluation.data.examples import Example
from qa.evaluation.metrics.squad import Score, is_correct, score

__all__ = [
    "AlternativeAnswer",
    "CitedAnswer",
    "CitedPassage",
    "IsolatedAnswer",
    "Prediction",
    "SoftmaxAnswer",
    "gold_answers",
    "is_right",
    "locate_answers",
    "new_prediction",
    "score_answer",
]


class CitedPassage(TypedDict):
    """The passage that an answer is quoted from; ``start`` is its offset in the article."""

    text: str
    start: int


class CitedAnswer(TypedDict):
    """Where the answer is: ``article.text[start:end] == quote``.

    ``right``: it is inside the gold passage. ``overlaps``: it shares a character with a gold answer there; null if
    the position of the gold passage in the article is unknown.
    """

    article_id: str
    title: str
    start: int
    end: int
    quote: str
    passage: CitedPassage
    right: bool
    overlaps: bool | None


class AlternativeAnswer(TypedDict):
    """One of the ranked answers; the first is ``answer``."""

    text: str
    confidence: float
    exact_match: float
    f1: float


class IsolatedAnswer(TypedDict):
    """The reader's answer from the gold passage alone: what a perfect retriever would give."""

    text: str
    exact_match: float
    f1: float


class SoftmaxAnswer(TypedDict):
    """The answer that the plain softmax score would choose among all spans that were read."""

    text: str
    softmax: float
    correct: bool


class Prediction(TypedDict, total=False):
    """A question, its gold answers and its prediction. ``(seed, id)`` is unique in a run."""

    id: Required[str]
    seed: Required[int]
    question: Required[str]
    source: Required[str]
    """The example's title or, without one, the name of the data."""
    kind: str
    """What the question tests, if the data says so."""
    gold: Required[list[str]]
    """The gold answers."""
    answerable: Required[bool]
    """Whether the context answers the question."""
    in_library: bool
    """False if the article was left out of the library: then no answer is right."""
    context: str
    """The gold passage."""
    gold_spans: list[list[int]]
    """``[start, end]`` of each gold answer in ``context``, if known."""
    passage_words: int
    """The number of words of ``context``."""
    answer: str
    """The best answer, even if the assistant abstained; "" if there is none."""
    answered: bool
    """Whether the assistant gave it: its confidence (its margin in reader mode) reaches the threshold."""
    exact_match: float
    """Of ``answer``, even if the assistant abstained; "" scores 1 if no answer is right."""
    f1: float
    correct: bool
    """Whether ``answer`` is right: an F1 of at least one half. Always false if no answer is right."""
    confidence: float
    softmax: float
    """The plain softmax score of ``answer``, the baseline for the confidence."""
    by_softmax: SoftmaxAnswer
    null_margin: float | None
    """In reader mode: the answer's score minus the null score; null if there is no span."""
    gold_rank: int | None
    """The rank of the gold article among those retrieved, from 1; null if it is not among them."""
    ranks: dict[str, int | None]
    """In retrieval mode, for each leg: the rank of the first relevant article."""
    retrieval: dict[str, dict[str, float]]
    """In retrieval mode, for each leg: ``recall_at_k``, ``mrr_at_10`` and ``ndcg_at_10`` of this question."""
    alternatives: list[AlternativeAnswer]
    simulated: dict[str, AlternativeAnswer]
    """In open mode, by number of passages: the best answer if only that many were read."""
    isolated: IsolatedAnswer
    citation: CitedAnswer
    seconds: dict[str, float]
    """By stage, as in ``Reply.timings``."""


def new_prediction(example: Example, seed: int, data: str, *, in_library: bool | None = None) -> Prediction:
    """Return the line of a question that has not been asked yet.

    :param data: the name of the data, which is the source of examples without a title.
    :param in_library: whether the library holds its article; None if the mode has no library.
    """
    line = Prediction(
        id=example.id,
        seed=seed,
        question=example.question,
        source=example.title.replace("_", " ") or data,
        kind=example.kind,
        gold=list(example.answers),
        answerable=not example.is_impossible,
        context=example.context,
        gold_spans=[list(span) for span in locate_answers(example)],
        passage_words=len(example.context.split()),
    )
    return line if in_library is None else line | Prediction(in_library=in_library)  # type: ignore[typeddict-item]


def locate_answers(example: Example) -> list[tuple[int, int]]:
    """Return ``(start, end)`` of each gold answer whose position in the context is known."""
    answers = zip(example.answers, example.answer_starts, strict=False)
    spans = ((start, start + len(text), text) for text, start in answers)
    return [(start, end) for start, end, text in spans if start >= 0 and example.context[start:end] == text]


def gold_answers(line: Prediction) -> list[str]:
    """Return the answers that count as right: none if the library does not hold the article."""
    return line["gold"] if line["answerable"] and line.get("in_library", True) else []


def score_answer(line: Prediction, text: str) -> Score:
    """Score a text as the answer to a question, by the SQuAD v2.0 rules."""
    return score(text, gold_answers(line))


def is_right(line: Prediction, text: str) -> bool:
    """Whether a text is a right answer to a question: always false if no answer is right."""
    return bool(text and gold_answers(line)) and is_correct(text, gold_answers(line))
