"""Split texts into batches by their number of tokens."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

__all__ = ["token_batches"]


def token_batches(
    lengths: Sequence[int], most_tokens: float, *, padded: bool = False, most_padding: float = math.inf
) -> Iterator[slice]:
    """Yield slices of consecutive texts, each of which goes through a network in one pass.

    Sort the texts by length first: then a batch needs little padding. A text that is longer than ``most_tokens``
    gets a separate batch.

    :param lengths: the number of tokens of each text.
    :param most_tokens: the most tokens of a batch.
    :param padded: whether the network pads the texts of a batch to the longest, so that padding counts too.
    :param most_padding: the most tokens of padding in a batch.
    """
    start = tokens = longest = 0
    for number, length in enumerate(lengths):
        tokens += length
        longest = max(longest, length)
        with_padding = longest * (number - start + 1)
        is_full = (with_padding if padded else tokens) > most_tokens or with_padding - tokens > most_padding
        if is_full and number > start:
            yield slice(start, number)
            start, tokens, longest = number, length, length
    if lengths:
        yield slice(start, len(lengths))
