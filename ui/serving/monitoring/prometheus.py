"""What Prometheus reads at ``/metrics``: counts of questions, their times, the queue, the size of the library.

No question, name or text is part of it. Each server counts for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import version

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from qa.errors import EmptyLibraryError, QuestionError, SettingsError
from qa.types import Reply
from ui.gradio_internals import QueueLength
from ui.serving.monitoring.probes import LibraryWatch

__all__ = ["METRICS", "ServerMetrics"]

METRICS = "/metrics"

OUTCOMES = ("answered", "abstained", "rejected", "failed")
SECONDS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)
"""Upper bounds of the buckets of times."""


class ServerMetrics:
    """The metrics of one server."""

    def __init__(self, library: LibraryWatch) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "quotewell_questions",
            "Questions by outcome: answered, abstained, rejected (it was not a valid question), failed.",
            ["outcome"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "quotewell_question_seconds",
            "Time to reply to a question, without the time in the queue.",
            buckets=SECONDS,
            registry=self._registry,
        )
        self._stages = Histogram(
            "quotewell_question_stage_seconds",
            "The same time by stage.",
            ["stage"],
            buckets=SECONDS,
            registry=self._registry,
        )
        for outcome in OUTCOMES:
            self._questions.labels(outcome)  # shown as 0 before the first
        Info("quotewell_build", "The version.", registry=self._registry).info({"version": version("quotewell")})
        ProcessCollector(registry=self._registry)
        self._registry.register(_Library(library))

    def count(self, asked: Reply | Exception, seconds: float) -> None:
        """Count a question by its reply, or by the exception that it ended with."""
        self._questions.labels(_outcome(asked)).inc()
        if isinstance(asked, Reply):
            self._seconds.observe(seconds)
            for stage, taken in asked.timings.items():
                self._stages.labels(stage).observe(taken)

    def watch_queue(self, length: Callable[[], QueueLength]) -> None:
        """Report the length of a queue, too."""
        self._registry.register(_Questions(length))

    def respond(self, _: Request) -> Response:
        """Return the metrics in Prometheus's text format."""
        return Response(generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


class _Library(Collector):
    """Reads the size of the library when the metrics are asked for."""

    def __init__(self, library: LibraryWatch) -> None:
        self._library = library

    def collect(self) -> Iterator[GaugeMetricFamily]:
        size = self._library.size()
        yield GaugeMetricFamily("quotewell_library_up", "Whether the library can be read.", int(size is not None))
        if size:
            yield GaugeMetricFamily("quotewell_library_articles", "Articles in the library.", size.articles)
            yield GaugeMetricFamily("quotewell_library_passages", "Passages in the library.", size.passages)
            yield GaugeMetricFamily(
                "quotewell_library_passages_pending", "Passages without a vector yet.", size.pending
            )


class _Questions(Collector):
    """Reads the length of the queue when the metrics are asked for."""

    def __init__(self, length: Callable[[], QueueLength]) -> None:
        self._length = length

    def collect(self) -> Iterator[GaugeMetricFamily]:
        length = self._length()
        yield GaugeMetricFamily("quotewell_questions_waiting", "Questions in the queue.", length.waiting)
        yield GaugeMetricFamily("quotewell_questions_running", "Questions being answered.", length.running)


def _outcome(asked: Reply | Exception) -> str:
    if isinstance(asked, Reply):
        return "abstained" if asked.abstained else "answered"
    return "rejected" if isinstance(asked, QuestionError | EmptyLibraryError | SettingsError) else "failed"
