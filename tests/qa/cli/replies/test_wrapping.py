from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from qa.cli.output import style, styled
from qa.cli.replies.wrapping import print_reply

SENTENCE = "In previous nights alone, more than 40 Shahed drones had been used in strikes against Ukraine."


def printed(text: str, width: int, color: bool = True) -> str:
    file = io.StringIO()
    system = "standard" if color else None
    print_reply(text, Console(file=file, width=width, force_terminal=True, color_system=system, highlight=False))
    return file.getvalue()


def test_a_reply_is_wrapped_between_words_and_goes_on_below_its_first_word() -> None:
    assert printed(f"[1] {SENTENCE}\n\nsure", 40, color=False).splitlines() == [
        "[1] In previous nights alone, more than",
        "    40 Shahed drones had been used in",
        "    strikes against Ukraine.",
        "",
        "sure",
    ]


def test_styles_reach_the_terminal_and_nothing_else_does() -> None:
    text = styled(style("40", bold=True, fg="green") + "\x1b]0;OWNED\x07\x1b[2J")
    output = printed(text, 80)
    assert output == "\x1b[1;32m40\x1b[0m\\u001b]0;OWNED\\u0007\\u001b[2J\n"


@given(text=st.text(), width=st.integers(1, 50))
def test_no_control_character_gets_through(text: str, width: int) -> None:
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", printed(styled(text), width, color=False))


def test_elsewhere_a_reply_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    print_reply(styled(style(SENTENCE, bold=True)))
    assert capsys.readouterr().out == f"{SENTENCE}\n"
