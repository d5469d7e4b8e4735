import json
from pathlib import Path
from typing import Any

import pytest

from embeddings.encoder import SentenceEncoder
from qa.errors import DataError
from qa.evaluation import Corpus, OpenMode, ReaderMode, RetrievalMode, evaluate, load_dataset
from qa.reader import Reader
from qa.types import Article

TEXTS = {
    "d1": ("Orsk", "The mill at Orsk was sold in 1871 to the Dane Per Holt."),
    "d2": ("Vell", "A lamp burned in the tower of Vell for forty years."),
    "d3": ("Orsk again", "In Orsk stands a mill."),
    "d4": ("Only a title", ""),
}
QUERIES: list[dict[str, Any]] = [
    {"_id": "q1", "text": "When was the mill at Orsk sold?", "answers": ["1871"]},
    {"_id": "q2", "text": "How long did the lamp burn?", "metadata": {"answers": ["forty years", "40 years"]}},
    {"_id": "q3", "text": "Who is not judged?", "answers": ["x"]},
]
JUDGED = "query-id\tcorpus-id\tscore\nq1\td3\t2\nq1\td1\t1\nq1\td2\t0\nq2\td2\t1\n"


def write(
    folder: Path, queries: list[dict[str, Any]] = QUERIES, judged: str = JUDGED, split: str = "test"
) -> Path:
    (folder / "qrels").mkdir(parents=True)
    corpus = [{"_id": id_, "title": title, "text": text} for id_, (title, text) in TEXTS.items()]
    for name, records in (("corpus", corpus), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, records)) + "\n", "utf-8")
    (folder / "qrels" / f"{split}.tsv").write_text(judged, "utf-8")
    return folder


def without_answers() -> list[dict[str, Any]]:
    return [{"_id": query["_id"], "text": query["text"]} for query in QUERIES]


def id_of(name: str) -> str:
    return Article("", source=f"beir:{name}").id


def test_questions_articles_and_judgements_are_read(tmp_path: Path) -> None:
    data = load_dataset(write(tmp_path / "mills"))
    assert (data.name, data.answers, len(data.sha256)) == ("mills", True, 64)
    assert [article.title for article in data.articles] == ["Orsk", "Vell", "Orsk again", "Only a title"]
    assert data.articles[3].text == "Only a title"
    first, second = data.examples
    # the best text that holds the answer, though another is judged better
    assert (first.context, first.answers, first.answer_starts) == (TEXTS["d1"][1], ("1871",), (29,))
    assert (second.title, second.answers, second.answer_starts) == ("Vell", ("forty years", "40 years"), (39, -1))
    assert data.relevant == {"q1": {id_of("d3"): 2, id_of("d1"): 1}, "q2": {id_of("d2"): 1}}


def test_the_judgements_of_the_test_split_come_first(tmp_path: Path) -> None:
    folder = write(tmp_path, judged="q2\td2\t1\n")
    (folder / "qrels" / "train.tsv").write_text(JUDGED, "utf-8")
    assert [example.id for example in load_dataset(folder).examples] == ["q2"]
    (folder / "qrels" / "test.tsv").unlink()
    assert [example.id for example in load_dataset(folder).examples] == ["q1", "q2"]


def test_without_answers_it_serves_retrieval(tmp_path: Path, encoder: SentenceEncoder, reader: Reader) -> None:
    data = load_dataset(write(tmp_path, without_answers()))
    assert data.answers is False
    corpus = Corpus()
    corpus.encoder = encoder
    metrics = evaluate(RetrievalMode(data, corpus)).metrics
    assert metrics is not None
    assert (metrics["recall_at_5"], metrics["mrr_at_10"]) == (1, 1)
    # the two texts of the first question stand in either order, one graded 2
    assert metrics["ndcg_at_10"] is not None
    assert 0.85 < metrics["ndcg_at_10"] <= 1
    for mode in (lambda: ReaderMode(data, reader), lambda: OpenMode(data, corpus)):
        with pytest.raises(DataError, match="retrieval"):
            mode()


def test_with_answers_it_serves_all_modes(tmp_path: Path, reader: Reader) -> None:
    metrics = evaluate(ReaderMode(load_dataset(write(tmp_path)), reader)).metrics
    assert metrics is not None
    assert metrics["exact_match"] == 100


@pytest.mark.parametrize(
    ("queries", "judged", "message"),
    [
        ([QUERIES[0], without_answers()[1]], JUDGED, "only some questions have answers"),
        ([{"_id": "q1"}], JUDGED, "line 1 has no 'text'"),
        ([{"_id": "q1", "text": "?", "answers": "1871"}], JUDGED, "list of strings"),
        (QUERIES, "query-id\tcorpus-id\tscore\nq1\td1\n", "cannot be read as relevance judgements"),
        (QUERIES, "q1\td1\tgood\nq1\td1\tbad\n", "cannot be read as relevance judgements"),
        (QUERIES, "", "contains no questions with relevance judgements"),
    ],
)
def test_damaged_data_is_refused(queries: list[dict[str, Any]], judged: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        load_dataset(write(tmp_path, queries, judged))


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"corpus.jsonl, queries.jsonl, qrels/\*.tsv missing"):
        load_dataset(tmp_path)
