"""What a run keeps of each question: the lines of ``predictions.jsonl``.

They are plain dictionaries, so that a line read back is what was written; the classes below say which keys
there are. Those that do not apply to a mode are left out. Texts are as in the data and the articles; every offset
is a half-open code-point offset; scores and confidences are 0 to 1, whatever the scale of the run's figures.
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
    "about",
    "golds_of",
    "is_right",
    "scored",
    "spans_of",
]


class CitedPassage(TypedDict):
    """The passage that an answer was found in; ``start`` is its offset in the article."""

    text: str
    start: int


class CitedAnswer(TypedDict):
    """Where the answer stands: ``article.text[start:end] == quote``.

    ``right``: it lies in the gold passage. ``overlaps``: it shares a character with a gold answer there, null
    where the gold passage's place in the article is not known.
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
    """What the reader makes of the gold passage: what a perfect retriever would give."""

    text: str
    exact_match: float
    f1: float


class SoftmaxAnswer(TypedDict):
    """What the plain softmax score alone would answer: it also chooses among all spans that were read."""

    text: str
    softmax: float
    correct: bool


class Prediction(TypedDict, total=False):
    """A question, what it should have brought and what it brought. ``(seed, id)`` occurs once in a run."""

    id: Required[str]
    seed: Required[int]
    question: Required[str]
    source: Required[str]
    """The example's title or, without one, the name of the data."""
    gold: Required[list[str]]
    """The answers that people gave."""
    answerable: Required[bool]
    """Whether its context answers it."""
    in_library: bool
    """False when its article was left out of the library: then no answer is right."""
    context: str
    """The gold passage."""
    gold_spans: list[list[int]]
    """``[start, end]`` of each gold answer in ``context``, where known."""
    passage_words: int
    """Words of ``context``."""
    answer: str
    """The best answer, given or not; "" when nothing was found."""
    answered: bool
    """Whether it is given: its confidence, or its margin in reader mode, reaches the threshold."""
    exact_match: float
    """Of ``answer``, given or not: 1 for "" where no answer is right."""
    f1: float
    correct: bool
    """Whether ``answer`` is right: an F1 of at least one half. Never, where no answer is right."""
    confidence: float
    softmax: float
    """The plain softmax score of ``answer``: what a confidence is measured against."""
    by_softmax: SoftmaxAnswer
    null_margin: float | None
    """In reader mode: how far the answer's score lies above the null score; null without any span."""
    gold_rank: int | None
    """The rank of the gold passage's article among the retrieved, from 1; null when it is not among them."""
    ranks: dict[str, int | None]
    """In retrieval mode, for each leg: the rank of the first relevant article."""
    retrieval: dict[str, dict[str, float]]
    """In retrieval mode, for each leg: ``recall_at_k``, ``mrr_at_10`` and ``ndcg_at_10`` of this question."""
    alternatives: list[AlternativeAnswer]
    simulated: dict[str, AlternativeAnswer]
    """In open mode: the best answer if only so many passages were read."""
    isolated: IsolatedAnswer
    citation: CitedAnswer
    seconds: dict[str, float]
    """By stage, as in ``Reply.timings``."""


def about(example: Example, seed: int, data: str, *, in_library: bool | None = None) -> Prediction:
    """Return the line of a question that nothing is known of yet.

    :param data: the name of the data, the source of examples without a title.
    :param in_library: whether the library holds its article; left out of the line where there is no library.
    """
    line = Prediction(
        id=example.id,
        seed=seed,
        question=example.question,
        source=example.title.replace("_", " ") or data,
        gold=list(example.answers),
        answerable=not example.is_impossible,
        context=example.context,
        gold_spans=[list(span) for span in spans_of(example)],
        passage_words=len(example.context.split()),
    )
    return line if in_library is None else line | Prediction(in_library=in_library)  # type: ignore[typeddict-item]


def spans_of(example: Example) -> list[tuple[int, int]]:
    """Return where the gold answers stand in the example's context, those that do."""
    found = zip(example.answers, example.answer_starts, strict=False)
    spans = ((start, start + len(text), text) for text, start in found)
    return [(start, end) for start, end, text in spans if start >= 0 and example.context[start:end] == text]


def golds_of(line: Prediction) -> list[str]:
    """Return the answers that count as right: none where the library does not hold the article."""
    return line["gold"] if line["answerable"] and line.get("in_library", True) else []


def scored(line: Prediction, text: str) -> Score:
    """Score a text as the answer to a question, by the rules of SQuAD v2.0."""
    return score(text, golds_of(line))


def is_right(line: Prediction, text: str) -> bool:
    """Whether a text answers a question rightly: never, where no answer is right."""
    return bool(text and golds_of(line)) and is_correct(text, golds_of(line))
