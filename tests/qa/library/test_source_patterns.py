"""Source patterns: those of fnmatch, and the regular expressions that they translate to."""

import re
from fnmatch import fnmatchcase

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from qa.library.source_patterns import matches_source, pattern_to_regex

PATTERNS = st.text(alphabet="*?[]!^-ab/\\.\n\0&~|$", max_size=8)
TEXTS = st.text(alphabet="ab/\\.[]!^-\n\0&~|$", max_size=6)


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("news/*", ["news/a.txt", "news/deep/b.md"], ["old/news/a.txt", "News/a.txt"]),
        ("*.txt", ["a.txt", "C:\\docs\\c.txt", "https://example.org/d.txt"], ["a.TXT", "a.txt.gz"]),
        ("c.txt", ["c.txt", "docs/c.txt", "C:\\docs\\c.txt"], ["docs/abc.txt"]),
        ("?.txt", ["a.txt", "docs/😀.txt"], ["ab.txt"]),
        ("[a-c]*", ["a", "docs/beta"], ["docs/delta"]),
        ("[!a-c]*", ["delta"], ["beta"]),
        ("[^a]", ["^", "a"], ["b"]),
        ("a[b", ["a[b"], ["ab", "a"]),
        ("[]", ["[]"], ["[", ""]),
        ("[]]", ["]"], ["[]]"]),
        ("[z-a]", [], ["z", "a", "-", "[z-a]"]),
        ("", ["", "docs/"], ["a"]),
        ("\ud800", [], ["a"]),
    ],
)
def test_patterns(pattern: str, matching: list[str], others: list[str]) -> None:
    assert [source for source in matching + others if matches_source(source, (pattern,))] == matching


def test_any_of_several_patterns_matches() -> None:
    assert matches_source("docs/b.md", ("*.txt", "*.md"))
    assert not matches_source("docs/b.md", ())


@given(PATTERNS, TEXTS)
@example("[!]-a]*", "^")
@example("[a-b-]", "-")
@example("a", "a\n")
def test_the_translation_agrees_with_fnmatch(pattern: str, text: str) -> None:
    assume(not re.search(r"\[.-.!", pattern, re.DOTALL))  # fnmatch reads "[b-a!c]" as "[!c]"
    translated = re.compile(pattern_to_regex(pattern), re.DOTALL)
    assert bool(translated.search(text)) == fnmatchcase(text, pattern)
