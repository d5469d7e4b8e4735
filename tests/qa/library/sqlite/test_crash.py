"""`kill -9` during an add. ``python -m benchmarks.crash`` kills more often."""

from pathlib import Path

from benchmarks.crash import ARTICLES, crash


def test_kills_leave_whole_articles(tmp_path: Path) -> None:
    outcome = crash(tmp_path, kills=5, seed=1)
    assert outcome.kills == 5
    assert any(0 < standing < ARTICLES for standing in outcome.articles)
