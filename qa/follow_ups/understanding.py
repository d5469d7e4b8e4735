"""A question and the talk before it -> what the question means in that talk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.english.noun_phrases import with_capitals
from qa.follow_ups.antecedents import Turn
from qa.follow_ups.detection import Surroundings, leans
from qa.follow_ups.parsing import parse
from qa.follow_ups.rewriting import complete
from qa.types import Reply, RetrievedPassage

__all__ = ["FollowUp", "turn_of", "understand"]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question that leans on the talk before it, as it was understood.

    ``read_as`` is the question with what it leans on put in, ``article_id`` the article that the talk is about.
    """

    read_as: str
    article_id: str | None = None


def turn_of(reply: Reply, article: str) -> Turn:
    """Return what a talk keeps of a reply; of one that abstained, only the question.

    :param article: the text of the article that the answer was quoted from, "" when it abstained.
    """
    asked = with_capitals(reply.read_as or reply.question, (found.text for found in reply.passages))
    return Turn(asked, reply.answer.text if reply.answer else "", article if reply.answer else "")


def understand(
    question: str, turns: Sequence[Turn], found: Sequence[RetrievedPassage], article_id: str | None = None
) -> FollowUp | None:
    """Return what a question means after the turns of a talk, or None when it stands alone.

    :param turns: the turns before, the latest last.
    :param found: the passages that the question finds by itself: they show what it names, and what it may mean.
    :param article_id: the article that the latest turn's answer was quoted from.
    """
    if not turns:
        return None
    asked = with_capitals(question.strip(), [turns[-1].article, *(passage.text for passage in found)])
    others = [passage.text for passage in found if passage.passage.article_id != article_id]
    if not leans(parse(asked), Surroundings(turns[-1].article, others)):
        return None
    return FollowUp(complete(asked, turns), article_id)
