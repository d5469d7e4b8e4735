"""Libraries by name: each is a folder among the named libraries, those in the home of the settings."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from qa.errors import LibraryError
from qa.library.sqlite.files.library_files import DATABASE

__all__ = ["DATABASE", "check_name", "is_library", "is_name", "library_folder", "library_names"]


def library_folder(library: str | Path, home: Path) -> Path:
    """Return the folder of a library: of a bare name, the folder among the named libraries, unless one is here.

    Another folder of that name, such as one of articles, is never taken for the library.
    """
    path = Path(library).expanduser()
    return home / library if is_name(library) and not is_library(path) else path


def library_names(home: Path) -> list[str]:
    """Return the names of the libraries in a folder, in alphabetical order."""
    try:
        return sorted(folder.name for folder in home.iterdir() if is_library(folder))
    except OSError:  # nobody has added anything yet
        return []


def is_library(folder: Path) -> bool:
    """Return whether there is a library in a folder, usable or not."""
    return (folder / DATABASE).is_file()


def check_name(library: str | Path, home: Path) -> None:
    """Check that a library that is given by its bare name exists.

    :raises LibraryError: if it does not; the message names similar ones.
    """
    if not is_name(library) or is_library(library_folder(library, home)):
        return
    names = library_names(home)
    similar = get_close_matches(str(library), names, 3, 0.6)
    guess = f"did you mean {' or '.join(map(repr, similar))}? " if similar else ""
    raise LibraryError(
        f"there is no library {str(library)!r}; {guess}"
        f"`quotewell libraries` lists all, and `quotewell add --library {library} FILES` creates one"
    )


def is_name(library: str | Path) -> bool:
    """Return whether a library is given by a bare name, rather than by the path of its folder."""
    return isinstance(library, str) and Path(library).name == library and library not in ("", ".", "..")
