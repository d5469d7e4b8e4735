"""Equations (OMML and MathML) as a line of text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from qa.loaders.rendering.scripts import subscript, superscript

__all__ = ["MATH", "equation_text", "mathml_text"]

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_REMOVED = ("del", "moveFrom")  # of WordprocessingML: tracked changes

_OPERATORS = re.compile("[\u2061-\u2064]")  # invisible
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}


def equation_text(element: Any) -> str:
    """Return an ``m:oMath`` element, or a part of one, as people write equations on a line.

    The elements are those of ISO/IEC 29500-1, section 22.1. What is nested a thousand deep is a
    ``RecursionError``.
    """
    name = _name(element)
    if name in _WRITERS:
        return _WRITERS[name](element)
    if name == "t":
        return _OPERATORS.sub("", element.text or "")
    if name in _REMOVED or name.endswith("Pr"):
        return ""
    return "".join(map(equation_text, element))


def _fraction(element: Any) -> str:
    above, below = _part(element, "num"), _part(element, "den")
    return f"{_grouped(above)}/{_grouped(below)}"


def _scripts(element: Any) -> str:
    below, above = _part(element, "sub"), _part(element, "sup")
    scripts = f"{_script(below, '_', subscript)}{_script(above, '^', superscript)}"
    base = _part(element, "e")
    return scripts + base if _name(element) == "sPre" else base + scripts


def _limit(element: Any) -> str:
    mark, change = ("_", subscript) if _name(element) == "limLow" else ("^", superscript)
    return _part(element, "e") + _script(_part(element, "lim"), mark, change)


def _root(element: Any) -> str:
    degree = "" if _is_on(element, "radPr", "degHide") else _part(element, "deg")
    sign = _ROOTS.get(degree) or f"{superscript(degree)}√"
    return sign + _grouped(_part(element, "e"))


def _sum(element: Any) -> str:
    """Return a sum, an integral or another operator with limits."""
    sign = _value(element, "naryPr", "chr", "∫")
    below, above = _part(element, "sub"), _part(element, "sup")
    return f"{sign}{_script(below, '_', subscript)}{_script(above, '^', superscript)} {_part(element, 'e')}"


def _delimited(element: Any) -> str:
    opening, closing = _value(element, "dPr", "begChr", "("), _value(element, "dPr", "endChr", ")")
    separator = _value(element, "dPr", "sepChr", "|")
    return opening + separator.join(map(equation_text, element.findall(f"{MATH}e"))) + closing


def _function(element: Any) -> str:
    name, argument = _part(element, "fName"), _part(element, "e")
    return f"{name}{argument}" if argument.startswith("(") else f"{name} {argument}"


def _matrix(element: Any) -> str:
    rows = (", ".join(map(equation_text, row.findall(f"{MATH}e"))) for row in element.findall(f"{MATH}mr"))
    return f"[{'; '.join(rows)}]"


def _array(element: Any) -> str:
    return "; ".join(map(equation_text, element.findall(f"{MATH}e")))


def _accented(element: Any) -> str:
    return _part(element, "e") + _value(element, "accPr", "chr", "\u0302")


def _phantom(element: Any) -> str:
    show = _value(element, "phantPr", "show", "1")
    return "" if show in ("0", "off", "false") else _part(element, "e")


_WRITERS: Mapping[str, Callable[[Any], str]] = {
    "acc": _accented,
    "d": _delimited,
    "eqArr": _array,
    "f": _fraction,
    "func": _function,
    "limLow": _limit,
    "limUpp": _limit,
    "m": _matrix,
    "nary": _sum,
    "phant": _phantom,
    "rad": _root,
    "sPre": _scripts,
    "sSub": _scripts,
    "sSubSup": _scripts,
    "sSup": _scripts,
}


def mathml_text(element: Any) -> str:
    """Return a MathML element as people write equations on one line. Annotations are left out."""
    name = _name(element)
    if name.startswith("annotation"):
        return ""
    children = [child for child in element if isinstance(child.tag, str)]
    if children:
        return _mathml_joined(name, list(map(mathml_text, children)))
    text = _OPERATORS.sub("", " ".join((element.text or "").split()))
    return f" {text} " if name in ("mtext", "mspace") else text


def _mathml_joined(name: str, parts: list[str]) -> str:
    """Return what an element makes of its parts."""
    last = parts[-1]
    if name == "mfrac":
        return "/".join(map(_grouped, parts))
    if name in ("msup", "mover"):
        return parts[0] + _script(last, "^", superscript)
    if name in ("msub", "munder", "msubsup", "munderover"):
        above = _script(last, "^", superscript) if len(parts) == 3 else ""
        return parts[0] + _script("".join(parts[1:2]), "_", subscript) + above
    if name == "mroot":
        return (_ROOTS.get(last) or f"{superscript(last)}√") + _grouped(parts[0])
    if name == "msqrt":
        return f"√{_grouped(''.join(parts))}"
    return {"mtr": ", ", "mtable": "; "}.get(name, "").join(parts)


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _part(element: Any, name: str) -> str:
    part = element.find(MATH + name)
    return "" if part is None else equation_text(part).strip()


def _value(element: Any, properties: str, name: str, default: str) -> str:
    found = element.find(f"{MATH}{properties}/{MATH}{name}")
    return default if found is None else found.get(f"{MATH}val", "")


def _is_on(element: Any, properties: str, name: str) -> bool:
    found = element.find(f"{MATH}{properties}/{MATH}{name}")
    return found is not None and found.get(f"{MATH}val", "1") not in ("0", "off", "false")


def _grouped(text: str) -> str:
    return text if text.replace(".", "").replace(",", "").isalnum() else f"({text})"


def _script(text: str, mark: str, change: Callable[[str], str]) -> str:
    if not text:
        return ""
    changed = change(text)
    return changed if changed != text else mark + _grouped(text)
