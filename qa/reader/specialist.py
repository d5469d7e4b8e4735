"""The specialist: upper layers of its own on the lower ones of the bundled reader, for what one span cannot say.

One head tags all items that a question for several things asks for; the other tells yes from no. Which weights
belong to it, and how they were trained, is in ``qa/training/specialist``.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from qa.errors import ModelError
from qa.reader.base import checksum_of
from qa.reader.input_layout import InputLayout, read_bert_layout
from qa.reader.model import BUNDLED as READER
from qa.reader.model import checksum
from qa.reader.snapping import Snapper
from qa.reader.windows import Window, packs
from qa.types import Span

if TYPE_CHECKING:
    import torch

    from embeddings.inference.packed_bert import PackedBert

__all__ = ["BUNDLED", "OTHER", "TAGS", "VERDICTS", "Specialist", "tagged_spans"]

BUNDLED = Path(__file__).parent.parent / "models" / "specialist"
TAGS = ("outside", "begin", "inside")
"""What the head for lists says of each token of the passage (Ramshaw and Marcus 1995, arXiv cmp-lg/9505040)."""
VERDICTS = ("no", "yes", "unsaid")
"""What the other head says of the question or, in training, of a claim."""
OTHER = TAGS.index("outside")
NOTHING = np.array([1, 0, 0], dtype=np.float32)
SPACES = " \u00a0\u202f"
"""What may stand between two words of an item: a new line begins another."""

WINDOW_TOKENS = 256
STRIDE_TOKENS = 96
BATCH_TOKENS = 2048

Floats = npt.NDArray[np.float32]
Pair = tuple[str, str]


class _Loaded(NamedTuple):
    layout: InputLayout
    network: PackedBert
    heads: dict[str, tuple[torch.Tensor, torch.Tensor]]


class Specialist:
    """Tags lists and decides between yes and no. Safe to use from many threads; loads on first use.

    :param folder: ``config.json``, which names the checksum of the reader below, and ``model.safetensors``.
    :param dtype: ``float32``, ``int8``, or ``auto`` for int8 where it is faster and equally good.
    """

    def __init__(self, folder: Path = BUNDLED, *, dtype: str = "auto") -> None:
        self._folder = folder
        self._dtype = dtype
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None

    def is_for(self, fingerprint: str) -> bool:
        """Whether it was trained on the reader with this fingerprint.

        :raises ModelError: if the model is missing or damaged.
        """
        return _reader_of(self._folder) == checksum_of(fingerprint)

    def tag(self, question: str, passages: Sequence[str]) -> list[tuple[Span, ...]]:
        """Return the items of each passage that the question asks for, in the order of its text.

        The score of a span is the lowest probability of its tokens to be part of an item, 0 to 1.

        :raises ModelError: if the model is missing or damaged.
        """
        pairs = [(question, passage) for passage in passages]
        encodings = self._load().layout.encode(passages)
        shares = [np.tile(NOTHING, (len(encoding.ids), 1)) for encoding in encodings]
        for window, states in self._states(pairs):
            part = self._shares("tags", states[window.offset : window.offset + window.size])
            kept = shares[window.pair][window.start : window.start + window.size]
            likelier = part[:, OTHER] < kept[:, OTHER]  # in an item, if one of its windows says so
            kept[likelier] = part[likelier]
        return [
            tuple(tagged_spans(share, encoding.offsets, passage))
            for share, encoding, passage in zip(shares, encodings, passages, strict=True)
        ]

    def yes(self, pairs: Sequence[Pair]) -> list[float]:
        """Return P(yes) for each (question, passage) pair, 0 to 1, given that the passage says yes or no.

        :raises ModelError: if the model is missing or damaged.
        """
        sums = np.zeros((len(pairs), 2))
        for window, states in self._states(pairs):
            no, yes, _ = self._shares("verdict", states[:1])[0]
            sums[window.pair] += no, yes
        return [float(yes / (no + yes)) for no, yes in sums]

    def _states(self, pairs: Sequence[Pair]) -> Iterator[tuple[Window, torch.Tensor]]:
        """Yield each input, in any order, with the last states of its tokens."""
        layout, network, _ = self._load()
        encoded = zip(*(layout.encode(texts) for texts in zip(*pairs, strict=True)), strict=True)
        windows = [
            window
            for number, (question, passage) in enumerate(encoded)
            for window in layout.windows(number, question.ids, passage.ids, WINDOW_TOKENS, STRIDE_TOKENS)
        ]
        for batch in packs(windows, BATCH_TOKENS):
            states = network.hidden_states([one.ids for one in batch], [one.type_ids for one in batch])
            edges = np.cumsum([len(one) for one in batch])
            yield from ((one, states[end - len(one) : end]) for one, end in zip(batch, edges, strict=True))

    def _shares(self, head: str, states: torch.Tensor) -> Floats:
        """Return the probabilities that a head gives, of shape ``(tokens, classes)``."""
        from torch.nn.functional import linear

        shares: Floats = linear(states, *self._load().heads[head]).softmax(-1).numpy()
        return shares

    def _load(self) -> _Loaded:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._folder, self._dtype)
            return self._loaded


def tagged_spans(shares: Floats, offsets: Sequence[tuple[int, int]], text: str) -> Iterator[Span]:
    """Yield the items that tags name, snapped to words.

    :param shares: the probabilities of the tags, of shape ``(tokens, tags)``.
    :param offsets: where the tokens are in the text.
    """
    snapper = Snapper(text)
    last = 0
    for first, stop in _runs(shares.argmax(1).tolist(), offsets, text):
        snapped = snapper.snap(offsets[first][0], offsets[stop - 1][1])
        if snapped and snapped[0] >= last:
            yield Span(*snapped, float(1 - shares[first:stop, OTHER].max()))
            last = snapped[1]


def _runs(tags: Sequence[int], offsets: Sequence[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Return the tokens of each item, as first and stop; what nothing separates is one item, whatever its tags."""
    runs: list[tuple[int, int]] = []
    for number, tag in enumerate(tags):
        if tag == OTHER:
            continue
        is_next = bool(runs) and runs[-1][1] == number
        between = text[offsets[number - 1][1] : offsets[number][0]]
        if is_next and (TAGS[tag] == "inside" or not between.strip(SPACES)):
            runs[-1] = (runs[-1][0], number + 1)
        else:
            runs.append((number, number + 1))
    return runs


def _reader_of(folder: Path) -> str:
    """Return the checksum of the reader that a specialist was trained on."""
    try:
        return str(json.loads((folder / "config.json").read_text("utf-8"))["reader"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder} does not hold a specialist: {error}") from None


def _load(folder: Path, dtype: str) -> _Loaded:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from embeddings.inference.bert_weights import read_bert
    from embeddings.inference.packed_bert import PackedBert
    from embeddings.inference.quantization import wants_int8

    fitted = _reader_of(folder)
    try:
        own = {name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()}
        heads = {name: (own.pop(f"{name}.weight"), own.pop(f"{name}.bias")) for name in ("tags", "verdict")}
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise ModelError(f"{folder} does not hold a specialist: {error}") from None
    bert = read_bert(READER)
    layout = read_bert_layout(READER, positions=bert.positions, types=bert.types) if bert else None
    if bert is None or layout is None or fitted != checksum(READER):
        raise ModelError(f"{folder} holds a specialist for another reader than the bundled one: train it again")
    weights = replace(bert, tensors={**bert.tensors, **own})
    return _Loaded(layout, PackedBert(weights, int8=wants_int8(dtype)), heads)
