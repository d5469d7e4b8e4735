"""Superscripts and subscripts as characters."""

from __future__ import annotations

__all__ = ["subscript", "superscript"]

_SUPERSCRIPTS = str.maketrans("0123456789+-−=()∘°′", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾°°′")
_SUBSCRIPTS = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_CHARACTERS = frozenset("0123456789+-−=()")
_RAISED = _CHARACTERS | frozenset("∘°′")


def superscript(text: str) -> str:
    """Return digits and signs as superscripts, so that ten to the third is not read as 103."""
    return text.translate(_SUPERSCRIPTS) if text and _RAISED.issuperset(text) else text


def subscript(text: str) -> str:
    """Return digits and signs as subscript characters."""
    return text.translate(_SUBSCRIPTS) if text and _CHARACTERS.issuperset(text) else text
