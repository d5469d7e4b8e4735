"""Follow-up questions: detect them, find their antecedents, rewrite them. By rules, without a language model."""

from qa.follow_ups.antecedents import Turn
from qa.follow_ups.passage_selection import select_passages
from qa.follow_ups.understanding import FollowUp, build_turn, resolve_follow_up

__all__ = ["FollowUp", "Turn", "build_turn", "resolve_follow_up", "select_passages"]
