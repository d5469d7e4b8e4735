from __future__ import annotations

import pytest

from qa.follow_ups.antecedents import Turn, antecedent
from qa.follow_ups.topics import topic

MAYOR = "Anna Berg was sworn in as mayor. Berg said she would freeze rents. Her rival, Karl Holm, said he was ill."


@pytest.mark.parametrize(
    ("pronoun", "turn", "meant"),
    [
        ("she", Turn("Who is the mayor of Lumen?", "Anna Berg", MAYOR), "Anna Berg"),
        ("she", Turn("What share of the vote did Anna Berg get?", "54 per cent", MAYOR), "Anna Berg"),
        ("he", Turn("Who did Anna Berg beat?", "Karl Holm", MAYOR), "Karl Holm"),
        ("her", Turn("Who beat Karl Holm in Lumen?", "Berg", MAYOR), "Anna Berg"),
        ("he", Turn("Why did Karl Holm resign?", "his wife, Eva, was ill", ""), "Karl Holm"),
        ("he", Turn("How old is Anna Berg's brother?", "30", MAYOR), "Anna Berg's brother"),
        ("it", Turn("How much does the Fennec cost?", "4,900 crowns", ""), "the Fennec"),
        ("it", Turn("What was stolen from the museum in Karst?", "a bridal crown", ""), "the bridal crown"),
        ("it", Turn("Who founded Velina?", "Benoit Carel", ""), "Velina"),
        (
            "its",
            Turn("How many people died in the Weaver Street fire?", "Forty-one", ""),
            "the Weaver Street fire",
        ),
        ("it", Turn("What was the name of Karl Holm's ship?", "the Alma", ""), "the Alma"),
        ("they", Turn("How long did the nurses in Lorne strike?", "19 days", ""), "the nurses in Lorne"),
        ("them", Turn("How many lanterns were recovered?", "98 per cent", ""), "the lanterns"),
        ("there", Turn("Where was the bell found?", "in a cellar in Uruguay", ""), "a cellar in Uruguay"),
        ("there", Turn("How many shops are in Karst?", "12", ""), "Karst"),
        ("she", Turn("Who is Anna Berg?", "the mayor of Lumen", MAYOR), "Anna Berg"),
        ("he", Turn("Who is Anna Berg's rival?", "the head of the party, Karl Holm", MAYOR), "Karl Holm"),
        ("she", Turn("Anna Berg"), "Anna Berg"),
        ("she", Turn("How many rents were frozen?", "40", MAYOR), "Anna Berg"),
        ("they", Turn("What is in Mill Lane?", "The post office", ""), "the post office"),
        ("there", Turn("Who discovered Candle Hall?", "Anna Berg", MAYOR), "Candle Hall"),
        ("he", Turn("Who visited Kyiv?"), ""),
        ("she", Turn("How much is it?", "12 crowns", ""), ""),
    ],
)
def test_what_a_pronoun_stands_for(pronoun: str, turn: Turn, meant: str) -> None:
    assert antecedent(pronoun, [turn]) == meant


def test_an_earlier_turn_is_asked_when_the_latest_has_nothing() -> None:
    turns = [Turn("Who is the mayor of Lumen?", "Anna Berg", MAYOR), Turn("How high is the rent?", "12 crowns")]
    assert antecedent("she", turns) == "Anna Berg"


def test_an_abstention_leaves_only_the_question() -> None:
    assert antecedent("she", [Turn("Did Anna Berg resign?")]) == "Anna Berg"


@pytest.mark.parametrize(
    ("turn", "about"),
    [
        (Turn("When was the concert hall in Karst finished?", "2006"), "the concert hall in Karst"),
        (Turn("In Lauben, how many fish did the dye works Rotach kill?"), "the dye works Rotach"),
        (Turn("Who won?", "Anna Berg"), "Anna Berg"),
        (Turn("Why?"), ""),
    ],
)
def test_what_a_turn_is_about(turn: Turn, about: str) -> None:
    assert topic(turn) == about
