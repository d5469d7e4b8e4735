"""From a question and the conversation before it to a question that stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.english.noun_phrases import names_of, with_capitals
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
    ``in_context`` is the question as it was asked, with the turn before in brackets, and ``said`` the answer of
    that turn; both are empty if the question may be about another article.
    """

    read_as: str
    article_id: str | None = None
    in_context: str = ""
    said: str = ""


def build_turn(reply: Reply, article: str) -> Turn:
    """Return the turn of a conversation that a reply makes; an abstention keeps only its question.

    :param article: the text of the article that the answer was quoted from, "" for an abstention.
    """
    question = with_capitals(reply.read_as or reply.question, (passage.text for passage in reply.passages))
    return Turn(question, reply.answer.short if reply.answer else "", article if reply.answer else "")


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
    if any(name not in turns[-1].article for name in names_of(capitalised)):
        return FollowUp(read_as, article_id)
    in_context = bracketed(question.strip(), said)
    return FollowUp(
        read_as, article_id, in_context if len(in_context) <= MOST_CHARACTERS else "", turns[-1].answer
    )
