from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from qa.english.breaks import answer_breaks
from qa.english.sentences import split_sentences
from qa.errors import SettingsError
from qa.reader import ExtractiveReader, extractive, scoring
from qa.reader.decoding import CROSSING
from qa.reader.model import load_model
from qa.reader.snapping import Snapper
from qa.types import Reading
from tests.qa.reader.models import KINDS, TEXTS

QUESTION = "Who won Super Bowl 50?"
PIECES = [*" ".join(TEXTS).split(), "\n", "\t", " ", "e\u0301", "👩‍👩‍👧", "😀😀", "\r\n", "\u200b", "½ﬁ", "שלום"]
passages = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map(" ".join) | st.text(
    min_size=1, max_size=20
)


@pytest.fixture(scope="module")
def readers(folders: dict[str, Path]) -> dict[str, ExtractiveReader]:
    return {kind: ExtractiveReader(path, dtype="float32", max_answer_tokens=6) for kind, path in folders.items()}


@pytest.fixture(scope="module")
def references(folders: dict[str, Path]) -> dict[str, tuple[Any, Any]]:
    """The tokenizer and the model of each kind, as transformers alone loads them."""
    return {
        kind: (
            AutoTokenizer.from_pretrained(path),
            AutoModelForQuestionAnswering.from_pretrained(path, dtype=torch.float32).eval(),
        )
        for kind, path in folders.items()
    }


def brute_force(tokenizer: Any, network: Any, passage: str) -> tuple[float, dict[tuple[int, int], float]]:
    """Return the null score and the best score of each snapped span, one pair in one pass, span by span."""
    encoded = tokenizer(QUESTION, passage, return_offsets_mapping=True, return_tensors="pt")
    offsets, inside = encoded.pop("offset_mapping")[0].tolist(), encoded.sequence_ids(0)
    with torch.inference_mode():
        output = network(**{name: encoded[name] for name in tokenizer.model_input_names if name in encoded})
    start, end = output.start_logits[0].tolist(), output.end_logits[0].tolist()
    spans: dict[tuple[int, int], float] = {}
    snapper = Snapper(passage)
    ends, breaks = [end for _, end in split_sentences(passage)], answer_breaks(passage)
    for i in range(len(offsets)):
        for j in range(i, min(i + 6, len(offsets))):
            span = snapper.snap(offsets[i][0], offsets[j][1]) if inside[i] == inside[j] == 1 else None
            if span and not any(offsets[i][1] <= offset < offsets[j][1] for offset in breaks):
                crosses = any(offsets[i][1] <= sentence_end < offsets[j][1] for sentence_end in ends)
                score = start[i] + end[j] - CROSSING * crosses
                spans[span] = max(spans.get(span, -np.inf), score)
    return start[0] + end[0], spans


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(passage=passages)
def test_readings_agree_with_a_brute_force_decoder_on_transformers_alone(
    kind: str, readers: dict[str, ExtractiveReader], references: dict[str, tuple[Any, Any]], passage: str
) -> None:
    reading = readers[kind].read(QUESTION, [passage])[0]
    null_score, spans = brute_force(*references[kind], passage)
    assert reading.null_score == pytest.approx(null_score, abs=1e-4)
    for number, span in enumerate(reading.spans):
        assert span.score <= spans[span.start, span.end] + 1e-4
        assert all(span.end <= other.start or other.end <= span.start for other in reading.spans[:number])
    if reading.spans:
        assert reading.spans[0].score == pytest.approx(max(spans.values()), abs=1e-4)
    assert [span.score for span in reading.spans] == sorted((span.score for span in reading.spans), reverse=True)


def assert_same(readings: list[Reading], others: list[Reading], tolerance: float = 1e-4) -> None:
    for reading, other in zip(readings, others, strict=True):
        assert reading.null_score == pytest.approx(other.null_score, abs=tolerance)
        assert [(span.start, span.end) for span in reading.spans] == [
            (span.start, span.end) for span in other.spans
        ]
        assert [span.score for span in reading.spans] == pytest.approx(
            [span.score for span in other.spans], abs=tolerance
        )


def many_passages(count: int = 20) -> list[str]:
    words = " ".join(TEXTS).split()
    generator = np.random.default_rng(0)
    return [" ".join(generator.choice(words, int(generator.integers(1, 40)))) for _ in range(count)]


@pytest.mark.parametrize("batch_tokens", [100, 4096])
def test_a_passage_reads_the_same_alone_and_among_many(folder: Path, batch_tokens: int) -> None:
    reader = ExtractiveReader(folder, dtype="float32", batch_tokens=batch_tokens)
    some = many_passages()
    assert_same(reader.read(QUESTION, some), [reader.read(QUESTION, [passage])[0] for passage in some])


