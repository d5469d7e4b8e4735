from __future__ import annotations

from qa.reader.input_layout import InputLayout, read_bert_layout
from qa.reader.model import BUNDLED
from qa.reader.specialist import TAGS, VERDICTS
from qa.training.specialist.network import UNLABELLED, collate, label
from qa.training.specialist.tasks import Task

TEXT = "The mill employs Anna Berg and Carl Dahl."


def layout() -> InputLayout:
    found = read_bert_layout(BUNDLED, positions=512, types=2)
    assert found
    return found


def tagged(task: Task, max_tokens: int = 64) -> list[tuple[str, str]]:
    """Return the pieces of the passage that are part of an item, with their tags."""
    (one,) = label([task], layout(), max_tokens)
    pieces = [layout().tokenizer.id_to_token(number) for number in one.window.ids]
    return [(piece, TAGS[tag]) for piece, tag in zip(pieces, one.classes, strict=True) if tag > 0]


def test_items_begin_and_go_on() -> None:
    spans = tuple((TEXT.index(name), TEXT.index(name) + len(name)) for name in ("Anna Berg", "Carl Dahl"))
    expected = [("anna", "begin"), ("berg", "inside"), ("carl", "begin"), ("dahl", "inside")]
    assert tagged(Task("Whom does it employ?", TEXT, spans)) == expected


def test_of_a_long_text_the_window_with_the_items_counts() -> None:
    text = f"{'It is old. ' * 60}{TEXT}"
    start = text.index("Carl")
    assert tagged(Task("Whom?", text, ((start, start + 4),))) == [("carl", "begin")]


def test_a_verdict_is_of_the_first_token_alone() -> None:
    (one,) = label([Task("Is it old?", TEXT, (), "no")], layout(), 64)
    assert (one.head, one.classes[0]) == ("verdict", VERDICTS.index("no"))
    assert set(one.classes[1:]) == {UNLABELLED}


def test_a_batch_is_padded_with_what_counts_for_nothing() -> None:
    tasks = [Task("Is it old?", TEXT, (), "no"), Task("Is it old?", TEXT * 3, (), "yes")]
    ids, kinds, mask, classes = collate(label(tasks, layout(), 64))
    assert ids.shape == kinds.shape == mask.shape == classes.shape
    padding = mask[0] == 0
    assert padding.any()
    assert set(classes[0][padding].tolist()) == {UNLABELLED}
