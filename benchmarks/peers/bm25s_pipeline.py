"""A minimal pipeline with bm25s, sentence-transformers and a transformers reader."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer
import torch
from sentence_transformers import SentenceTransformer
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from benchmarks.peers.base import PASSAGES, Models, Paragraph, SystemAnswer

__all__ = ["HybridPipeline", "LexicalPipeline"]

CANDIDATES = 100
MAX_ANSWER_TOKENS = 30


class LexicalPipeline:
    """BM25 alone, without embeddings. The span with the best margin over the null score is the answer."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._stemmer = Stemmer.Stemmer("english")
        self._tokenizer = AutoTokenizer.from_pretrained(models.reader)
        self._network = AutoModelForQuestionAnswering.from_pretrained(models.reader, dtype=torch.float32).eval()
        self.settings: dict[str, Any] = {
            "store": "bm25s in memory, its defaults, English stemmer and stop words, title and text",
            "passages": PASSAGES,
            "reader": "float32, one padded batch, max_length 384, stride 128, answers of at most 30 tokens",
        }

    def create(self, folder: Path) -> None:
        """Do nothing: everything is loaded."""

    def index(self, paragraphs: Sequence[Paragraph], vectors: Any = None) -> None:  # noqa: ARG002
        """Index the words of the paragraphs and their titles."""
        self._paragraphs = list(paragraphs)
        self._bm25 = bm25s.BM25()
        self._bm25.index(self._tokens([_full(paragraph) for paragraph in paragraphs]), show_progress=False)

    def save(self, folder: Path) -> None:
        """Write the index and the paragraphs."""
        self._bm25.save(folder)
        lines = [json.dumps(asdict(paragraph)) for paragraph in self._paragraphs]
        (folder / "paragraphs.jsonl").write_text("\n".join(lines))

    def open(self, folder: Path) -> None:
        """Read the index and the paragraphs."""
        self._bm25 = bm25s.BM25.load(folder)
        lines = (folder / "paragraphs.jsonl").read_text().split("\n")
        self._paragraphs = [Paragraph(**json.loads(line)) for line in lines]

    def ask(self, question: str) -> SystemAnswer:
        """Read the best passages in one batch, and return the span with the largest margin."""
        paragraphs = [self._paragraphs[i] for i in self._ranking(question, PASSAGES)]
        inputs = self._tokenizer(
            [question] * len(paragraphs),
            [paragraph.text for paragraph in paragraphs],
            truncation="only_second",
            max_length=384,
            stride=128,
            padding=True,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets, owners = inputs.pop("offset_mapping"), inputs.pop("overflow_to_sample_mapping")
        with torch.inference_mode():
            output = self._network(**inputs)
        inside = torch.tensor([[part == 1 for part in one.sequence_ids] for one in inputs.encodings])
        start = output.start_logits.masked_fill(~inside, -torch.inf)
        end = output.end_logits.masked_fill(~inside, -torch.inf)
        null = output.start_logits[:, 0] + output.end_logits[:, 0]
        spans = start[:, :, None] + end[:, None, :]
        shape = torch.ones(spans.shape[1:], dtype=torch.bool)
        allowed = shape.triu() & shape.tril(MAX_ANSWER_TOKENS - 1)
        margins = spans.masked_fill(~allowed, -torch.inf) - null[:, None, None]
        window, first, last = np.unravel_index(int(margins.argmax()), margins.shape)
        passage = paragraphs[int(owners[window])]
        begin, stop = int(offsets[window, first, 0]), int(offsets[window, last, 1])
        score = float(margins[window, first, last])
        return SystemAnswer(passage.text[begin:stop], score, passage.id, begin, stop)

    def search(self, question: str, k: int) -> list[str]:
        """Return the best documents by their rank."""
        return [self._paragraphs[i].id for i in self._ranking(question, k)]

    def _ranking(self, question: str, k: int) -> list[int]:
        return list(self._lexical(question, k))

    def _lexical(self, question: str, k: int) -> dict[int, float]:
        tokens = self._tokens([question])
        numbers, scores = self._bm25.retrieve(tokens, k=min(k, len(self._paragraphs)), show_progress=False)
        return dict(zip(numbers[0].tolist(), scores[0].tolist(), strict=True))

    def _tokens(self, texts: Sequence[str]) -> Any:
        return bm25s.tokenize(list(texts), stopwords="en", stemmer=self._stemmer, show_progress=False)


class HybridPipeline(LexicalPipeline):
    """The same with dense search: both scores are min-max normalised over their candidates, and added."""

    def __init__(self, models: Models) -> None:
        super().__init__(models)
        self._embedder = SentenceTransformer(models.embedder)
        self.settings["store"] += "; vectors in one NumPy array"
        self.settings["hybrid"] = f"min-max over the {CANDIDATES} best of each, half and half"

    def index(self, paragraphs: Sequence[Paragraph], vectors: Any = None) -> None:
        """Index the words, and embed the paragraphs."""
        super().index(paragraphs)
        self._vectors = (
            self._embed([_full(paragraph) for paragraph in paragraphs]) if vectors is None else np.array(vectors)
        )

    def save(self, folder: Path) -> None:
        """Write the vectors, too."""
        super().save(folder)
        np.save(folder / "vectors.npy", self._vectors)

    def open(self, folder: Path) -> None:
        """Read the vectors, too."""
        super().open(folder)
        self._vectors = np.load(folder / "vectors.npy")

    def _ranking(self, question: str, k: int) -> list[int]:
        lexical = self._lexical(question, CANDIDATES)
        cosines = self._vectors @ self._embed([question])[0]
        count = min(CANDIDATES, len(cosines))
        best = np.argpartition(-cosines, count - 1)[:count].tolist()
        dense = {i: float(cosines[i]) for i in {*best, *lexical}}
        floor = min(lexical.values(), default=0.0)
        words = _normalized({i: lexical.get(i, floor) for i in dense})
        meaning = _normalized(dense)
        return sorted(dense, key=lambda i: -(words[i] + meaning[i]))[:k]

    def _embed(self, texts: Sequence[str]) -> Any:
        return self._embedder.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)


def _full(paragraph: Paragraph) -> str:
    return f"{paragraph.title}\n{paragraph.text}"


def _normalized(scores: dict[int, float]) -> dict[int, float]:
    low, high = min(scores.values()), max(scores.values())
    return {i: (score - low) / (high - low or 1.0) for i, score in scores.items()}
