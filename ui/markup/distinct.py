"""Which of the ranked answers of a reply, and which of their citations, are worth showing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.types import Answer, Citation

__all__ = ["DistinctAnswer", "distinct_answers"]


@dataclass(frozen=True, slots=True)
class DistinctAnswer:
    """An answer with its rank, and those of its citations that stand in no sentence shown before.

    ``citations`` have their indices in ``answer.citations``.
    """

    rank: int
    answer: Answer
    citations: Sequence[tuple[int, Citation]]

    @property
    def supported(self) -> Answer:
        """The answer with only these citations, if it is no better one's: no other sentence is evidence for it."""
        if not self.rank or not self.citations:
            return self.answer
        return replace(self.answer, citations=tuple(citation for _, citation in self.citations))


def distinct_answers(answers: Sequence[Answer]) -> list[DistinctAnswer]:
    """Return the answers without those that only mark other words of sentences shown before.

    :param answers: best first.
    """
    shown: set[tuple[str, bool, int]] = set()
    distinct = []
    for rank, answer in enumerate(answers):
        parts = {_sentence(part) for part in answer.parts}
        new = [each for each in enumerate(answer.citations) if _sentence(each[1]) not in shown | parts]
        if new or not parts <= shown:
            distinct.append(DistinctAnswer(rank, answer, new))
        shown |= parts | {_sentence(citation) for citation in answer.citations}
    return distinct


def _sentence(citation: Citation) -> tuple[str, bool, int]:
    return citation.article_id, citation.in_title, citation.sentence_start
