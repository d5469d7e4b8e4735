"""What every store checks before it writes: articles, vectors, names, and the encoder of the vectors."""

from __future__ import annotations

import numpy as np

from embeddings.encoder import Vectors
from qa.errors import LibraryError
from qa.library.base import IndexedArticle
from qa.types import Article

__all__ = ["check_article", "check_encoder", "check_names", "check_vectors", "no_encoder"]


def check_article(indexed: IndexedArticle, dimension: int) -> None:
    """Check that an article can be stored and read back unchanged.

    :raises LibraryError: if its parts do not fit each other, or a name contains a lone surrogate.
    """
    article, count = indexed.article, len(indexed.passages)
    name = repr(article.title or article.source)
    check_names(article, *indexed.contexts)
    if indexed.vectors is not None:
        check_vectors(name, indexed.vectors, count, dimension)
    if len(indexed.contexts) != count:
        raise LibraryError(f"{name}: {count} passages need as many contexts, not {len(indexed.contexts)}")
    for passage in indexed.passages:
        if passage.article_id != article.id or not 0 <= passage.start < passage.end <= len(article.text):
            raise LibraryError(f"{name}: {passage} does not lie in the article ({len(article.text)} characters)")


def check_vectors(name: str, vectors: Vectors, count: int, dimension: int) -> None:
    """Check that the vectors have the shape ``(count, dimension)`` and finite values.

    :raises LibraryError: if they do not; its message begins with the name.
    """
    if vectors.shape != (count, dimension):
        raise LibraryError(
            f"{name}: the library needs vectors of shape ({count}, {dimension}), not {vectors.shape}; "
            "was it built with another encoder?"
        )
    if not np.isfinite(vectors).all():
        raise LibraryError(
            f"{name}: the encoder returned vectors with values that are not finite; check its files"
        )


def check_names(article: Article, *contexts: str) -> None:
    """Check that an article's source and title, and the contexts, can be stored.

    :raises LibraryError: if one contains a lone surrogate.
    """
    try:
        "".join([article.source, article.title, *contexts]).encode()
    except UnicodeEncodeError:
        name = repr(article.title or article.source)
        raise LibraryError(f"{name}: its name contains a lone surrogate (half a character); rename it") from None


def check_encoder(stored: str, encoder: str | None) -> None:
    """Check that the stored vectors are those of the encoder; None accepts any.

    :raises LibraryError: if they are another encoder's.
    """
    if encoder is not None and encoder != stored:
        raise LibraryError(
            f"the library was built with the encoder {stored}, not with {encoder}: choose that encoder, "
            "run `quotewell doctor --rebuild` to embed its articles again, or add them to a new library"
        )


def no_encoder() -> LibraryError:
    """Return the error of adding to a library that was opened without an encoder."""
    return LibraryError("the library was opened without an encoder: open it with the encoder of its vectors")
