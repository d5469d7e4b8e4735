"""Send generated requests to the REST API: whatever they hold, no answer is a server error.

    python -m benchmarks.fuzz_rest [--count 2000] [--seed 0]

schemathesis makes requests from the OpenAPI document, half of them valid, half of them not, and sends them to a
real server over a toy assistant. Prints, for each route, how many requests got which status. Exits with 1 if an
answer had a status from 500, or another form than the document says. A part runs as
``tests/ui/rest/test_fuzzed.py``.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from posixpath import normpath
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from schemathesis import GenerationMode

from qa.types import Article
from tests.toys import toy_assistant
from tests.waiting import PATIENCE
from ui import Server, start
from ui.rest.problems import is_rest

__all__ = ["Outcomes", "fuzz", "serving"]

UNKNOWN = "RejectedPositiveData"
"""The failure of a request that is valid by the document, which does not know, say, the names of readers."""


VELA = Article("The lighthouse at Vela is 42 metres tall.", "Vela", "vela")


@dataclass(slots=True)
class Outcomes:
    """How many requests to each route got which status, and what was wrong."""

    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    violations: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """The number of requests."""
        return sum(map(Counter.total, self.statuses.values()))


@contextmanager
def serving() -> Iterator[Server]:
    """Serve a toy assistant that has an article."""
    with toy_assistant() as assistant:
        assistant.add(VELA)
        with closing(start(assistant)) as server:
            yield server


def fuzz(server: Server, requests: int, seed: int) -> Outcomes:
    """Send at least so many generated requests, in rounds that visit every route."""
    schema = schemathesis.openapi.from_url(f"{server.url}v1/openapi.json", headers=_login(server))
    results: Iterable[Any] = schema.get_all_operations()
    operations = [result.ok() for result in results]
    outcomes = Outcomes()
    each = max(1, requests // (len(operations) * len(GenerationMode)))
    for number in count():
        for operation in operations:
            for mode in GenerationMode:
                if outcomes.total >= requests:
                    return outcomes
                _send(server, operation, mode, each, seed + number, outcomes)
    return outcomes


def _login(server: Server) -> dict[str, str]:
    return {"Authorization": f"Bearer {server.token}"}


def _send(
    server: Server, operation: Any, mode: GenerationMode, examples: int, seed: int, outcomes: Outcomes
) -> None:
    login = _login(server)
    of_article = "{article_id}" in operation.path and mode.is_positive
    existing = {"article_id": VELA.id} if of_article else None

    @seeded(seed)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode, path_parameters=existing))
    def send(case: Any) -> None:
        if existing:  # an earlier request may have removed it
            httpx.post(f"{server.url}v1/articles", json={"text": VELA.text, "source": VELA.source}, headers=login)
        response = case.call(headers=login, timeout=PATIENCE)
        outcomes.statuses[operation.label][response.status_code] += 1
        path = unquote(urlsplit(str(response.request.url)).path)
        if not is_rest({"path": normpath(path)}):  # an id such as "../.." leads elsewhere
            return
        try:
            case.validate_response(response, headers=login)
        except schemathesis.errors.FailureGroup as group:
            failures = (failure for failure in group.exceptions if type(failure).__name__ != UNKNOWN)
            outcomes.violations += [f"{operation.label}: {failure}" for failure in failures]

    send()


def main() -> None:
    """Fuzz the API and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with serving() as server:
        outcomes = fuzz(server, arguments.count, arguments.seed)
    print(f"{outcomes.total} requests")
    for label, statuses in outcomes.statuses.items():
        print(f"{label:32}", ", ".join(f"{status}: {number}" for status, number in sorted(statuses.items())))
    for violation in outcomes.violations:
        print("VIOLATION", violation)
    sys.exit(1 if outcomes.violations else 0)


if __name__ == "__main__":
    main()
