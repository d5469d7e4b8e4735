import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import DataError
from qa.evaluation import Example, gold_article_id, leave_out, load_examples, make_articles, sample
from qa.evaluation.data.examples import count_drafts

CONTEXT = "The ferry Aurelia left Pallin at noon with 212 passengers."
ANSWERS = [
    {"text": "noon", "answer_start": CONTEXT.index("noon")},
    {"text": "at noon", "answer_start": CONTEXT.index("at noon")},
]


def squad(*qas: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": "v2.0",
        "data": [{"title": "Ferry_Aurelia", "paragraphs": [{"context": CONTEXT, "qas": qas}]}],
    }


def write(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def example(number: int, context: str = CONTEXT, title: str = "") -> Example:
    return Example(str(number), f"Question {number}?", context, title)


def test_reads_squad_v2(tmp_path: Path) -> None:
    answered = {"id": "a", "question": "When did it leave?", "answers": ANSWERS, "is_impossible": False}
    unanswerable = {"id": "b", "question": "Who built it?", "answers": [], "is_impossible": True}
    first, second = load_examples(write(tmp_path / "dev.json", squad(answered, unanswerable)))
    assert first == Example("a", "When did it leave?", CONTEXT, "Ferry_Aurelia", ("noon", "at noon"), (33, 30))
    assert (first.is_impossible, second.is_impossible) == (False, True)


def test_reads_squad_v1_without_is_impossible_or_title(tmp_path: Path) -> None:
    data = squad({"id": 7, "question": "When?", "answers": ANSWERS})
    del data["data"][0]["title"]
    (only,) = load_examples(str(write(tmp_path / "dev.JSON", data)))
    assert (only.id, only.title, only.is_impossible) == ("7", "", False)


def test_reads_jsonl_with_blank_lines_and_odd_separators(tmp_path: Path) -> None:
    line = {
        "id": "x",
        "question": "When?",
        "context": "A line\u2028and another.",
        "answers": [{"text": "A line"}],
        "is_impossible": False,
        "source": "made up",
        "title": "T",
    }
    text = json.dumps(line, ensure_ascii=False) + "\r\n\n" + json.dumps({**line, "id": "y"})
    first, second = load_examples(write(tmp_path / "dev.jsonl", text))
    assert first.context == "A line\u2028and another."
    assert first.answer_starts == (0,)
    assert first.context is second.context


@pytest.mark.parametrize(("given", "expected"), [(None, 4), (9, 4), (4, 4)])
def test_an_answer_is_found_at_its_only_place(tmp_path: Path, given: int | None, expected: int) -> None:
    answer = {"text": "line"} | ({} if given is None else {"answer_start": given})
    line = {"id": "x", "question": "What?", "context": "One line of two words.", "answers": [answer]}
    (only,) = load_examples(write(tmp_path / "a.jsonl", json.dumps(line)))
    assert only.answer_starts == (expected,)
    twice = json.dumps(line | {"context": "One line, one line."})
    (only,) = load_examples(write(tmp_path / "b.jsonl", twice))
    assert only.answer_starts == (4 if given == 4 else given or -1,)


def test_drafts_are_left_out_and_counted(tmp_path: Path) -> None:
    ready = {"id": "x", "question": "What?", "context": "One line.", "answers": []}
    draft = ready | {"id": "y", "draft": True, "question": ""}
    lines = write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, (ready, draft, ready | {"draft": False}))))
    assert ([one.id for one in load_examples(lines)], count_drafts(lines)) == (["x", "x"], 1)
    with pytest.raises(DataError, match="no questions except drafts: correct them"):
        load_examples(write(tmp_path / "b.jsonl", json.dumps(draft)))
    assert count_drafts(write(tmp_path / "a.json", squad({"id": "z", "question": "?", "draft": True}))) == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "id,question", "unknown format"),
        ("a.json", "{", "is not valid JSON"),
        ("a.json", [], "expected an object with 'data'"),
        ("a.json", {"data": {}}, "has a 'data' of the wrong type"),
        ("a.json", {"data": []}, "contains no questions"),
        ("a.json", {"data": [{"paragraphs": [{"qas": []}]}]}, r"data\[0\].paragraphs\[0\] has no 'context'"),
        ("a.json", squad({"id": "a", "answers": []}), "has no 'question'"),
        ("a.json", squad({"id": "a", "question": "?", "answers": ["noon"]}), "expected an object with 'text'"),
        ("a.json", squad({"id": "a", "question": "?", "answers": ANSWERS, "is_impossible": True}), "contradicts"),
        ("a.jsonl", "\n{}", "line 2 has no 'context'"),
        ("a.jsonl", "\n", "contains no questions"),
        ("a.jsonl", "{]", "line 1 is not valid JSON"),
    ],
)
def test_malformed_files_are_explained(tmp_path: Path, name: str, content: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_examples(write(tmp_path / name, content))


def test_unreadable_files_are_explained(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        load_examples(tmp_path / "missing.json")
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "\xe9"}')
    with pytest.raises(DataError, match="cannot be read"):
        load_examples(tmp_path / "latin.jsonl")


@given(st.integers(1, 60), st.integers(1, 60), st.integers())
@settings(max_examples=50)
def test_a_sample_is_an_ordered_part_and_repeats_by_seed(size: int, limit: int, seed: int) -> None:
    examples = [example(i) for i in range(size)]
    chosen = sample(examples, limit, seed)
    assert len(chosen) == min(size, limit)
    assert [int(one.id) for one in chosen] == sorted({int(one.id) for one in chosen})
    assert chosen == sample(examples, limit, seed)


def test_sample_limits() -> None:
    examples = [example(i) for i in range(40)]
    assert sample(examples) == examples
    assert sample(examples, 10, seed=1) != sample(examples, 10, seed=2)
    with pytest.raises(DataError, match="at least 1"):
        sample(examples, 0)


def test_articles_are_the_distinct_contexts() -> None:
    examples = [example(0, "One.", "First_one"), example(1, "Two."), example(2, "One.", "Again")]
    articles = make_articles(examples)
    assert [(article.text, article.title) for article in articles] == [("One.", "First one"), ("Two.", "")]
    assert [gold_article_id(one) for one in examples] == [articles[i].id for i in (0, 1, 0)]
    assert gold_article_id(examples[1]) == make_articles(examples[1:2])[0].id


def test_left_out_articles_and_the_kept_make_the_whole() -> None:
    articles = make_articles([example(i, f"Context {i}.") for i in range(21)])
    kept, left = leave_out(articles, 0.5, seed=3)
    assert len(left) == 10
    assert sorted(kept + left, key=articles.index) == articles
    assert [articles.index(article) for article in kept] == sorted(articles.index(article) for article in kept)
    assert leave_out(articles, 0.5, seed=3) == (kept, left)
    assert leave_out(articles, 0.5, seed=4) != (kept, left)
    with pytest.raises(DataError, match="between 0 and 1"):
        leave_out(articles, 1.5)


@given(st.lists(st.integers(0, 8), min_size=1, max_size=40), st.floats(0, 1), st.integers())
@settings(max_examples=50)
def test_what_hangs_together_is_left_out_together(groups: list[int], share: float, seed: int) -> None:
    articles = list(enumerate(groups))
    kept, left = leave_out(articles, share, seed, together=lambda article: article[1])
    assert sorted(kept + left) == articles
    gone = {group for _, group in left}
    assert gone.isdisjoint(group for _, group in kept)
    assert len(gone) == round(share * len(set(groups)))


def test_the_questions_drawn_are_not_those_left_out() -> None:
    examples = [Example(str(i), "?", f"Text {i}.") for i in range(100)]
    _, left = leave_out(make_articles(examples), 0.5)
    gone = {article.id for article in left}
    drawn = sample(examples, 40)
    assert 10 < sum(gold_article_id(example) in gone for example in drawn) < 30
