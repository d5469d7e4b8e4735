"""A process that embeds what is pending, a few passages at a time, when it is told to.

``python -m tests.qa.indexing.embedding_process LIBRARY`` says "ready", waits for a line, and says after each lease
how many passages it has embedded.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

from embeddings.encoder import Vectors
from qa.indexing.embedder import embed_pending
from qa.library import open_library
from tests.toys import CountingEncoder


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


class SlowEncoder(CountingEncoder):
    """Takes a while, so that others get their share, and reports what it has done."""

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        time.sleep(0.05)
        vectors = super().encode(texts, progress)
        say(len(self.encoded))
        return vectors


def main(address: str) -> None:
    encoder = SlowEncoder()
    library = open_library(address, encoder=encoder.fingerprint, dimension=encoder.dimension)
    say("ready")
    sys.stdin.readline()
    embed_pending(library, encoder, leased=8)
    library.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
