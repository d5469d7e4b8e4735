"""What has become of a citation since it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qa.types.reply import Citation

__all__ = ["Resolution", "ResolutionStatus"]

ResolutionStatus = Literal["unchanged", "moved", "changed", "removed", "ambiguous"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """Where a quote is now. It is true if the quote was found.

    ``status`` is ``unchanged``: it is where it was; ``moved``: it is elsewhere in the article, which has changed;
    ``changed``: the article has changed, and no longer has it there; ``removed``: the article is no longer in the
    library; ``ambiguous``: the article has it more than once, and its surroundings do not tell which is meant.

    ``citation`` cites the article as it is now, with its present title and date; None if the quote was not found.
    ``candidates`` are the citations that are possible if that is ambiguous, in the order of the text.
    """

    status: ResolutionStatus
    citation: Citation | None = None
    candidates: tuple[Citation, ...] = ()

    def __bool__(self) -> bool:
        return self.citation is not None
