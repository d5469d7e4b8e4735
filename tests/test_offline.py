"""The whole main job with sockets blocked, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

JOB = """
import socket, sys

def refuse(*arguments, **keywords):
    raise AssertionError("the network was used")

socket.socket.connect = socket.socket.connect_ex = refuse
socket.create_connection = socket.getaddrinfo = refuse

from qa import Article, Assistant

with Assistant.open(sys.argv[1]) as assistant:
    assistant.add(sys.argv[2], Article("The railway to Karst carries marble.", source="karst"))
    reply = assistant.ask("How many Shahed drones were used?")
    assert reply.answer and reply.answer.text.startswith("more than 40"), reply.answers
    assert assistant.ask("What is the capital of Australia?").abstained
    assistant.export(sys.argv[3])
    assert assistant.doctor().healthy
with Assistant.open(sys.argv[1]) as assistant:
    assert len(assistant.articles()) == 3
print("done", end="")
"""


def test_nothing_leaves_the_machine(tmp_path: Path) -> None:
    (tmp_path / "lumen.md").write_text("# Lumen\n\nThe harbour was rebuilt in 1931.", "utf-8")
    arguments = [str(tmp_path / "library"), str(tmp_path / "lumen.md"), str(tmp_path / "out.jsonl")]
    command = [sys.executable, "-W", "error", "-c", JOB, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done", "")
