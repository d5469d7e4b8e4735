"""Mutually exclusive words: opposites, members of sets of which only one can be true, and numbers."""

from __future__ import annotations

import random
import re

__all__ = ["COUNTS", "EXCLUSIVE", "GENERIC", "HEADS", "NUMBER"]
__all__ += ["can_exclude", "draw_similar_number", "find_similar_numbers", "match_case", "replace_span"]

NUMBER = re.compile(r"(?<![\w.,/\"“$-])\d+(?:,\d{3})*(?:s|st|nd|rd|th)?(?![\w/-]|[.,]\d)")
COUNTS = "two three four five six seven eight nine ten eleven twelve".split()
GENERIC = frozenset(
    """
    north south east west several wrong whole real true various certain
    name names named call called known year years type types kind kinds number numbers percent percentage amount
    time times date dates part parts term terms word words thing things person people city country state place
    places located used using work make made form forms refer refers considered described describe mean different
    main example examples group groups like said become became long does total many there where came come take took
    another become considered
    """.split()
)
HEADS = frozenset(
    """
    States
    University College School Church Street River Island Islands Empire War Battle Party Museum Library Hall Award
    Awards Army Act Council Company Center Park Sea Ocean Lake Mountains Road Avenue Station Bridge Airport Kingdom
    Republic Dynasty Revolution Court Minister League Cup Bowl Festival Institute Association County City Day
    """.split()
)
COMPASS = frozenset("north south east west northern southern eastern western".split())
AMBIGUOUS = frozenset("like open left may march lead fire light hard fall found".split())
FIXED = {
    "known": ("as", "for", "by", "to"),
    "most": ("of", "people"),
    "more": ("about", "than"),
    "common": ("to",),
}

# Opposites, form by form.
PAIRS = """
accept accepts accepted accepting | reject rejects rejected rejecting
allow allows allowed allowing | forbid forbids forbidden forbidding
permit permits permitted permitting | prohibit prohibits prohibited prohibiting
begin begins began beginning | end ends ended ending
start starts started starting | end ends ended ending
open opens opened opening | close closes closed closing
increase increases increased increasing | decrease decreases decreased decreasing
rise rises rose rising risen | fall falls fell falling fallen
grow grows grew growing grown | shrink shrinks shrank shrinking shrunk
win wins won winning winner winners | lose loses lost losing loser losers
build builds built | destroy destroys destroyed destroying
create creates created creating | destroy destroys destroyed destroying
establish establishes established establishing | dissolve dissolves dissolved dissolving
founded | disbanded
enter enters entered entering | exit exits exited exiting
arrive arrives arrived arriving arrival | depart departs departed departing departure
appear appears appeared appearing | disappear disappears disappeared disappearing
support supports supported supporting supporters | oppose opposes opposed opposing opponents
agree agrees agreed agreeing | disagree disagrees disagreed disagreeing
attack attacks attacked attacking | defend defends defended defending
import imports imported importing | export exports exported exporting
love loves loved loving | hate hates hated hating
gain gains gained gaining | forfeit forfeits forfeited forfeiting
succeed succeeds succeeded succeeding | fail fails failed failing
success successful successfully | failure unsuccessful unsuccessfully
remember remembers remembered | forget forgets forgot
include includes included including | exclude excludes excluded excluding
connect connects connected | separate separates separated
strengthen strengthens strengthened | weaken weakens weakened
praise praises praised praising | criticize criticizes criticized criticizing
approve approves approved approving | veto vetoes vetoed vetoing
encourage encourages encouraged | discourage discourages discouraged
improve improves improved improving | worsen worsens worsened worsening
raise raises raised raising | lower lowers lowered lowering
add adds added adding | remove removes removed removing
hire hires hired hiring | fire fires fired firing
cause causes caused causing | prevent prevents prevented preventing
produce produces produced producing | consume consumes consumed consuming
protect protects protected | endanger endangers endangered
born | buried
lived | died
death deaths | birth births
advantage advantages | disadvantage disadvantages
strength strengths | weakness weaknesses
victory victories | defeat defeats
friend friends ally allies | foe foes enemy enemies
most | least
more | fewer
largest biggest larger bigger large big | smallest smallest smaller smaller small small
highest higher high | lowest lower low
longest longer | shortest shorter
oldest older old | newest newer new
greatest greater | least lesser
strongest stronger strong | weakest weaker weak
best better good | worst worse bad
earliest earlier early | latest later late
richest rich wealthy | poorest poor poor
fastest faster fast | slowest slower slow
hottest hotter hot | coldest colder cold
heaviest heavier heavy | lightest lighter light
deepest deep | shallowest shallow
easiest easier easy | hardest harder difficult
major majority | minor minority
maximum | minimum
public publicly | private privately
male males | female females
men man boys boy | women woman girls girl
ancient traditional | modern modern
before prior-to | after
former | current
original | final
internal inner | external outer
first | last
join joins joined joining | quit quits quit quitting
always | never
often frequently usually commonly | rarely rarely seldom rarely
common popular famous | rare unpopular obscure
known well-known | unknown unheard-of
legal legally | illegal illegally
possible | impossible
necessary required | unnecessary forbidden
positive positively | negative negatively
upper top | lower bottom
domestic | foreign
urban | rural
northern | southern
eastern | western
direct directly | indirect indirectly
formal official officially | informal unofficial unofficially
natural | artificial
temporary temporarily | permanent permanently
strict | lenient
military | civilian
peaceful | violent
safe | dangerous
dry | wet
active | inactive
guilty | innocent
young youngest younger | old oldest older
healthy | sick
complete completely | partial partially
primary | secondary
offensive | defensive
liberal | conservative
commercial | nonprofit
alive | dead
voluntary | compulsory
"""

