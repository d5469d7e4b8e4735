"""txtai: its hybrid embeddings database, and its extractive question answering."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from txtai import Embeddings
from txtai.pipeline import RAG

from benchmarks.peers.base import Models, Paragraph, SystemAnswer

__all__ = ["TxtaiRag"]

CONTEXT = 3


class TxtaiRag:
    """The RAG pipeline with a question-answering model, which joins the best passages into one context.

    It truncates the context to the model's 512 tokens, about three paragraphs, so it runs with its default of
    three. Other numbers were not tried.
    """

    def __init__(self, models: Models) -> None:
        self._models = models
        self._embeddings = Embeddings(path=models.embedder, content=True, hybrid=True, gpu=False)
        self.settings: dict[str, Any] = {
            "store": "Faiss, BM25 and SQLite",
            "hybrid": "dense and BM25, each half",
            "passages": f"{CONTEXT}, joined and cut off at 512 tokens",
            "reader": "float32",
            "output": "reference",
        }

    def create(self, folder: Path) -> None:
        """Do nothing: the embeddings database is ready."""

    def index(self, paragraphs: Sequence[Paragraph], vectors: Any = None) -> None:
        """Index the paragraphs under their titles."""
        if vectors is not None:
            raise ValueError("txtai's embeddings database embeds its own texts")
        self._embeddings.index((each.id, f"{each.title}\n{each.text}", None) for each in paragraphs)

    def save(self, folder: Path) -> None:
        """Write the database to disk."""
        self._embeddings.save(str(folder))

    def open(self, folder: Path) -> None:
        """Load the database from disk."""
        self._embeddings.load(str(folder))
        self._build()

    def ask(self, question: str) -> SystemAnswer:
        """Run the pipeline, which gives the document as its reference, and no score."""
        result = self._rag({"name": "", "query": question, "question": question})
        return SystemAnswer(result["answer"] or "", None, result["reference"])

    def search(self, question: str, k: int) -> list[str]:
        """Search the database."""
        return [found["id"] for found in self._embeddings.search(question, k)]

    def _build(self) -> None:
        self._rag = RAG(
            self._embeddings,
            self._models.reader,
            gpu=False,
            task="question-answering",
            output="reference",
            context=CONTEXT,
            dtype=torch.float32,
        )
