"""Spans of the stages of a question, read by the real SDK; and none without OpenTelemetry."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from qa.errors import EmptyLibraryError
from qa.types import Article
from tests.toys import toy_assistant

VELA = Article("The lighthouse at Vela is 42 metres tall.", "Vela", "vela")


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    yield exporter
    provider.shutdown()


def named(spans: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {each.name: each for each in spans.get_finished_spans()}


def test_a_question_is_a_span_and_so_is_each_of_its_stages(spans: InMemorySpanExporter) -> None:
    with toy_assistant() as assistant:
        assistant.add(VELA)
        reply = assistant.ask("How tall is the lighthouse?")
    found = named(spans)
    asked = found["quotewell.ask"]
    assert asked.attributes == {"quotewell.kind": "fact", "quotewell.abstained": True, "quotewell.passages": 1}
    for stage in reply.timings:
        parent = found[f"quotewell.{stage}"].parent
        assert parent
        assert parent.span_id == asked.context.span_id
    assert found["quotewell.read"].attributes == {"quotewell.passages": 1}
    assert "quotewell.add" in found
    assert "lighthouse" not in "".join(each.to_json() for each in found.values())


def test_an_error_is_recorded(spans: InMemorySpanExporter) -> None:
    with toy_assistant() as assistant, pytest.raises(EmptyLibraryError):
        assistant.ask("How tall is the lighthouse?")
    assert named(spans)["quotewell.ask"].status.status_code == trace.StatusCode.ERROR


def test_a_program_without_opentelemetry_does_not_import_it() -> None:
    program = """
import sys
from tests.toys import toy_assistant
from qa.types import Article
with toy_assistant() as assistant:
    assistant.add(Article("The lighthouse at Vela is 42 metres tall."))
    assistant.ask("How tall is the lighthouse?")
print([name for name in sys.modules if name.startswith("opentelemetry")], end="")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]"
