"""The base form of English verbs, for questions with "did" and "does"."""

from __future__ import annotations

__all__ = ["base_form"]

IRREGULAR = dict(
    pair.split(":")
    for pair in """
    ate:eat became:become began:begin beat:beat bought:buy broke:break brought:bring built:build came:come
    caught:catch chose:choose cost:cost drew:draw drove:drive fell:fall felt:feel fought:fight found:find
    gave:give got:get grew:grow had:have has:have held:hold kept:keep knew:know led:lead left:leave
    lost:lose made:make met:meet paid:pay ran:run rang:ring rose:rise said:say sang:sing sank:sink sat:sit
    saw:see sold:sell sent:send set:set shot:shoot slept:sleep spent:spend spoke:speak stood:stand
    stole:steal swam:swim taught:teach thought:think threw:throw told:tell took:take understood:understand
    went:go woke:wake won:win wore:wear wrote:write agreed:agree died:die freed:free lied:lie tied:tie
    guaranteed:guarantee refereed:referee added:add erred:err
    """.split()
)

# What stands before "ed" where the base form ends in "e" ("plac", "creat"), and where it does not although a
# shorter ending says so ("treat"). The longest ending that fits counts; without any, there is no "e".
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
LONGEST = 5
DOUBLED_L = (
    "xpell",
    "mpell",
    "repell",
    "opell",
    "avell",
    "evell",
    "cell",
    "ntroll",
    "atroll",
    "abell",
    "ebell",
    "odell",
    "gnall",
)


def base_form(verb: str) -> str:
    """Return "visit" for "visited" and "visits", "go" for "went"; what is not known is taken to be regular.

    The spelling of regular verbs in "-ed" does not always tell whether the base form ends in "e"; what is most
    often so is taken.
    """
    word = verb.lower()
    if word in IRREGULAR or not word.endswith("ed"):
        again = word.removeprefix("re")
        known = f"re{IRREGULAR[again]}" if again in IRREGULAR else word.removesuffix("s")  # "rebuilt"
        return IRREGULAR.get(word, known)
    stem = word[:-2]
    if stem.endswith("i"):
        return f"{stem[:-1]}y"
    doubled = stem[-1:] == stem[-2:-1] and stem[-1] not in "lsfze"  # "stopped", but "called"
    if doubled or stem.endswith(DOUBLED_L):
        return stem[:-1]
    for length in range(LONGEST, 0, -1):
        ending = stem[-length:]
        if ending in WITHOUT_E:
            return stem
        if ending in WITH_E:
            return f"{stem}e"
    return stem
