"""A server without models, as a process: ``python -m tests.deploy.toy_server LIBRARY PORT ACCOUNTS``."""

from __future__ import annotations

import sys
from pathlib import Path

from qa.accounts import Accounts
from qa.assistant import Assistant
from qa.library import open_library
from qa.settings import Settings
from qa.types import Reading, Span
from tests.toys import CountingEncoder, ToyReader
from ui import ServerOptions, serve


class EchoingReader(ToyReader):
    """Answers with the number that stands both in the question and in the passage."""

    def reading(self, question: str, passage: str) -> Reading:
        number = next(word for word in question.rstrip("?").split() if word.isdecimal())
        start = passage.find(f" {number} ") + 1
        return Reading((Span(start, start + len(number), 9.0),) if start else (), 0.0)


def main(address: str, port: str, accounts: str) -> None:
    encoder = CountingEncoder()
    library = open_library(address, encoder=encoder.fingerprint, dimension=encoder.dimension)
    with Assistant(library, encoder, EchoingReader(), Settings(dense_weight=0)) as assistant:
        serve(assistant, ServerOptions(port=int(port), accounts=Accounts.read(file=Path(accounts))))


if __name__ == "__main__":
    main(*sys.argv[1:])
