"""Every setting: its type, default, limits and environment variable.

The setting ``reader_dtype`` is read from ``QUOTEWELL_READER_DTYPE``. Importing this module loads pydantic, so
whatever must start at once (``quotewell --help``) imports it where it is needed.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from qa.errors import SettingsError

__all__ = ["PREFIX", "EnvironmentSettings", "Settings"]

PREFIX = "QUOTEWELL_"

Dtype = Literal["auto", "float32", "int8"]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
CountOrNone = Annotated[int, Field(ge=0)]

_KINDS = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list of names",
}


class EnvironmentSettings(BaseSettings):
    """Immutable settings, given by keyword or read from environment variables.

    :raises SettingsError: if a setting is unknown or its value is not allowed.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, env_prefix=PREFIX)

    renamed: ClassVar[Mapping[str, str]] = {}
    """Former names of settings, which still work, with the present ones."""

    def __init__(self, *, _environment: Mapping[str, str] | None = None, **values: Any) -> None:
        values = self._with_present_names(values)
        variables = _Environment(type(self), _environment or {})()
        variables = {name: value for name, value in variables.items() if name not in values}
        try:
            super().__init__(**variables, **values)
        except ValidationError as error:
            raise SettingsError("; ".join(self._messages(error, variables))) from None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **overrides: Any) -> Self:
        """Return the settings in the environment, with overrides by keyword. Empty variables do not count.

        :raises SettingsError: if a setting is unknown or its value is not allowed.
        """
        return cls(_environment=environment, **overrides)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some settings changed.

        :raises SettingsError: if a setting is unknown or its value is not allowed.
        """
        return type(self)(**dict(self) | self._with_present_names(changes))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from arguments only: the environment is one of them, and ``.env`` files are not read."""
        return (init_settings,)

    @classmethod
    def _with_present_names(cls, values: dict[str, Any]) -> dict[str, Any]:
        for former, present in cls.renamed.items():
            if former in values:
                warnings.warn(f"{former} is now called {present}", DeprecationWarning, stacklevel=3)
                values = {present: values[former]} | values
                del values[former]
        return values

    @classmethod
    def _messages(cls, error: ValidationError, variables: Mapping[str, Any]) -> list[str]:
        messages = []
        for problem in error.errors(include_url=False, include_context=False):
            name = str(problem["loc"][0])
            if problem["type"] == "extra_forbidden":
                near = get_close_matches(name, cls.model_fields, 1)
                messages.append(f"there is no setting {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
            else:
                called = PREFIX + name.upper() if name in variables else name
                messages.append(f"{called} must be {cls._allowed(name)}, not {problem['input']!r}")
        return messages

    @classmethod
    def _allowed(cls, name: str) -> str:
        """Return what a setting may be, in words."""
        schema = cls.model_json_schema()["properties"][name]
        if choices := schema.get("enum"):
            return f"{', '.join(choices[:-1])} or {choices[-1]}"
        kind = _KINDS.get(schema.get("type"), "a string or a path")
        if "maximum" in schema:
            return f"{kind} between {schema['minimum']} and {schema['maximum']}"
        return f"{kind} of at least {schema['minimum']}" if "minimum" in schema else kind


class _Environment(EnvSettingsSource):
    """Reads settings from a mapping of environment variables, empty ones left out."""

    def __init__(self, settings: type[EnvironmentSettings], environment: Mapping[str, str]) -> None:
        super().__init__(settings)
        present = {PREFIX + old.upper(): PREFIX + new.upper() for old, new in settings.renamed.items()}
        variables = {name: value for name, value in environment.items() if value}
        for former in present.keys() & variables:
            warnings.warn(f"{former} is now called {present[former]}", DeprecationWarning, stacklevel=4)
            variables.setdefault(present[former], variables[former])
        self.env_vars = {name.lower(): value for name, value in variables.items()}

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:  # noqa: ARG002
        """Split a list as the search path of a shell is split, instead of reading JSON."""
        return tuple(filter(None, value.split(os.pathsep)))


class Settings(EnvironmentSettings):
    """How an assistant works. The defaults are the values that the documented figures were measured with."""

    renamed: ClassVar[Mapping[str, str]] = {"cascade": "early_stopping"}

    home: Path | None = None
    """Folder of the libraries that are given by name. None: the user's data folder."""
    encoder: str = ""
    """Embedding model: a folder or a hub id. Empty: the bundled all-MiniLM-L6-v2."""
    encoder_dtype: Dtype = "auto"
    """``float32``, ``int8`` or ``auto`` (int8 where it is faster). Vectors of both may share a library."""
    reader: str = ""
    """Reader model: a folder or a hub id. Empty: the bundled weights."""
    readers: tuple[str, ...] = ()
    """Additional readers, each a folder or a hub id, that a question can name."""
    reader_dtype: Dtype = "auto"
    """``float32``, ``int8`` or ``auto`` (int8 where it is faster)."""
    dense_weight: Share = 0.65
    """Weight of the dense score in the fused score, from 0 (lexical only) to 1 (dense only)."""
    sentence_weight: Share = 0.3
    """Weight of sentence coverage, the share of the question's words in one sentence, in a passage's score."""
    candidates: Count = 100
    """Passages that lexical search and dense search each propose."""
    correct_spelling: bool = True
    """Whether misspelt words of a question are read as the words of the library that are nearest to them."""
    passages: Count = 10
    """Passages that the reader reads for a question."""
    early_stopping: bool = True
    """Whether reading stops when the remaining passages are unlikely to change the answer."""
    answers: Count = 5
    """Most ranked answers in a reply."""
    min_confidence: Share = 0.5
    """Confidence below which the assistant abstains."""
    max_answer_tokens: Count = 30
    """Longest answer, in the reader's tokens."""
    window_tokens: Count = 384
    """Longest input of the reader, question included; longer passages are read in windows."""
    stride_tokens: CountOrNone = 128
    """Tokens that two neighbouring windows of a passage share."""
    batch_tokens: Count = 2048
    """Most tokens in one forward pass of the reader."""
    cache_size: CountOrNone = 1000
    """Most questions whose vectors and readings are cached, about 20 kB each; 0 for none."""
    max_file_mb: Count = 100
    """Largest file that is added; a JSONL file, with one article a line, may be ten times as large."""
    max_load_mb: Count = 1024
    """Memory that parsing one file may take, of a format that is parsed in a worker process."""
    max_load_seconds: Annotated[float, Field(gt=0)] = 60
    """Time that parsing such a file may take."""
    max_kept_mb: CountOrNone = 1000
    """Disk space for copies of uploaded PDFs in the library's folder, to show their pages from; 0 for none."""
    text_field: str = ""
    """Field of the text in CSV, JSON and JSONL, such as ``body.value``; empty to find it by its name."""

    @property
    def libraries(self) -> Path:
        """The folder of the named libraries."""
        if self.home:
            return self.home
        from platformdirs import user_data_path

        return user_data_path("quotewell", appauthor=False)