# Sets of which at most one member holds.
GROUPS = """
north south east west
northern southern eastern western
first second third fourth fifth sixth
father mother brother sister uncle aunt grandfather grandmother cousin
wife sister mother daughter aunt
husband brother father son uncle
parents grandparents siblings cousins
daughter son niece nephew
red blue green yellow purple orange brown pink
black white gray
spring summer autumn winter
morning afternoon evening
gold silver bronze
copper zinc tin nickel lead
doctor lawyer teacher engineer farmer soldier
painter sculptor architect composer poet novelist photographer
president governor senator mayor
king duke prince
queen duchess princess
book film song
novel poem play
album book film
river mountain lake
church mosque synagogue
oxygen nitrogen hydrogen helium
wood stone brick concrete
wheat rice corn barley
basketball football baseball hockey soccer tennis
army navy
bishop rabbi monk
monday tuesday wednesday thursday friday saturday sunday
january february march april may june july august september october november december
africa asia europe
christian muslim jewish hindu buddhist
christians muslims jews hindus buddhists
christianity islam judaism hinduism buddhism
catholic protestant orthodox
american british french german spanish italian russian chinese japanese indian brazilian canadian
english french german spanish italian portuguese dutch swedish polish
germany france spain italy portugal poland sweden austria hungary
china japan india korea vietnam indonesia
atlantic pacific
democratic republican
democrats republicans
"""


def _exclusive() -> dict[str, list[str]]:
    exclusive: dict[str, list[str]] = {}
    for line in PAIRS.split("\n"):
        lefts, _, rights = (part.split() for part in line.partition("|"))
        for left, right in zip(lefts, rights, strict=False):
            exclusive.setdefault(left, []).append(right)
            exclusive.setdefault(right, []).append(left)
    for line in GROUPS.split("\n"):
        words = line.split()
        for word in words:
            exclusive.setdefault(word, []).extend(words)
    exclusive |= {"end": ["start"], "ends": ["starts"], "ended": ["started"], "ending": ["beginning"]}
    return {
        word: sorted(other for other in set(others) - {word} if "-" not in other)
        for word, others in exclusive.items()
        if "-" not in word
    }


EXCLUSIVE = _exclusive()
"""For each lower-case word, those that cannot be true at the same time."""


def can_exclude(match: re.Match[str], text: str) -> bool:
    """Whether a word is used in the sense of ``EXCLUSIVE``: not in a name, nor in a phrase such as "how old"."""
    word, before, after = match[0], text[: match.start()].split(), text[match.end() :].split()
    previous, following = before[-1] if before else "", after[0] if after else ""
    if word.lower() in COMPASS and previous[:1].isupper() and len(before) > 1:
        return False  # "Kanye West"
    if word[0].isupper():
        alone = not following[:1].isupper() and not (len(before) > 1 and previous[0].isupper())
        return bool(before) and len(EXCLUSIVE.get(word.lower(), [])) >= 3 and (alone or word.lower() in COMPASS)
    if word == "last":
        return previous in {"the", "his", "her", "its", "their"}
    if following.rstrip("?") in FIXED.get(word, ()) or word in AMBIGUOUS:
        return False
    return (
        previous.lower() not in {"how", "as", "so", "at", "both", "most", "more"}
        and text[match.end() : match.end() + 1] != "-"
    )


def match_case(word: str, like: str) -> str:
    """Return the word, capitalised if ``like`` is."""
    return word.capitalize() if like[0].isupper() else word


def draw_similar_number(number: str, random_: random.Random) -> str:
    """Return a random number close to another, in the same form."""
    if number.lower() in COUNTS:
        place = COUNTS.index(number.lower())
        return match_case(random_.choice(COUNTS[max(place - 2, 0) : place + 4]), number)
    digits, ending = re.match(r"([\d,]+)(.*)", number).groups()  # type: ignore[union-attr]
    value = int(digits.replace(",", ""))
    if ending in {"st", "nd", "rd", "th"}:
        value = max(2, value + random_.choice([-3, -2, -1, 1, 2]))
        return f"{value}{_ordinal_ending(value)}"
    if 1000 <= value <= 2020 and "," not in digits:
        years = 10 * random_.randint(1, 4) if ending else random_.randint(1, 30)
        return f"{value + years if value + years < 2015 and random_.random() < 0.5 else value - years}{ending}"
    factor = random_.choice([0.5, 0.6, 0.75, 1.25, 1.5, 2])
    value = max(2, round(value * factor)) if value > 12 else random_.randint(2, 12)
    return (f"{value:,}" if "," in digits else str(value)) + ending


def _ordinal_ending(value: int) -> str:
    return "th" if 10 <= value % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")


def find_similar_numbers(number: str, text: str) -> list[str]:
    """Return the numbers in a text that have the same form as another number."""
    form = re.sub(r"\d", "0", number)
    alike = [other for other in NUMBER.findall(text) if re.sub(r"\d", "0", other) == form]
    is_year = re.fullmatch(r"[12]\d{3}", number)
    return [other for other in alike if abs(int(other) - int(number)) <= 60] if is_year else alike


def replace_span(question: str, start: int, end: int, new: str) -> str:
    """Return the question with ``[start:end]`` replaced, and a preceding "a" or "an" adapted."""
    before = question[:start]
    if match := re.search(r"\b([Aa])n? $", before):
        vowel = re.match(r"[aeio]|u(?!n[iu]|s)|8|11|18", new.lower())
        before = before[: match.start()] + match[1] + ("n " if vowel else " ")
    new = new[0].upper() + new[1:] if start == 0 and question[0].isupper() else new
    return before + new + question[end:]
