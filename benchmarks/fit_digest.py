"""Fit what makes a sentence news about a topic, and measure it on stories that it did not see.

    python -m benchmarks.fit_digest benchmarks/questions/news-tune.json

The open questions of each file are asked of a library with the articles of all of its stories. For each story, a
logistic regression is fitted to the questions of the other stories: whether a sentence is evidence. Printed are
how much of the evidence is then among the quotes, and the weights that are fitted to all stories, for
``qa/answering/composing/relevance.py``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.news import Question, articles_of, load_stories, open_articles, questions_of
from benchmarks.news_replies import says
from embeddings.encoder import SentenceEncoder
from qa.answering.composing.digest import MOST_QUOTES, Candidates, DigestWriter, choose
from qa.answering.composing.relevance import FEATURES
from qa.answering.retriever import build_retriever
from qa.english.question_kinds import subject_of

STRENGTH = 0.1
"""Of the weights against their L2 penalty (scikit-learn's C)."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """An open question with the sentences that its digest is chosen from, and the evidence that each one is."""

    question: Question
    candidates: Candidates
    evidence: Sequence[frozenset[str]]

    @property
    def expected(self) -> int:
        """The number of sentences of evidence."""
        return len(self.question.fields["evidence"])

    def found(self, weights: Floats) -> int:
        """Return how much of the evidence is quoted with these weights."""
        relevance = (self.candidates.features @ weights).astype(np.float32)
        chosen = choose(relevance, self.candidates.vectors, MOST_QUOTES)
        return len(frozenset[str]().union(*(self.evidence[number] for number in chosen)))


def main() -> None:
    """Print the figures on the stories that were left out, and the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    cases = [case for file in parser.parse_args().files for case in find_cases(file)]
    found = 0
    for story in dict.fromkeys(case.question.story for case in cases):
        weights = fit([case for case in cases if case.question.story != story])
        found += sum(case.found(weights) for case in cases if case.question.story == story)
    expected = sum(case.expected for case in cases)
    print(f"{found / expected:.1%} of {expected} evidence sentences, with the weights of other stories")
    print({name: round(float(weight), 2) for name, weight in zip(FEATURES, fit(cases), strict=True)})


def find_cases(file: Path) -> Iterator[Case]:
    """Yield the open questions of a file, with what their digests are chosen from."""
    stories = load_stories(file)
    with open_articles(articles_of(stories)) as assistant:
        settings = assistant.settings
        encoder = SentenceEncoder(settings.encoder, dtype=settings.encoder_dtype)
        writer = DigestWriter(assistant.library, build_retriever(assistant.library, encoder, settings))
        for question in questions_of(stories):
            if question.kind == "open":
                candidates = writer.candidates(subject_of(question.text))
                expected = question.fields["evidence"]
                evidence = [
                    frozenset(one for one in expected if says(sentence.text, one))
                    for sentence in candidates.sentences
                ]
                yield Case(question, candidates, evidence)


def fit(cases: Sequence[Case]) -> Floats:
    """Return the weight of each feature, fitted to these questions."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    x = np.concatenate([case.candidates.features for case in cases])
    y = [bool(one) for case in cases for one in case.evidence]
    scaler = StandardScaler().fit(x)
    regression = LogisticRegression(C=STRENGTH, max_iter=1000).fit(scaler.transform(x), y)
    weights: Floats = regression.coef_[0] / scaler.scale_
    return weights


if __name__ == "__main__":
    main()