def test_windows_of_a_long_passage_merge(folders: dict[str, Path]) -> None:
    whole = ExtractiveReader(folders["roberta"], dtype="float32", window_tokens=128, stride_tokens=20)
    passage = " ".join(many_passages(8))
    reading = whole.read(QUESTION, [passage])[0]
    assert len(reading.spans) == 5
    assert max(span.end for span in reading.spans) <= len(passage)
    # The model has 128 positions, so asking for more changes nothing.
    short = ExtractiveReader(folders["roberta"], dtype="float32", window_tokens=1000, stride_tokens=20)
    assert_same([reading], short.read(QUESTION, [passage]))


def test_a_long_question_leaves_room_for_the_passage(folder: Path) -> None:
    reader = ExtractiveReader(folder, dtype="float32", window_tokens=40)
    reading = reader.read("Who won " * 200, [TEXTS[0]])[0]
    assert reading.spans
    assert np.isfinite(reading.null_score)


@pytest.mark.parametrize("passage", ["", " ", "\n\t", "\u200b", " , "])
def test_a_passage_without_words_has_a_null_score_and_no_spans(folder: Path, passage: str) -> None:
    reading = ExtractiveReader(folder, dtype="float32").read(QUESTION, [passage])[0]
    assert reading.spans == ()
    assert np.isfinite(reading.null_score)


def test_nothing_to_read(folder: Path) -> None:
    assert ExtractiveReader(folder).read(QUESTION, []) == []


def test_half_characters_are_read(folder: Path) -> None:
    reading = ExtractiveReader(folder, dtype="float32").read("Who \ud800?", ["won by \ud83d Denver"])[0]
    assert all(0 <= span.start < span.end <= 15 for span in reading.spans)


def test_pairs_come_back_in_order_with_progress(folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extractive, "PAIRS_AT_ONCE", 4)
    reader = ExtractiveReader(folders["bert"], dtype="float32", spans_per_passage=2)
    pairs = [(f"Who won {number}?", passage) for number, passage in enumerate(many_passages(10))]
    done: list[int] = []
    readings = reader.read_pairs(pairs, done.append)
    assert done == [4, 4, 2]
    assert all(len(reading.spans) <= 2 for reading in readings)
    assert_same(readings, [reader.read(*pair[:1], pair[1:])[0] for pair in pairs])


def test_many_threads_load_once_and_read_the_same(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[Path] = []
    load, lock = scoring.load_scorer, threading.Lock()

    def counted(folder: Path, int8: bool) -> Any:
        with lock:
            loads.append(folder)
        return load(folder, int8)

    monkeypatch.setattr(scoring, "load_scorer", counted)
    reader = ExtractiveReader(folders["bert"], dtype="float32")
    some = many_passages(6)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: reader.read(QUESTION, some), range(16)))
    assert loads == [folders["bert"]]
    for readings in results:
        assert_same(readings, results[0])


@pytest.mark.parametrize(
    "knobs", [{"dtype": "int4"}, {"batch_tokens": 0}, {"stride_tokens": -1}, {"max_answer_tokens": 0}]
)
def test_knobs_that_make_no_sense(knobs: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        ExtractiveReader(**knobs)


def test_a_model_in_memory_has_a_fingerprint_of_its_own(folder: Path) -> None:
    model = load_model(folder)
    one, other = (ExtractiveReader.of(model) for _ in range(2))
    assert len({one.fingerprint, other.fingerprint, ExtractiveReader().fingerprint}) == 3


def test_the_bundled_reader_answers() -> None:
    passage = "Super Bowl 50 was won by the Denver Broncos. It was held in Santa Clara, California."
    for dtype in ("float32", "int8"):
        reader = ExtractiveReader(dtype=dtype)
        reader.warm_up()
        won, held = (
            reader.read(question, [passage])[0] for question in (QUESTION, "Where was Super Bowl 50 held?")
        )
        assert "Denver Broncos" in passage[won.spans[0].start : won.spans[0].end]
        assert "Santa Clara" in passage[held.spans[0].start : held.spans[0].end]
        assert won.margin > 0


def test_int8_scores_of_the_bundled_reader_are_near_and_hardly_depend_on_the_batch() -> None:
    passages = ["It was won by the Denver Broncos in 2016.", "The score was 24 to 10. " * 9, "Santa Clara"]
    exact, reader = (ExtractiveReader(dtype=dtype) for dtype in ("float32", "int8"))
    together = reader.read("Who won?", passages)
    for passage, reading, near in zip(passages, together, exact.read("Who won?", passages), strict=True):
        assert reading.spans[0].score == pytest.approx(near.spans[0].score, abs=0.5)
        assert reading.null_score == pytest.approx(near.null_score, abs=0.5)
        alone = reader.read("Who won?", [passage])[0]
        assert reading.spans[0].score == pytest.approx(alone.spans[0].score, abs=0.02)
        assert reading.null_score == pytest.approx(alone.null_score, abs=0.02)
