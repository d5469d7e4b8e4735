"""Commands on a library on PostgreSQL."""

from typing import Any

import seeds
from tests.postgres import Server
from tests.qa.cli.running import QUESTION, run, run_json


def rounded(value: Any) -> Any:
    """Return the value with all numbers in it rounded: stores may add up an inner product in another order."""
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return round(value, 4) if isinstance(value, float) else value


def test_a_copied_library_answers_as_its_source(library: str, postgres: Server) -> None:
    address = postgres.new_address()
    copied = run_json("copy", library, address)
    assert (copied["copied"], copied["articles"], copied["problems"]) == (2, 2, [])
    assert run("copy", library, address).stdout == (
        "0 articles copied; both libraries hold the same 2 articles\nboth healthy\n"
    )
    first, second = (run_json("ask", QUESTION, "-l", place) | {"timings": None} for place in (library, address))
    assert rounded(first) == rounded(second)
    assert run("list", "-l", address).stdout == run("list", "-l", library).stdout
    assert run_json("doctor", "-l", address)["healthy"] is True


def test_a_library_is_created_edited_and_embedded_there(postgres: Server) -> None:
    place = ["-l", postgres.new_address()]
    assert run("add", str(seeds.FOLDER), *place).stdout.endswith("1 added, 2 skipped\n")
    [article] = run_json("list", *place)["articles"]
    assert run_json("edit", article["id"], "--title", "Another", *place)["title"] == "Another"
    assert run_json("embed", *place)["passages"] > 0
    assert run_json("remove", article["id"], *place) == {"removed": 1}
    missing = run("doctor", "-l", postgres.new_address())
    assert (missing.exit_code, "there is no library" in str(missing.exception)) == (1, True)
