"""Questions that lean on the talk before them: told from others, and completed from it. No language model."""

from qa.follow_ups.antecedents import Turn
from qa.follow_ups.passage_selection import select_passages
from qa.follow_ups.understanding import FollowUp, turn_of, understand

__all__ = ["FollowUp", "Turn", "select_passages", "turn_of", "understand"]
