"""Turn texts into vectors."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from embeddings.inference.hub import HubError, first_line, hub_folder
from embeddings.token_counter import TokenCounter

if TYPE_CHECKING:
    from embeddings.sentence_models import SentenceModel

__all__ = ["BUNDLED", "Encoder", "EncoderError", "SentenceEncoder", "Vectors"]

Vectors = npt.NDArray[np.float32]

BUNDLED = Path(__file__).parent / "models" / "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "553c9ff2a4d968014fb1c66fdb6f2c9dc19b3ac2360ba58a51c69e177e55d765"
"""Of the bundled weights, in float16."""
PUBLISHED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the published weights, in float32, which libraries know the encoder by."""


class EncoderError(Exception):
    """The embedding model is missing, damaged or of another kind."""


class Encoder(Protocol):
    """Turns texts into unit vectors. Constructors are fast; the weights load on first use or with ``warm_up``."""

    @property
    def fingerprint(self) -> str:
        """The name and the checksum of the model. Never mix vectors of different fingerprints."""
        ...

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """The most tokens of a text, special tokens included."""
        ...

    def warm_up(self) -> None:
        """Load the weights now."""
        ...

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Return unit vectors of shape ``(len(texts), dimension)``; ``progress`` gets the size of each batch."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, without special tokens and without truncation."""
        ...


class SentenceEncoder:
    """A sentence-transformers model: the bundled all-MiniLM-L6-v2, a folder, or a hub id that the user names.

    Token counts, fingerprint and dimension come from small files of the model, so they do not load the weights.
    The fingerprint does not depend on the precision: int8 and float32 vectors are close enough to share a library.

    :param dtype: ``float32``, ``int8`` or ``auto``, which is int8 where it is faster and as good.
    :raises EncoderError: from every method, if the model is missing, damaged or of another kind.
    """

    def __init__(self, model: str | Path = "", *, dtype: str = "auto") -> None:
        self._name = str(model)
        self._dtype = dtype
        self._lock = threading.RLock()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the name only: another process loads the weights for itself."""
        return SentenceEncoder, (self._name,), {"_dtype": self._dtype}

    @property
    def fingerprint(self) -> str:
        """``name@checksum``, with the first twelve digits of the SHA-256 of the (published) weights."""
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._dimension

    @property
    def max_tokens(self) -> int:
        """The most tokens of a text, special tokens included."""
        return self._max_tokens

    def warm_up(self) -> None:
        """Load the weights now."""
        _ = self._model

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Return unit vectors of shape ``(len(texts), dimension)``; ``progress`` gets the size of each batch."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return self._model.embed(texts, progress or (lambda _: None))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, without special tokens and without truncation."""
        return self._counter.count(texts)

    @cached_property
    def _folder(self) -> Path:
        if not self._name:
            return BUNDLED
        if Path(self._name).is_dir():
            return Path(self._name)
        try:
            return hub_folder(self._name)
        except HubError as error:
            raise EncoderError(str(error)) from error

    @cached_property
    def _fingerprint(self) -> str:
        files = sorted(self._folder.glob("*.safetensors"))
        if not files:
            raise EncoderError(f"{self._folder} contains no weights (*.safetensors)")
        checksums = [_sha256(file) for file in files]
        if not self._name:
            if checksums != [BUNDLED_SHA256]:
                raise EncoderError(f"{files[0]} is damaged; reinstall quotewell")
            return f"{BUNDLED.name}@{PUBLISHED_SHA256[:12]}"
        checksum = checksums[0] if len(files) == 1 else hashlib.sha256("".join(checksums).encode()).hexdigest()
        return f"{Path(self._name).name}@{checksum[:12]}"

    @cached_property
    def _dimension(self) -> int:
        for module in reversed(self._read_json("modules.json") or []):
            settings = self._read_json(f"{module['path']}/config.json") or {}
            for key in ("out_features", "embedding_dimension", "word_embedding_dimension"):
                if key in settings:
                    return int(settings[key])
        return self._model.dimension

    @cached_property
    def _max_tokens(self) -> int:
        settings = self._read_json("sentence_bert_config.json") or {}
        limit = settings.get("max_seq_length") or self._read_json("config.json").get(
            "max_position_embeddings", 512
        )
        return int(limit)

    @cached_property
    def _counter(self) -> TokenCounter:
        file = self._folder / "tokenizer.json"
        if not file.is_file():
            raise EncoderError(f"{self._folder} contains no tokenizer.json; a fast tokenizer is needed")
        return TokenCounter(file)

    @cached_property
    def _model(self) -> SentenceModel:
        with self._lock:
            if "_model" in self.__dict__:  # another thread loaded it while this one waited
                loaded: SentenceModel = self.__dict__["_model"]
                return loaded
            _ = self._fingerprint  # checks the bundled weights
            try:
                from embeddings.sentence_models import load_sentence_model

                return load_sentence_model(self._folder, self.max_tokens, self._dtype)
            except Exception as error:
                raise EncoderError(
                    f"{self._folder} is not a sentence-transformers model: {first_line(error)}"
                ) from error

    def _read_json(self, name: str) -> Any:
        file = self._folder / name
        try:
            return json.loads(file.read_text("utf-8")) if file.is_file() else None
        except ValueError as error:
            raise EncoderError(f"{file} is damaged: {error}") from None


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
