"""Thumbs under a reply, and what can be added to a verdict."""

from __future__ import annotations

from qa.export.escaping import html_text as text
from qa.feedback import Feedback, Verdict

__all__ = ["rating"]

THUMBS: tuple[tuple[Verdict, str], ...] = (("good", "A good reply"), ("bad", "A poor reply"))
ASKED: dict[Verdict, str] = {
    "good": "What was good about it?",
    "bad": "What would have been right?",
    "unanswerable": "What do the articles lack?",
}


def rating(number: int, given: Feedback | None) -> str:
    """Return the thumbs of a reply and, once a verdict is given, a box for a comment."""
    thumbs = "".join(
        f'<button type="button" class="qw-thumb qw-{verdict}" {_verdict(number, verdict)} aria-label="{label}" '
        f'title="{label}" aria-pressed="{"true" if _is(given, verdict) else "false"}"></button>'
        for verdict, label in THUMBS
    )
    after = _after(number, given) if given else ""
    return f'<div class="qw-rating" role="group" aria-label="Rate this reply">{thumbs}{after}</div>'


def _is(given: Feedback | None, verdict: Verdict) -> bool:
    return given is not None and (given.verdict == verdict or (verdict, given.verdict) == ("bad", "unanswerable"))


def _after(number: int, given: Feedback) -> str:
    if given.comment:
        return f'<span class="qw-facts" role="status">Noted, thank you: “{text(given.comment)}”</span>'
    asked = ASKED[given.verdict]
    unanswerable = f'<button type="button" class="qw-quiet" {_verdict(number, "unanswerable")}>'
    nowhere = f"{unanswerable}The articles do not say</button>" if given.verdict == "bad" else ""
    return (
        f'<span class="qw-facts" role="status">Noted.</span>{nowhere}'
        f'<form class="qw-comment" {_verdict(number, given.verdict)}>'
        f'<input name="comment" type="text" maxlength="2000" autocomplete="off" placeholder="{asked}" '
        f'aria-label="{asked}"><button class="qw-quiet">Send</button></form>'
    )


def _verdict(number: int, verdict: Verdict) -> str:
    return f'data-event="like" data-reply="{number}" data-verdict="{verdict}"'
