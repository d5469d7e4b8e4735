"""The options of ``quotewell ask`` that decide what is printed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from qa.types import Filters

if TYPE_CHECKING:
    from qa.assistant import Assistant

__all__ = ["AskRequest", "Output"]

Output = Literal["text", "json", "json lines"]


@dataclass(frozen=True, slots=True)
class AskRequest:
    """How questions are answered, and how the replies are printed."""

    min_confidence: float | None = None
    passages: int | None = None
    filters: Filters = field(default_factory=Filters)
    output: Output = "text"

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> AskRequest:
        """Return the options that :meth:`to_dict` made a dictionary of."""
        return cls(**{**values, "filters": Filters(**values["filters"])})

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, with dates as ISO strings."""
        filters = asdict(self.filters)
        dates = {name: day and day.isoformat() for name in ("after", "before") for day in [filters[name]]}
        return {**asdict(self), "filters": {**filters, **dates}}

    def answer(self, assistant: Assistant, question: str) -> str:
        """Ask a question, and return the reply as it is printed.

        :raises QuotewellError: if the question cannot be answered.
        """
        reply = assistant.ask(
            question, min_confidence=self.min_confidence, filters=self.filters, passages=self.passages
        )
        if self.output == "text":
            from qa.cli.replies.reply_text import reply_text

            return reply_text(reply)
        return json.dumps(reply.to_dict(), ensure_ascii=False, indent=2 if self.output == "json" else None)
