"""The language of a text: recognised where it is clear, and not guessed where it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import seeds
from qa.languages import is_foreign, language_name, recognise_language

TEXTS = {
    "en": (
        "The lighthouse of Vela stands on a rock in the bay. The fishermen of the village built and paid for it."
    ),
    "de": (
        "Der Leuchtturm von Vela steht auf einem Felsen in der Bucht. "
        "Die Fischer des Dorfes bauten und bezahlten ihn."
    ),
    "fr": (
        "Le phare de Vela se dresse sur un rocher dans la baie. Les pêcheurs du village l'ont construit et payé."
    ),
    "es": "El faro de Vela se levanta sobre una roca en la bahía. Los pescadores del pueblo lo construyeron.",
    "it": "Il faro di Vela sorge su uno scoglio nella baia. I pescatori del villaggio lo costruirono.",
    "nl": "De vuurtoren van Vela staat op een rots in de baai. De vissers van het dorp hebben hem gebouwd.",
    "pl": "Latarnia morska w Veli stoi na skale w zatoce. Rybacy z wioski sami ją zbudowali i za nią zapłacili.",
    "ru": (
        "Маяк Вела стоит на скале посреди залива. Его построили и оплатили рыбаки из соседней деревни. "
        "Каждую зиму волны доходят до двери, и смотритель остаётся внутри до весны."
    ),
    "ar": (
        "تقع منارة فيلا على صخرة في وسط الخليج. وقد بناها صيادو القرية المجاورة "
        "ودفعوا ثمنها بأنفسهم قبل سنوات طويلة من بناء الميناء الجديد."
    ),
    "ja": "ヴェラの灯台は湾の中の岩の上に立っている。村の漁師たちがそれを建て、費用を払った。" * 3,
}


@pytest.mark.parametrize("code", TEXTS)
def test_a_clear_text_is_recognised(code: str) -> None:
    assert recognise_language(TEXTS[code]) == code
    assert recognise_language(f"{TEXTS[code]}\n\n" * 60) == code
    assert is_foreign(code) == (code != "en")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Gemeinderat Vela",
        "Der Leuchtturm von Vela ist hoch.",
        "1911 - 1931 - 42,5 % (+3) 2024-01-15 " * 40,
        f"{TEXTS['en']} {TEXTS['de']} " * 3,
        TEXTS["en"] * 30 + TEXTS["fr"] * 30,
        "Anna Berg\nJonas Tarn\nBerta Holm\nInes Bratt\nEdna Kestrel\nTom Birch\nConrad Weil\n" * 4,
    ],
    ids=str,
)
def test_nothing_is_said_of_a_short_mixed_or_unclear_text(text: str) -> None:
    assert recognise_language(text) in ("", "en")
    assert not is_foreign(recognise_language(text))


def test_the_seed_articles_are_english() -> None:
    assert {recognise_language(path.read_text("utf-8")) for path in seeds.FOLDER.glob("*.txt")} == {"en"}


@given(st.text(max_size=2000))
def test_any_text_has_a_known_language_or_none(text: str) -> None:
    code = recognise_language(text)
    assert code == "" or language_name(code) != code


def test_names_and_regional_codes() -> None:
    assert (language_name("pt"), language_name("xx")) == ("Portuguese", "xx")
    assert not any(map(is_foreign, ("", "en", "EN", "en-GB")))
    assert is_foreign("pt-br")
