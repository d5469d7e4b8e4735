"""Bucket keys are stable, and copies share some."""

from hypothesis import given
from hypothesis import strategies as st

from qa.stories import Wording, bucket_keys
from tests.qa.stories.texts import LOCAL, OTHER, SHORTENED, WIRE


def keys(text: str) -> set[int]:
    return bucket_keys(Wording.of(text))


def test_the_keys_never_change() -> None:
    """Libraries keep them: if an update of datasketch changes them, a migration has to file all articles anew."""
    assert min(keys("The old ferry will stop running.")) == -4684278986451155477
    assert max(keys(WIRE)) == 682496043080756256


def test_copies_share_buckets_and_others_do_not() -> None:
    assert keys(WIRE) & keys(SHORTENED)
    assert keys(WIRE) & keys(LOCAL)
    assert not keys(WIRE) & keys(OTHER)
    assert keys("…") == set()


def test_a_copy_of_the_beginning_of_a_long_text_shares_buckets() -> None:
    long = WIRE + "\n\n" + " ".join(f"word{number} is here" for number in range(3000))
    assert keys(long) & keys(WIRE)


@given(st.text(max_size=200))
def test_keys_are_integers_of_sqlite(text: str) -> None:
    assert all(-(2**63) <= key < 2**63 for key in keys(text))
    assert bool(keys(text)) == bool(Wording.of(text).words)
