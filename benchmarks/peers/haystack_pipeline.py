"""Haystack: hybrid retrieval from its in-memory store, its joiner, and its extractive reader."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack_integrations.components.readers.transformers import TransformersExtractiveReader

from benchmarks.peers.base import PASSAGES, Models, Paragraph, SystemAnswer

__all__ = ["HaystackPipeline", "HaystackWithSegments"]

CANDIDATES = 50
STORE = "store.json"


class HaystackPipeline:
    """Hybrid retrieval as Haystack documents it, with the join and the BM25 that did best in training."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._store = InMemoryDocumentStore(bm25_algorithm="BM25Okapi", return_embedding=False)
        self.settings: dict[str, Any] = {
            "store": "in memory",
            "bm25_algorithm": "BM25Okapi",
            "candidates": CANDIDATES,
            "join_mode": "distribution_based_rank_fusion",
            "meta_fields_to_embed": ["title"],
            "passages": PASSAGES,
            "reader": "float32, max_seq_length 384, stride 128, no_answer off (every question must be answered)",
        }

    def create(self, folder: Path) -> None:  # noqa: ARG002
        """Build the indexing pipeline: embed, then write."""
        self._indexing = Pipeline()
        self._indexing.add_component("embedder", self._document_embedder())
        self._indexing.add_component("writer", DocumentWriter(self._store))
        self._indexing.connect("embedder", "writer")
        self._indexing.warm_up()

    def index(self, paragraphs: Sequence[Paragraph], vectors: Any = None) -> None:
        """Run the indexing pipeline, or only write the documents if they have vectors."""
        documents = [Document(id=each.id, content=each.text, meta={"title": each.title}) for each in paragraphs]
        if vectors is None:
            self._indexing.run({"embedder": {"documents": documents}})
        else:
            for document, vector in zip(documents, vectors, strict=True):
                document.embedding = vector.tolist()
            self._store.write_documents(documents)

    def save(self, folder: Path) -> None:
        """Write the store to disk."""
        folder.mkdir(parents=True, exist_ok=True)
        self._store.save_to_disk(str(folder / STORE))

    def open(self, folder: Path) -> None:
        """Load the store from disk."""
        self._store = InMemoryDocumentStore.load_from_disk(str(folder / STORE))
        self._build()

    def ask(self, question: str) -> SystemAnswer:
        """Run the query pipeline, and return its first answer."""
        result = self._answering.run(
            {"embedder": {"text": question}, "lexical": {"query": question}, "reader": {"query": question}}
        )
        answers = result["reader"]["answers"]
        if not answers:
            return SystemAnswer("")
        best = answers[0]
        offsets = best.document_offset
        return SystemAnswer(best.data or "", best.score, best.document.id, offsets.start, offsets.end)

    def search(self, question: str, k: int) -> list[str]:
        """Run the retrieval part of the query pipeline."""
        found = self._searching.run(
            {"embedder": {"text": question}, "lexical": {"query": question}, "joiner": {"top_k": k}}
        )
        return [document.id for document in found["joiner"]["documents"]]

    def _document_embedder(self) -> SentenceTransformersDocumentEmbedder:
        return SentenceTransformersDocumentEmbedder(
            model=self._models.embedder,
            normalize_embeddings=True,
            meta_fields_to_embed=["title"],
            progress_bar=False,
            local_files_only=True,
        )

    def _build(self) -> None:
        self._searching, self._answering = self._query_pipeline(), self._query_pipeline()
        self._reader = TransformersExtractiveReader(
            self._models.reader,
            top_k=5,
            no_answer=False,
            max_seq_length=384,
            stride=128,
            model_kwargs={"dtype": torch.float32},
        )
        self._reader.warm_up()
        self._answering.add_component("reader", self._reader)
        self._answering.connect("joiner.documents", "reader.documents")

    def _query_pipeline(self) -> Pipeline:
        pipeline = Pipeline()
        embedder = SentenceTransformersTextEmbedder(
            model=self._models.embedder, normalize_embeddings=True, progress_bar=False, local_files_only=True
        )
        pipeline.add_component("embedder", embedder)
        pipeline.add_component("dense", InMemoryEmbeddingRetriever(self._store, top_k=CANDIDATES))
        pipeline.add_component("lexical", InMemoryBM25Retriever(self._store, top_k=CANDIDATES))
        joiner = DocumentJoiner(join_mode="distribution_based_rank_fusion", top_k=PASSAGES)
        pipeline.add_component("joiner", joiner)
        pipeline.connect("embedder.embedding", "dense.query_embedding")
        pipeline.connect("dense", "joiner")
        pipeline.connect("lexical", "joiner")
        return pipeline


class HaystackWithSegments(HaystackPipeline):
    """Haystack with one defect fixed: its reader calls the network without token type ids.

    A BERT reader is trained with them; without them it takes the passage for a part of the question. Here the
    reader gets them, to show what Haystack can do with these weights.
    """

    def _build(self) -> None:
        super()._build()
        self.settings["fixed"] = "the reader gets token type ids"
        network, separator = self._reader.model, self._reader.tokenizer.sep_token_id
        forward = network.forward

        def with_segments(input_ids: Any, attention_mask: Any) -> Any:
            ends = (input_ids == separator).cumsum(dim=1)
            second = (ends - (input_ids == separator).int()).clamp(max=1) * attention_mask
            return forward(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=second)

        network.forward = with_segments
