"""Recognise the language of a text, and name it."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

__all__ = ["is_foreign", "language_name", "recognise_language"]

MIN_LETTERS = 60
"""Of a shorter text nothing is said: names and loan words would decide."""
MIN_SHARE = 0.8
"""The mean probability that a language needs over the samples of a text; in a mixed text, none has it."""
SAMPLES = 10
SAMPLE_CHARACTERS = 150

READER_LANGUAGE = "en"
_NO_LANGUAGE = "zxx"
_LOCK = Lock()

_TABLE = """
af Afrikaans, am Amharic, an Aragonese, ar Arabic, as Assamese, az Azerbaijani, ba Bashkir, be Belarusian, bg
Bulgarian, bn Bengali, br Breton, bs Bosnian, ca Catalan, cs Czech, cy Welsh, da Danish, de German, dz
Dzongkha, el Greek, en English, eo Esperanto, es Spanish, et Estonian, eu Basque, fa Persian, fi Finnish, fo
Faroese, fr French, fy Western Frisian, ga Irish, gd Scottish Gaelic, gl Galician, gu Gujarati, ha Hausa, he
Hebrew, hi Hindi, hr Croatian, ht Haitian Creole, hu Hungarian, hy Armenian, id Indonesian, ig Igbo, is
Icelandic, it Italian, ja Japanese, jv Javanese, ka Georgian, kk Kazakh, km Khmer, kn Kannada, ko Korean, ku
Kurdish, ky Kyrgyz, la Latin, lb Luxembourgish, lg Ganda, ln Lingala, lo Lao, lt Lithuanian, lv Latvian, mg
Malagasy, mk Macedonian, ml Malayalam, mn Mongolian, mr Marathi, ms Malay, mt Maltese, my Burmese, ne Nepali,
nl Dutch, nn Norwegian Nynorsk, no Norwegian, oc Occitan, om Oromo, or Odia, pa Punjabi, pl Polish, ps Pashto,
pt Portuguese, qu Quechua, ro Romanian, ru Russian, rw Kinyarwanda, sa Sanskrit, se Northern Sami, si Sinhala,
sk Slovak, sl Slovenian, sn Shona, so Somali, sq Albanian, sr Serbian, st Southern Sotho, sv Swedish, sw
Swahili, ta Tamil, te Telugu, tg Tajik, th Thai, tk Turkmen, tl Tagalog, tr Turkish, tt Tatar, ug Uyghur, uk
Ukrainian, ur Urdu, uz Uzbek, vi Vietnamese, vo Volapük, wa Walloon, xh Xhosa, yo Yoruba, zh Chinese, zu Zulu
"""
_NAMES = dict(entry.split(" ", 1) for entry in " ".join(_TABLE.split()).split(", "))
"""The languages that are told apart. Those without a code of two letters are left out, such as dialects."""


def recognise_language(text: str) -> str:
    """Return the ISO 639-1 code of the text's language; empty for a short or mixed text, or an unclear one."""
    samples = _samples(text)
    if sum(character.isalpha() for sample in samples for character in sample) < MIN_LETTERS:
        return ""
    shares: defaultdict[str, float] = defaultdict(float)
    characters = sum(map(len, samples))
    with _LOCK:  # nobody promises that the identifier is thread-safe
        for sample in samples:
            language, probability = _identifier().classify(sample)
            shares[language] += probability * len(sample) / characters
    language = max(shares, key=shares.__getitem__)
    return language if shares[language] >= MIN_SHARE and language != _NO_LANGUAGE else ""


def language_name(code: str) -> str:
    """Return the English name of a language, or the code itself if it has none here."""
    return _NAMES.get(code, code)


def is_foreign(code: str) -> bool:
    """Return whether a recognised language is another one than the reader's, English."""
    return bool(code) and code.partition("-")[0].lower() != READER_LANGUAGE


def _samples(text: str) -> list[str]:
    """Return the text if it is short, else samples spread evenly over it."""
    if len(text) <= SAMPLES * SAMPLE_CHARACTERS:
        starts = range(0, len(text), SAMPLE_CHARACTERS)
    else:
        last = len(text) - SAMPLE_CHARACTERS
        starts = range(0, last + 1, last // (SAMPLES - 1))
    return [text[start : start + SAMPLE_CHARACTERS] for start in starts]


@lru_cache(1)
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([*_NAMES, _NO_LANGUAGE])
    return identifier
