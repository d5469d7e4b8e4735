"""Every knob, with its type, its default and the environment variable that sets it.

A knob named ``reader_dtype`` is set by ``QUOTEWELL_READER_DTYPE``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from qa.errors import SettingsError

__all__ = ["Settings"]

PREFIX = "QUOTEWELL_"
MAX_QUESTION_CHARACTERS = 2000


def _default_home() -> Path:
    from platformdirs import user_data_path

    return user_data_path("quotewell", appauthor=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How an assistant works. The defaults are the ones that the documented figures were measured with."""

    home: Path | None = None
    """Folder for libraries that are named, not given by path. None: the user's data folder."""
    encoder: str = ""
    """Embedding model: a folder or a hub id. Empty: the packaged all-MiniLM-L6-v2."""
    encoder_dtype: str = "auto"
    """``float32``, ``int8`` or ``auto`` (int8 where it is faster). Vectors of both may share a library."""
    reader: str = ""
    """Reader model: a folder or a hub id. Empty: the bundled weights."""
    readers: tuple[str, ...] = ()
    """More readers, each a folder or a hub id, that a question may ask for by name."""
    reader_dtype: str = "auto"
    """``float32``, ``int8`` or ``auto`` (int8 where it is faster)."""
    dense_weight: float = 0.65
    """Weight of the dense score in the fused score, 0 (lexical alone) to 1 (dense alone)."""
    sentence_weight: float = 0.3
    """Weight, in the score that ranks passages, of the question's words that stand together in a sentence."""
    candidates: int = 100
    """Passages that each retriever leg proposes."""
    passages: int = 10
    """Passages that the reader reads for a question."""
    cascade: bool = True
    """Whether passages that can hardly change the answer any more are left unread."""
    answers: int = 5
    """Ranked answers that a reply holds at most."""
    min_confidence: float = 0.5
    """Answer only when at least this sure, 0 to 1."""
    max_answer_tokens: int = 30
    """Longest answer, in the reader's tokens."""
    window_tokens: int = 384
    """Longest input of the reader, question included; longer passages are read in windows."""
    stride_tokens: int = 128
    """Overlap of two windows of a passage."""
    batch_tokens: int = 2048
    """Most tokens in one forward pass of the reader."""
    cache_size: int = 1000
    """Questions whose vectors and readings are remembered, those asked last; 0 for none. Some 20 kB each."""
    max_file_mb: int = 100
    """Files above this size are not added; those with an article a line (JSONL) may have ten times as much."""
    max_upload_mb: int = 500
    """Most that one upload to the chat may bring, all of its files together."""
    max_upload_files: int = 200
    """Most files that one upload to the chat may bring."""

    def __post_init__(self) -> None:
        for name in ("dense_weight", "sentence_weight", "min_confidence"):
            if not 0 <= getattr(self, name) <= 1:
                raise SettingsError(f"{name} must lie between 0 and 1, not {getattr(self, name)}")
        for field in fields(self):
            value = getattr(self, field.name)
            if (
                isinstance(value, int)
                and not isinstance(value, bool)
                and value < (least := int(field.name not in ("stride_tokens", "cache_size")))
            ):
                raise SettingsError(f"{field.name} must be at least {least}, not {value}")
        for name in ("encoder_dtype", "reader_dtype"):
            if getattr(self, name) not in ("auto", "float32", "int8"):
                raise SettingsError(f"{name} must be auto, float32 or int8, not {getattr(self, name)!r}")

    @property
    def libraries(self) -> Path:
        """The folder of the named libraries."""
        return self.home or _default_home()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
        """Return the settings that the environment asks for, then the overrides.

        :raises SettingsError: when a variable does not hold a value of its knob's type.
        """
        values: dict[str, Any] = {}
        for field in fields(cls):
            variable = PREFIX + field.name.upper()
            if text := environment.get(variable):
                values[field.name] = _parse(text, str(field.type), variable)
        return cls(**{**values, **overrides})


def _parse(text: str, kind: str, variable: str) -> Any:
    parsers: dict[str, Callable[[str], Any]] = {
        "int": int,
        "float": float,
        "bool": _switch,
        "Path | None": Path,
        "tuple[str, ...]": _listed,
    }
    try:
        return parsers.get(kind, str)(text)
    except ValueError:
        raise SettingsError(f"{variable} must be of type {kind}, not {text!r}") from None


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(os.pathsep)))


def _switch(text: str) -> bool:
    for value, words in ((True, ("1", "true", "on", "yes")), (False, ("0", "false", "off", "no"))):
        if text.strip().lower() in words:
            return value
    raise ValueError
