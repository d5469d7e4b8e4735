"""The base forms of verbs."""

from __future__ import annotations

__all__ = ["IRREGULAR_FORMS", "base_form"]

# base/past/participle. The participle is left out if it equals the past form. Forms that are also common as
# another word ("come", "bore") are left out as well.
IRREGULAR_VERBS = """
    beat/beat/beaten bear//born become/became/become begin/began/begun blow//blown break/broke/broken bring/brought
    build/built buy/bought catch/caught choose/chose/chosen come/came do//done draw/drew/drawn drive/drove/driven
    eat/ate/eaten fall/fell/fallen feel/felt fight/fought find/found fly/flew/flown forget//forgotten
    freeze//frozen get/got give/gave/given go/went/gone grow/grew/grown hide//hidden hold/held keep/kept
    know/knew/known lead/led leave/left lose/lost make/made meet/met pay/paid ride//ridden ring/rang
    rise/rose/risen run/ran say/said see/saw/seen sell/sold send/sent set/set shake//shaken shoot/shot show//shown
    sing/sang/sung sink/sank/sunk sit/sat sleep/slept speak/spoke/spoken spend/spent stand/stood
    steal/stole/stolen swear//sworn swim/swam take/took/taken teach/taught tear//torn tell/told think/thought
    throw/threw/thrown understand/understood wake/woke/woken wear/wore/worn win/won write/wrote/written
"""
FORMS = [forms.split("/") for forms in IRREGULAR_VERBS.split()]
IRREGULAR_FORMS = frozenset(form for _, *forms in FORMS for form in forms if form)
"""Past forms and participles."""

BASE_FORMS = {past: base for base, past, *_ in FORMS if past}
BASE_FORMS |= {"had": "have", "has": "have"}
# The rules for "-ed" below give another base form for these.
BASE_FORMS |= {"added": "add", "agreed": "agree", "died": "die", "erred": "err", "freed": "free", "lied": "lie"}
BASE_FORMS |= {"guaranteed": "guarantee", "refereed": "referee", "tied": "tie"}

# The letters before "-ed" in verbs whose base form ends in "e" ("plac", "creat"), and in verbs whose base form
# does not, although a shorter ending says so ("treat"). The longest ending that fits decides; without one, there
# is no "e".
WITH_E = frozenset(
    """
    b c ad ced id cod ud lod e g nak ik mok vok rok bak bl cl dl gl kl fil pil xil pl tl tyl cal ul am com sum tim
    dom ven bin fin lin min gin un zon ap op yp wip ar ier ir cor plor gnor tor scor dor ur s at reat let
    pet cit nit vit rit ot quot ut u v z
    """.split()
)
WITHOUT_E = frozenset(
    """
    mb rb ead oad aid oid oud de bre ever ing ong eam oom ear air oar our eer sis ss ocus ias eat treat oat oot
    hout ebut boot oop eap velop allop itor tutor herit occur uild eed
    """.split()
)
LONGEST_ENDING = 5
DOUBLED_L = tuple("xpell mpell repell opell avell evell cell ntroll atroll abell ebell odell gnall".split())


def base_form(verb: str) -> str:
    """Return the base form: "visit" for "visited" and "visits", "go" for "went".

    An unknown verb counts as regular. The spelling of a regular past form does not always show whether the base
    form ends in "e"; then the more frequent spelling is taken.
    """
    word = verb.lower()
    if word in BASE_FORMS:
        return BASE_FORMS[word]
    if not word.endswith("ed"):
        stem = word.removeprefix("re")
        return f"re{BASE_FORMS[stem]}" if stem in BASE_FORMS else word.removesuffix("s")  # "rebuilt"
    return _regular_base(word[:-2])


def _regular_base(stem: str) -> str:
    """Return the base form of a regular verb from the letters before "-ed"."""
    if stem.endswith("i"):
        return f"{stem[:-1]}y"
    is_doubled = stem[-1:] == stem[-2:-1] and stem[-1] not in "lsfze"  # "stopped", but "called"
    if is_doubled or stem.endswith(DOUBLED_L):
        return stem[:-1]
    for length in range(LONGEST_ENDING, 0, -1):
        ending = stem[-length:]
        if ending in WITHOUT_E:
            return stem
        if ending in WITH_E:
            return f"{stem}e"
    return stem
