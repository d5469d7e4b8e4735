"""Splits questions into word pieces, packed with their targets into arrays that any run can use."""

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

__all__ = ["Featurizer", "Inputs", "rounded", "shuffled_batches"]

Integers = npt.NDArray[np.int32]
Spans = tuple[tuple[int, int], ...]

POOL = 4096
ENCODED_AT_ONCE = 5000
NOTHING = -1
LENGTH_STEP = 32


@dataclass(frozen=True, slots=True)
class Inputs:
    """Questions with windows of their passages, as word pieces without special tokens."""

    pieces: Integers
    """The pieces of all inputs, concatenated: each its question followed by its passage."""
    sizes: Integers
    """Shape ``(inputs, 2)``: the number of pieces of the question and of the passage."""
    targets: Integers
    """Shape ``(inputs, answers, 2)``: the first and last piece of each answer, counted from the passage's first.

    -1 pads inputs with fewer answers, or none."""

    def __len__(self) -> int:
        return len(self.sizes)

    def lengths(self, special: int) -> Integers:
        """Return the length of each input with this many special tokens."""
        lengths: Integers = (self.sizes.sum(1) + special).astype(np.int32)
        return lengths

    @property
    def answerable(self) -> npt.NDArray[np.bool_]:
        """Whether each input contains an answer."""
        return np.asarray((self.targets[:, :, 0] != NOTHING).any(1))

    @classmethod
    def pack(cls, inputs: Sequence[tuple[Sequence[int], Sequence[int], Spans]]) -> Inputs:
        """Pack questions, passages, and the spans of the answers in the passages."""
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
        """Write a compressed ``.npz`` file for :meth:`load`."""
        np.savez_compressed(path, pieces=self.pieces, sizes=self.sizes, targets=self.targets)

    @classmethod
    def load(cls, path: Path) -> Inputs:
        """Load what :meth:`save` wrote.

        :raises DataError: if the file cannot be read.
        """
        try:
            with np.load(path, allow_pickle=False) as arrays:
                return cls(*(arrays[name].astype(np.int32) for name in ("pieces", "sizes", "targets")))
        except (OSError, EOFError, ValueError, KeyError) as error:
            raise DataError(f"{path} does not hold training inputs: {error}") from None


class Featurizer:
    """Splits questions and passages into windows in the same way as the reader.

    :param room: the maximum number of pieces of an input, including its question.
    """

    def __init__(self, tokenizer: Tokenizer, room: int, stride: int) -> None:
        self._tokenizer = tokenizer
        self._room = room
        self._stride = stride

    def inputs(self, examples: Sequence[Example]) -> Inputs:
        """Return the inputs of all examples: one for each window of the passage.

        A question has none if its answers do not cover a token: there is nothing to learn from it.
        """
        windows: list[tuple[Sequence[int], Sequence[int], Spans]] = []
        for first in range(0, len(examples), ENCODED_AT_ONCE):
            chunk = examples[first : first + ENCODED_AT_ONCE]
            questions = self._encode([example.question for example in chunk])
            contexts = self._encode([example.context for example in chunk])
            for example, question, context in zip(chunk, questions, contexts, strict=True):
                windows += self._windows(example, question.ids, context)
        return Inputs.pack(windows)

    def _encode(self, texts: Sequence[str]) -> list[Encoding]:
        unique = list(dict.fromkeys(texts))
        encoded = self._tokenizer.encode_batch(unique, add_special_tokens=False)
        encodings = dict(zip(unique, encoded, strict=True))
        return [encodings[text] for text in texts]

    def _windows(
        self, example: Example, question: Sequence[int], context: Encoding
    ) -> Iterator[tuple[Sequence[int], Sequence[int], Spans]]:
        answers = zip(example.answers, example.answer_starts, strict=True)
        token_spans = {_token_span(context, start, start + len(text)) for text, start in answers}
        spans = sorted(span for span in token_spans if span)
        if example.answers and not spans:
            return
        cut = cut_question(question, self._room // 2)
        room = self._room - len(cut)
        for start in window_starts(len(context.ids), room, self._stride):
            part = context.ids[start : start + room]
            inside = tuple((s - start, e - start) for s, e in spans if start <= s and e < start + len(part))
            yield cut, part, inside


def _token_span(context: Encoding, start: int, end: int) -> tuple[int, int] | None:
    """Return the first and the last token of ``context[start:end]``."""
    first = next((t for c in range(start, end) if (t := context.char_to_token(c)) is not None), None)
    last = next((t for c in range(end - 1, start - 1, -1) if (t := context.char_to_token(c)) is not None), None)
    return None if first is None or last is None else (first, last)


def rounded(lengths: Integers) -> Integers:
    """Return lengths rounded up to a multiple of 32.

    A CPU prepares its matrix kernels for each new shape of a batch, which takes longer than the padding.
    """
    return -(-lengths // LENGTH_STEP) * LENGTH_STEP


def shuffled_batches(lengths: Integers, batch_tokens: int, seed: str) -> list[npt.NDArray[np.int64]]:
    """Return batches in random order, as the indices of inputs of similar length.

    A batch has at most ``batch_tokens`` tokens, padding included; a longer input is a separate batch.
    """
    random_ = random.Random(seed)  # noqa: S311
    order = np.asarray(random_.sample(range(len(lengths)), len(lengths)), dtype=np.int64)
    batches = [
        batch
        for first in range(0, len(order), POOL)
        for batch in _batches(order[first : first + POOL], lengths, batch_tokens)
    ]
    random_.shuffle(batches)
    return batches


def _batches(pool: npt.NDArray[np.int64], lengths: Integers, batch_tokens: int) -> Iterator[npt.NDArray[np.int64]]:
    pool = pool[np.argsort(-lengths[pool], kind="stable")]
    for part in token_batches(rounded(lengths[pool]).tolist(), batch_tokens, padded=True):
        yield pool[part]
