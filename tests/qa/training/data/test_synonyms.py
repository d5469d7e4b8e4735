from __future__ import annotations

from pathlib import Path

import pytest

from qa.errors import DataError
from qa.training.data.synonyms import Synonyms

LICENCE = "  1 This is the licence.\n"
FILES = {
    "data.noun": "00000010 04 n 02 sea 0 ocean 0 000 | water\n"
    "00000020 04 n 03 boat 0 barge 0 House_Boat 0 000 | a boat\n"
    "00000030 04 n 02 buy 0 bargain 0 000 | a bargain\n",
    "index.noun": "boat n 1 0 1 1 00000020\nbuy n 1 0 1 0 00000030\nsea n 2 0 2 1 00000010 00000020\n",
    "data.verb": "00000040 04 v 02 buy 0 purchase 0 000 01 + 08 00 | acquire\n",
    "index.verb": "buy v 1 0 1 1 00000040\npurchase v 1 0 1 1 00000040\n",
    "data.adj": "",
    "index.adj": "",
    "data.adv": "",
    "index.adv": "",
    "verb.exc": "bought buy\nbuying buy\n",
}


@pytest.fixture
def wordnet(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(LICENCE + text if "." in name and "exc" not in name else text, "utf-8")
    return tmp_path


def test_synonyms_are_the_other_words_of_the_first_sense(wordnet: Path) -> None:
    assert Synonyms.load(wordnet).of("sea") == ["ocean"]


def test_a_synonym_has_the_form_of_its_word(wordnet: Path) -> None:
    synonyms = Synonyms.load(wordnet)
    assert synonyms.of("boats") == ["barges"]
    assert synonyms.of("purchased") == ["bought"]


def test_a_word_is_taken_as_what_it_mostly_is(wordnet: Path) -> None:
    assert Synonyms.load(wordnet).of("buy") == ["purchase"]


def test_names_phrases_and_unknown_words_have_none(wordnet: Path) -> None:
    assert Synonyms.load(wordnet).of("zeppelin") == []
    assert "house_boat" not in " ".join(Synonyms.load(wordnet).of("boat")).lower()


def test_a_folder_without_wordnet_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="wordnet-base"):
        Synonyms.load(tmp_path)
