"""Questions to word pieces with their targets, packed in arrays that several runs and any device can share."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from embeddings.inference.token_batches import token_batches
from qa.errors import DataError
from qa.evaluation.data.examples import Example
from qa.reader.windows import cut_question, window_starts

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

__all__ = ["Featurizer", "Inputs", "shuffled_batches"]

Integers = npt.NDArray[np.int32]
Spans = tuple[tuple[int, int], ...]

POOL = 4096
ENCODED_AT_ONCE = 5000
NOTHING = -1


@dataclass(frozen=True, slots=True)
class Inputs:
    """Questions with windows of their passages, as word pieces without any special tokens."""

    pieces: Integers
    """Of all inputs, one behind the other, each its question and then its passage."""
    sizes: Integers
    """Shape ``(inputs, 2)``: the number of pieces of the question and of the passage."""
    targets: Integers
    """Shape ``(inputs, answers, 2)``: first and last piece of each answer, counted from the passage's first.

    -1 stands where there are no more answers, and nothing else in an input without any."""

    def __len__(self) -> int:
        return len(self.sizes)

    def lengths(self, special: int) -> Integers:
        """Return the length of each input with so many special tokens."""
        lengths: Integers = (self.sizes.sum(1) + special).astype(np.int32)
        return lengths

    @classmethod
    def pack(cls, inputs: Sequence[tuple[Sequence[int], Sequence[int], Spans]]) -> Inputs:
        """Pack questions, passages and where the answers stand in them."""
        pieces = [np.asarray([*question, *passage], dtype=np.int32) for question, passage, _ in inputs]
        sizes = [(len(question), len(passage)) for question, passage, _ in inputs]
        most = max((len(spans) for _, _, spans in inputs), default=0)
        targets = np.full((len(inputs), max(1, most), 2), NOTHING, dtype=np.int32)
        for row, (_, _, spans) in enumerate(inputs):
            targets[row, : len(spans)] = spans or NOTHING
        return cls(
            np.concatenate([np.zeros(0, dtype=np.int32), *pieces]),
            np.asarray(sizes, dtype=np.int32).reshape(-1, 2),
            targets,
        )

    def save(self, path: Path) -> None:
        """Write a compressed ``.npz``, to be read by :meth:`load`."""
        np.savez_compressed(path, pieces=self.pieces, sizes=self.sizes, targets=self.targets)

    @classmethod
    def load(cls, path: Path) -> Inputs:
        """Read what :meth:`save` wrote.

        :raises DataError: when the file cannot be read.
        """
        try:
            with np.load(path, allow_pickle=False) as arrays:
                return cls(*(arrays[name].astype(np.int32) for name in ("pieces", "sizes", "targets")))
        except (OSError, EOFError, ValueError, KeyError) as error:
            raise DataError(f"{path} holds no inputs of a training: {error}") from None


class Featurizer:
    """Cuts questions and passages to windows as the reader does.

    :param room: the most pieces of an input, its question included.
    """

    def __init__(self, tokenizer: Tokenizer, room: int, stride: int) -> None:
        self._tokenizer = tokenizer
        self._room = room
        self._stride = stride

    def inputs(self, examples: Sequence[Example]) -> Inputs:
        """Return the inputs of all examples: one for each window of the passage.

        A question whose answer is no whole token has none: there is nothing to learn from.
        """
        made: list[tuple[Sequence[int], Sequence[int], Spans]] = []
        for first in range(0, len(examples), ENCODED_AT_ONCE):
            some = examples[first : first + ENCODED_AT_ONCE]
            questions = self._encode([example.question for example in some])
            contexts = self._encode([example.context for example in some])
            for example, question, context in zip(some, questions, contexts, strict=True):
                made += self._windows(example, question.ids, context)
        return Inputs.pack(made)

    def _encode(self, texts: Sequence[str]) -> list[Encoding]:
        unique = list(dict.fromkeys(texts))
        encodings = self._tokenizer.encode_batch(unique, add_special_tokens=False)
        found = dict(zip(unique, encodings, strict=True))
        return [found[text] for text in texts]

    def _windows(
        self, example: Example, question: Sequence[int], context: Encoding
    ) -> Iterator[tuple[Sequence[int], Sequence[int], Spans]]:
        answers = zip(example.answers, example.answer_starts, strict=True)
        spans = {_token_span(context, start, start + len(text)) for text, start in answers}
        found = sorted(span for span in spans if span)
        if example.answers and not found:
            return
        asked = cut_question(question, self._room // 2)
        room = self._room - len(asked)
        for start in window_starts(len(context.ids), room, self._stride):
            part = context.ids[start : start + room]
            inside = tuple((s - start, e - start) for s, e in found if start <= s and e < start + len(part))
            yield asked, part, inside


def _token_span(context: Encoding, start: int, end: int) -> tuple[int, int] | None:
    """Return the first and the last token of ``context[start:end]``."""
    first = next((t for c in range(start, end) if (t := context.char_to_token(c)) is not None), None)
    last = next((t for c in range(end - 1, start - 1, -1) if (t := context.char_to_token(c)) is not None), None)
    return None if first is None or last is None else (first, last)


def shuffled_batches(lengths: Integers, batch_tokens: int, seed: str) -> list[npt.NDArray[np.int64]]:
    """Return which inputs are a batch together, in random order: those of similar length.

    A batch has at most ``batch_tokens`` with padding; an input longer than that makes a batch of its own.
    """
    random_ = random.Random(seed)  # noqa: S311
    order = np.asarray(random_.sample(range(len(lengths)), len(lengths)), dtype=np.int64)
    made = [
        batch
        for first in range(0, len(order), POOL)
        for batch in _batches(order[first : first + POOL], lengths, batch_tokens)
    ]
    random_.shuffle(made)
    return made


def _batches(pool: npt.NDArray[np.int64], lengths: Integers, batch_tokens: int) -> Iterator[npt.NDArray[np.int64]]:
    pool = pool[np.argsort(-lengths[pool], kind="stable")]
    for part in token_batches(lengths[pool].tolist(), batch_tokens, padded=True):
        yield pool[part]
