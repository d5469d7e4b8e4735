"""Rewrites a follow-up question so that it stands alone, with words from the conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.english.lexicon import BE, DO, POSSESSIVES, PREPOSITIONS, YEAR, Token, is_plural
from qa.english.noun_phrases import PLACING, TIES, Mention, has_name, mentions, names_of
from qa.follow_ups.antecedents import MOST_WORDS, Turn, antecedent, topic
from qa.follow_ups.counterparts import find_counterpart
from qa.follow_ups.parsing import Question, parse
from qa.follow_ups.pronouns import free_pronouns

__all__ = ["rewrite"]

YEAR_BEFORE = re.compile(r"\b(?:in )?the (?:year before|previous year)\b(?=\W*$)", re.IGNORECASE)
YEAR_AFTER = re.compile(r"\b(?:in )?the (?:year after|following year|next year)\b(?=\W*$)", re.IGNORECASE)
THE_OTHER = re.compile(r"\bthe other(?: one\b|(?=\W*$))", re.IGNORECASE)
ONE_OF_A_KIND = re.compile(r"(the) (?!other\b)(\w+) ones?", re.IGNORECASE)
STRESSING = frozenset({"not", "so", "exactly"})  # "Why not?" and "Why so few?" ask what was said before
SUBJECTS = {"who": "someone", "whom": "someone", "what": "something"}
END = re.compile(r"[\s?.!]*$")


def rewrite(question: str, turns: Sequence[Turn]) -> str:
    """Return a follow-up question that stands alone.

    :param turns: the turns before, the latest last; without any, the question is returned unchanged.
    """
    if not turns:
        return question
    latest = turns[-1]
    replaced = _with_counterpart(question, turns)
    is_other = replaced != question  # than what the conversation is about
    text = _with_antecedents(replaced, list(turns))
    text = _with_fuller_phrases(_with_years(text, latest), latest)
    parsed = parse(text)
    if parsed.is_fragment:
        is_other |= bool(ONE_OF_A_KIND.fullmatch(parsed.slice(parsed.opening)))
        text = _in_its_place(parsed, latest)
    elif _is_bare(parsed):
        text = _asked_again(parsed, latest)
    elif noun := _with_noun(parsed, latest):
        text = noun
    else:
        text = parsed.slice(parsed.opening)
    return _tidy(text if is_other or has_name(text) else _with_topic(text, latest))


def _with_antecedents(question: str, turns: list[Turn]) -> str:
    """Replace pronouns by what they stand for, each thing once: later pronouns can refer to that."""
    parsed, named = parse(question), set[str]()
    edits: list[tuple[int, int, str]] = []
    for token in free_pronouns(parsed):
        word = token.lower
        if word in {"that", "this", "these", "those", "then"}:
            edits += _pointing(parsed, token, turns)
            continue
        meant = antecedent(word, turns)
        if has_name(question):
            meant = _without_ties(meant)
        if meant and meant not in named:
            named.add(meant)
            edits.append((token.start, token.end, _in_the_form_of(word, meant, parsed, token)))
    return _edited(question, edits)


def _with_counterpart(question: str, turns: Sequence[Turn]) -> str:
    """Replace "the other one" by what it stands for; after "What about", ask the question before of that."""
    other = find_counterpart(turns) if THE_OTHER.search(question) else None
    if other is None:
        return question
    if parse(question).is_fragment:
        return _put(other.text, other.first, turns[-1])
    return THE_OTHER.sub(lambda _: other.text, question)


def _without_ties(phrase: str) -> str:
    """Return "the turnout" for "the turnout in Tarnbury": the question already has a name."""
    words = phrase.split()
    tie = next((i for i, word in enumerate(words) if word in TIES), len(words))
    core = " ".join(words[:tie])
    return core if core[:1].islower() and not has_name(core) else phrase


def _with_fuller_phrases(question: str, turn: Turn) -> str:
    """Replace "the mill" by "the new mill of Brightloom", as the turn before called it."""
    edits = []
    for mention in mentions(question):
        same = [other for other in turn.mentions if other.head == mention.head]
        fuller = [other for other in same if other.is_name and not other.inside]
        if fuller and not mention.is_name:
            edits.append((mention.start, mention.end, fuller[0].text))
    return _edited(question, edits)


def _pointing(parsed: Question, token: Token, turns: list[Turn]) -> list[tuple[int, int, str]]:
    """Return the edits that replace "that one", "that" or "then"."""
    i = parsed.tokens.index(token)
    after = parsed.tokens[i + 1] if i + 1 < len(parsed.tokens) else None
    if token.lower == "then" or (after and after.lower != "one"):
        return []
    if after:
        meant = antecedent("it", turns)
        return [(token.start, after.end, meant)] if meant else []
    statement = _statement(turns[-1])
    return [(token.start, token.end, f"that {statement}")] if statement and parsed.auxiliary is None else []


def _in_the_form_of(pronoun: str, meant: str, parsed: Question, token: Token) -> str:
    after = parsed.text[token.end : token.end + 2].strip()
    owns = pronoun in POSSESSIVES and (pronoun != "her" or bool(after[:1].isalnum()))
    if pronoun == "there":
        return f"in {meant}"
    if not owns:
        return meant
    return f"{meant}'" if meant.endswith("s") and is_plural(meant.rsplit(maxsplit=1)[-1]) else f"{meant}'s"


def _with_years(question: str, turn: Turn) -> str:
    if turn.year is None:
        return question
    question = YEAR_BEFORE.sub(f"in {turn.year - 1}", question)
    return YEAR_AFTER.sub(f"in {turn.year + 1}", question)


def _is_bare(parsed: Question) -> bool:
    """Whether a question is little but its question phrase, "Why is that?" included."""
    rest = [token.lower for token in parsed.tokens[parsed.asks :]]
    return parsed.lacks_verb or (len(rest) == 2 and rest[0] in BE and rest[1] in {"that", "this", "so"})


def _asked_again(parsed: Question, turn: Turn) -> str:
    """Ask the question before with another question phrase: "By how many votes was she elected?"."""
    before = turn.parsed
    rest = parsed.tokens[parsed.asks :]
    stresses = parsed.lacks_verb and bool(rest) and rest[0].lower in STRESSING
    if rest and parsed.lacks_verb and not stresses:  # "why no wire"
        return _with_topic(parsed.slice(parsed.opening), turn)
    asks = parsed.slice(parsed.main, parsed.asks)
    if "else" in asks.lower().split() and before.wh is not None:
        return f"{asks} {before.slice(before.asks)}?"
    statement = _statement(turn)
    if before.auxiliary is not None and not before.asks_for_subject:
        degree = f" {parsed.slice(parsed.asks)}" if stresses and rest[0].lower == "so" else ""
        return f"{asks} {before.slice(before.auxiliary)}{degree}?"
    if not statement:
        return _with_topic(parsed.slice(parsed.opening), turn)
    if before.auxiliary is not None:
        auxiliary = before.tokens[before.auxiliary].text
        return f"{asks} {_spelt(auxiliary)} {_subject(turn)} {before.slice(before.auxiliary + 1)}?"
    is_past = not before.tokens[before.asks].lower.endswith("s") if before.asks < len(before.tokens) else True
    return f"{asks} {'was' if is_past else 'is'} it that {statement}?"


def _statement(turn: Turn) -> str:
    """Return the question before as a statement, with the answer as its subject if it asked for that."""
    before = turn.parsed
    if before.asks_for_subject:
        return f"{_subject(turn)} {before.slice(before.asks)}"
    if before.auxiliary is None:
        return ""
    auxiliary = before.tokens[before.auxiliary]
    first = next((mention for mention in turn.mentions if mention.start >= auxiliary.end), None)
    if first is None or first.start > auxiliary.end + 1:
        return ""
    verb = [] if auxiliary.lower in DO else [auxiliary.text]
    rest = END.sub("", turn.question[first.end :]).strip()
    return " ".join([turn.question[first.start : first.end], *verb, rest])


def _subject(turn: Turn) -> str:
    """Return the answer as a subject, or words that can stand for it."""
    counted = turn.parsed.asking == "how" or not turn.answer
    if turn.parsed.noun and (counted or len(turn.answer.split()) > MOST_WORDS):
        return f"the {turn.parsed.noun}"
    return turn.answer or SUBJECTS.get(turn.parsed.asking, "it")


def _with_noun(parsed: Question, turn: Turn) -> str:
    """Add the noun that "How many were there?", "Which is the deepest?" or "Does it have one?" leaves out."""
    asks = [token.lower for token in parsed.tokens[parsed.wh or 0 : parsed.asks]]
    noun, wh = turn.parsed.noun, parsed.slice(parsed.main, parsed.asks)
    if noun and parsed.tokens[-1].lower == "one":
        return _with_topic(f"{parsed.slice(parsed.opening)} of the {noun}?", turn)
    if not noun or parsed.auxiliary is None or asks not in (["how", "many"], ["which"]):
        return ""
    middle = noun if asks[0] == "how" else f"of the {noun}"
    return _with_topic(f"{wh} {middle} {parsed.slice(parsed.asks)}?", turn)


def _in_its_place(parsed: Question, turn: Turn) -> str:
    """Replace what a fragment such as "And in 2021?" contrasts with in the question before."""
    fragment = parsed.slice(parsed.opening)
    if not fragment:
        return turn.question
    for replace in (
        _year_for_year,
        _one_of_a_kind,
        _name_for_name,
        _verb_for_verb,
        _phrase_for_phrase,
    ):
        if text := replace(fragment, turn):
            return text
    return f"{END.sub('', turn.question)} {fragment}?"


def _year_for_year(fragment: str, turn: Turn) -> str:
    if not (year := YEAR.search(fragment)) or len(fragment.split()) > 2:
        return ""
    if YEAR.search(turn.question):
        return YEAR.sub(year[0], turn.question)
    return f"{END.sub('', turn.question)} in {year[0]}?"


def _one_of_a_kind(fragment: str, turn: Turn) -> str:
    """Replace "the northern tunnel" by "the southern tunnel" for "the southern one"."""
    if not (match := ONE_OF_A_KIND.fullmatch(fragment)):
        return ""
    for mention in turn.mentions:
        words = mention.text.split()
        if not mention.inside and words[0].lower() == "the" and len(words) > 1:
            kind = words[2:] if len(words) > 2 and words[2].lower() not in TIES else words[1:]
            return _put(" ".join([match[1], match[2], *kind]), mention, turn)
    return ""


def _name_for_name(fragment: str, turn: Turn) -> str:
    """Replace the name after the same preposition or, without one, the name after none."""
    first = parse(fragment).tokens[0]
    preposition = first.lower if first.lower in PREPOSITIONS else ""
    new = fragment[first.end :].strip() if preposition else fragment
    if not has_name(f"is {new}"):
        return ""
    names = [name for name in turn.mentions if name.is_name and (name.inside or not _parts(name, turn))]
    owner = [mention for mention in names if new.startswith((f"{mention.text}'s", f"{_last(mention)}'s"))]
    if not owner and names_of(f"is {new}") != [new]:  # more than a name
        return ""
    same = [mention for mention in names if preposition and mention.before == preposition]
    alike = [mention for mention in names if mention.is_place == (preposition in PLACING)]
    chosen = owner or same or alike or ([] if preposition else names)
    return _put(new, chosen[0], turn) if chosen else ""


def _verb_for_verb(fragment: str, turn: Turn) -> str:
    verb = re.match(r"to ([a-z]+)$", fragment)
    old = verb and re.search(r"\bto [a-z]+\b", turn.question)
    return turn.question.replace(old[0], fragment, 1) if old else ""


def _phrase_for_phrase(fragment: str, turn: Turn) -> str:
    """Replace the phrase after the same preposition; without one, the first phrase."""
    preposition = fragment.split(maxsplit=1)[0].lower()
    outer = [mention for mention in turn.mentions if not mention.inside]
    if preposition not in PREPOSITIONS:
        return _with_topic(_put(fragment, outer[0], turn), turn) if outer else ""
    for mention in outer:
        if mention.before == preposition:
            return _put(fragment[len(preposition) :].strip(), mention, turn)
        kept, tie, _ = mention.text.partition(f" {preposition} ")
        if tie:
            return _put(f"{kept} {fragment}", mention, turn)
    return ""


def _parts(whole: Mention, turn: Turn) -> list[Mention]:
    inside = [mention for mention in turn.mentions if mention.inside]
    return [part for part in inside if whole.start <= part.start and part.end <= whole.end]


def _last(mention: Mention) -> str:
    return mention.text.split()[-1]


def _put(new: str, old: Mention, turn: Turn) -> str:
    return turn.question[: old.start] + new + turn.question[old.end :]


def _tidy(text: str) -> str:
    """Return a question with a capital letter and a question mark."""
    text = END.sub("", text)
    return f"{text[:1].upper()}{text[1:]}?"


def _spelt(auxiliary: str) -> str:
    return "is" if auxiliary.lower() in {"'s", "’s"} else auxiliary


def _with_topic(text: str, turn: Turn) -> str:
    """Add the topic of the conversation in brackets."""
    about = topic(turn)
    if not about or about.casefold() in text.casefold():
        return text
    return f"{END.sub('', text)} ({about})?"


def _edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text
