"""The config file ``quotewell.toml``: settings, and the library that commands use by default."""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

from qa.cli.output import echo
from qa.errors import SettingsError

__all__ = ["NAMES", "config_in_environment", "find_config", "name_in_file"]

FILE = "quotewell.toml"
PREFIX = "QUOTEWELL_"
FOLDERS = ("home", "encoder", "reader", "readers")
"""Paths of folders, from where the file is. So a file that came with somebody's articles cannot make this machine
download a model."""
NAMES = (
    *("answers", "batch_tokens", "cache_size", "candidates", "correct_spelling", "dense_weight", "early_stopping"),
    *("encoder", "encoder_dtype", "home", "library", "max_answer_tokens", "max_body_mb", "max_connections"),
    *(
        "max_file_mb",
        "max_kept_mb",
        "max_load_mb",
        "max_load_seconds",
        "max_upload_files",
        "max_upload_mb",
        "min_confidence",
    ),
    *("passages", "reader", "reader_dtype", "readers", "sentence_weight", "stride_tokens", "text_field"),
    "window_tokens",
)
"""Those of all settings but secrets, listed here because pydantic takes long to import. A test compares them."""

_read: dict[str, Path] = {}
"""The variables that the last command had set from a file, which its error may be about."""


@contextmanager
def config_in_environment(file: Path | None, environment: MutableMapping[str, str] = os.environ) -> Iterator[None]:
    """Set the variables of settings that a config file gives and the environment does not, for a ``with`` block.

    :param file: the config file; by default, the one that :func:`find_config` finds.
    :raises SettingsError: if the file cannot be used; the message names the key.
    """
    file = file or find_config()
    variables = _variables(file) if file else {}
    new = {name: value for name, value in variables.items() if not environment.get(name)}
    environment.update(new)
    _read.clear()
    _read.update(dict.fromkeys(new, file or Path()))
    try:
        yield
    finally:
        for name in new:
            environment.pop(name, None)


def find_config() -> Path | None:
    """Return the config file in the working folder, or else the one in the user's config folder."""
    from platformdirs import user_config_path

    here = Path(FILE).absolute()
    if here.is_file():
        if _is_trusted(here):
            return here
        echo(f"{here} belongs to another user and is not read.", err=True)
    own = user_config_path("quotewell", appauthor=False) / FILE
    return own if own.is_file() else None


def name_in_file(message: str) -> str:
    """Return a message with the names that the settings have in the file that they were read from."""
    for variable, file in _read.items():
        message = message.replace(f"{variable} ", f"{variable.removeprefix(PREFIX).lower()} in {file} ")
    return message


def _is_trusted(file: Path) -> bool:
    return not hasattr(os, "getuid") or file.stat().st_uid in (os.getuid(), 0)


def _variables(file: Path) -> dict[str, str]:
    """Return what a file gives, as the variables of the environment.

    :raises SettingsError: if the file is no TOML, or a key is unknown or has a value of another type.
    """
    import tomllib

    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file} cannot be read as TOML: {error}") from None
    for name in content:
        if name not in NAMES:
            near = get_close_matches(name, NAMES, 1)
            raise SettingsError(
                f"{file}: there is no setting {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")
            )
    return {f"{PREFIX}{name.upper()}": _text(file, name, value) for name, value in content.items()}


def _text(file: Path, name: str, value: object) -> str:
    """Return a value as a variable holds it."""
    values = value if isinstance(value, list) and name == "readers" else [value]
    if not all(isinstance(one, str | int | float) for one in values):
        raise SettingsError(f"{file}: {name} must be a string, a number, true or false, not {value!r}")
    texts = [str(one).lower() if isinstance(one, bool) else str(one) for one in values]
    if name in FOLDERS:
        texts = [str(file.parent / Path(text).expanduser()) for text in texts if text]
    elif name == "library" and "/" in texts[0] and "://" not in texts[0]:
        texts = [str(file.parent / Path(texts[0]).expanduser())]
    return os.pathsep.join(texts)
