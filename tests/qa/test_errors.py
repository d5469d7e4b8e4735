from __future__ import annotations

import re

from qa import errors


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    lines = (errors.__doc__ or "").splitlines()
    drawn = [
        line for line in lines if re.search(r"Error\b", line) and (line[0] in "│├└" or line == "QuotewellError")
    ]
    parents: list[str] = []
    for line in drawn:
        name = re.search(r"\w+Error", line)
        assert name
        depth = name.start() // 4
        del parents[depth:]
        if parents:
            assert getattr(errors, name[0]).__base__.__name__ == parents[-1]
        parents.append(name[0])
    assert len(drawn) == len(errors.__all__)


def test_every_error_is_a_quotewell_error() -> None:
    assert all(issubclass(getattr(errors, name), errors.QuotewellError) for name in errors.__all__)
