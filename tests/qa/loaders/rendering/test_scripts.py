from qa.loaders.rendering.scripts import subscript, superscript


def test_digits_and_signs_are_raised_or_lowered_and_letters_are_not() -> None:
    assert (superscript("3"), superscript("-1"), superscript("th"), superscript("")) == ("³", "⁻¹", "th", "")
    assert (subscript("2"), subscript("max")) == ("₂", "max")
