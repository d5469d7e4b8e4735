"""From a question and the conversation before it to a question that stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.english.noun_phrases import with_capitals
from qa.follow_ups.antecedents import Turn
from qa.follow_ups.detection import Context, is_follow_up
from qa.follow_ups.parsing import parse
from qa.follow_ups.rewriting import rewrite
from qa.follow_ups.topics import bracketed
from qa.types import Reply, RetrievedPassage

__all__ = ["FollowUp", "build_turn", "resolve_follow_up"]


MOST_CHARACTERS = 300  # of a question and the turn before: brackets could grow with each turn


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up question, rewritten.

    ``read_as`` is the question that stands alone, ``article_id`` the article that the conversation is about.
    ``others`` are other ways to read the question, which may be surer in that article. ``said`` is the answer
    before, which a follow-up question does not ask for again.
    """

    read_as: str
    article_id: str | None = None
    others: tuple[str, ...] = ()
    said: str = ""


def build_turn(reply: Reply, article: str) -> Turn:
    """Return the turn of a conversation that a reply makes; an abstention keeps only its question.

    :param article: the text of the article that the answer was quoted from, "" for an abstention.
    """
    question = with_capitals(reply.read_as or reply.question, (passage.text for passage in reply.passages))
    return Turn(question, reply.answer.text if reply.answer else "", article if reply.answer else "")


def resolve_follow_up(
    question: str, turns: Sequence[Turn], passages: Sequence[RetrievedPassage], article_id: str | None = None
) -> FollowUp | None:
    """Return a follow-up question rewritten, or None if the question stands alone.

    :param turns: the turns before, the latest last.
    :param passages: those retrieved for the question as it was asked: they show what it may be about.
    :param article_id: the article that the latest turn's answer was quoted from.
    """
    if not turns:
        return None
    capitalised = with_capitals(question.strip(), [turns[-1].article, *(passage.text for passage in passages)])
    others = [passage.text for passage in passages if passage.passage.article_id != article_id]
    said = f"{turns[-1].question} {turns[-1].answer}"
    if not is_follow_up(parse(capitalised), Context(turns[-1].article, others, said)):
        return None
    read_as = rewrite(capitalised, turns)
    is_same = read_as.casefold().rstrip("?") == capitalised.casefold().rstrip(" ?.!")
    if is_same:
        return None
    latest = turns[-1]
    return FollowUp(read_as, article_id, _other_ways(question.strip(), latest), latest.answer)


def _other_ways(question: str, turn: Turn) -> tuple[str, ...]:
    """Return the question with the turn before in brackets, and as it was asked."""
    both = bracketed(question, f"{turn.question} {turn.answer}")
    return (both, question) if len(both) <= MOST_CHARACTERS else (question,)
