"""DSPy: a retriever of passages.

Install ``quotewell[dspy]``.
"""

from __future__ import annotations

import os
from typing import Any

from qa.adapters.described import retrieve_described
from qa.adapters.extras import needs
from qa.assistant import Assistant
from qa.types import Filters

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # LiteLLM would download prices at import

with needs("dspy"):
    import dspy

__all__ = ["QuotewellRetriever"]


class QuotewellRetriever(dspy.Retrieve):
    """Retrieves passages.

    The prediction has ``passages`` (their texts, best first), and for each its ``metadata`` and its ``scores``,
    from 0 to 1.
    """

    def __init__(self, assistant: Assistant, *, k: int = 3, filters: Filters | None = None) -> None:
        super().__init__(k=k)
        self._assistant = assistant
        self._filters = filters

    def forward(self, query: str, k: int | None = None, **_: Any) -> dspy.Prediction:
        """Return the k best passages for a query."""
        found = retrieve_described(self._assistant, query, self.k if k is None else k, self._filters)
        return dspy.Prediction(
            passages=[each.text for each, _ in found],
            metadata=[dict(metadata) for _, metadata in found],
            scores=[each.score for each, _ in found],
        )
