"""Questions that lean on the talk before them: told from others, and completed from it. No language model."""

from qa.follow_ups.focus import Turn
from qa.follow_ups.searching import passages_for
from qa.follow_ups.understanding import FollowUp, turn_of, understand

__all__ = ["FollowUp", "Turn", "passages_for", "turn_of", "understand"]
