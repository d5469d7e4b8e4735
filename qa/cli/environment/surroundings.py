"""What a reply depends on besides the question: where the library is, and the variables that hold the settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from qa.library.addresses import is_path
from qa.library.names import is_library, library_folder

__all__ = ["libraries_home", "library_place", "settings_variables"]

PREFIX = "QUOTEWELL_"
HOME = f"{PREFIX}HOME"
PATHS = (HOME, f"{PREFIX}ENCODER", f"{PREFIX}READER", f"{PREFIX}READERS")


def settings_variables(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables of settings, with paths that mean the same in every working folder."""
    variables = {name: value for name, value in environment.items() if name.startswith(PREFIX) and value}
    for name in variables.keys() & set(PATHS):
        variables[name] = os.pathsep.join(map(_absolute, variables[name].split(os.pathsep)))
    return variables


def library_place(library: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the folder or the address of a library, which holds in every working folder.

    :return: None if there is no such library, or only in this process.
    """
    if not is_path(library):
        return library if "://" in library else None
    folder = library_folder(library, libraries_home(environment)).absolute()
    return str(folder) if is_library(folder) else None


def libraries_home(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the named libraries: what ``Settings.libraries`` is, without loading pydantic."""
    if home := environment.get(HOME):
        return Path(home)
    from platformdirs import user_data_path

    return user_data_path("quotewell", appauthor=False)


def _absolute(path: str) -> str:
    """Return the absolute path of a folder. A hub id stays as it is."""
    folder = Path(path).expanduser()
    return str(folder.absolute()) if folder.exists() else path
