from pathlib import PurePosixPath

import pytest

from qa.loaders.hidden import is_hidden


@pytest.mark.parametrize(
    "path", [".a.txt", "~$a.docx", ".git/a.txt", "b/.git/c/a.txt", "__MACOSX/a.txt", "__pycache__/a.md"]
)
def test_hidden_files_and_what_programs_leave_are_hidden(path: str) -> None:
    assert is_hidden(PurePosixPath(path))


@pytest.mark.parametrize("path", ["a.txt", "b/a.b.txt", "a~$.docx", "__pycache__.txt", "b__MACOSX/a.txt"])
def test_people_s_own_files_are_not(path: str) -> None:
    assert not is_hidden(PurePosixPath(path))
