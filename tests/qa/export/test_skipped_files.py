from __future__ import annotations

from qa.export.skipped_files import skipped_in_brief
from qa.types import AddResult


def skipped(*names: str) -> list[AddResult]:
    return [AddResult(f"/a/{name}", "skipped") for name in names]


def test_a_few_files_are_named() -> None:
    assert skipped_in_brief(skipped("m.eml", "sub/z.rtf")) == "m.eml, z.rtf"


def test_many_files_are_counted_by_suffix() -> None:
    names = [f"{number}.{suffix}" for suffix, count in {"PNG": 7, "jpg": 1200}.items() for number in range(count)]
    assert skipped_in_brief(skipped(*names, "noname")) == ".jpg 1,200, .png 7, no suffix 1"
    assert skipped_in_brief(skipped(*(f"a.x{number}" for number in range(20)))).endswith(", .x7 1…")
