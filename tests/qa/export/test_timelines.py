from __future__ import annotations

import datetime as dt
from dataclasses import replace

from qa.export.timelines import timeline_in_words
from qa.export.transcript import to_markdown
from qa.types import Disagreement, Version
from tests.qa.replies import answered, cited

TIMELINE = (
    Version("2,000", dt.date(2025, 5, 2), (cited(),)),
    Version("3,100\n*", dt.date(2025, 5, 9), (cited(),), Disagreement.CORRECTED),
    Version("3,000", dt.date(2025, 6, 1), (cited(),), Disagreement.CHANGED),
)
CORRECTED = replace(answered(), timeline=TIMELINE, disagreement=Disagreement.CORRECTED)


def test_the_versions_are_told_in_their_order() -> None:
    assert timeline_in_words(CORRECTED) == (
        "An article corrects another: “2,000” on 2 May 2025, corrected to “3,100 *” on 9 May 2025, "
        "then “3,000” on 1 June 2025"
    )
    assert timeline_in_words(answered()) == ""


def test_a_transcript_tells_them_escaped() -> None:
    assert "corrected to “3,100 \\*” on 9 May 2025" in to_markdown([CORRECTED])
