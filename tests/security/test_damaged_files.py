"""Files damaged at random are articles, failures or a LoadError; ``make attack`` loads many more of them."""

from pathlib import Path

import pytest

from benchmarks.fuzz_files import Damage, damages, load_outcome


@pytest.mark.parametrize("damage", [*damages(60, seed=1)], ids=lambda damage: f"{damage.name}{damage.suffix}")
def test_a_damaged_file_breaks_nothing(tmp_path: Path, damage: Damage) -> None:
    path = tmp_path / f"{damage.name}{damage.suffix}"
    path.write_bytes(damage.data)
    outcome, details = load_outcome(path)
    assert outcome != "VIOLATION", details


def test_the_same_seed_gives_the_same_damages() -> None:
    first, again = (
        [damage for damage in damages(60, seed=1) if damage.suffix not in (".docx", ".pdf", ".txt.gz", ".pdf.gz")]
        for _ in range(2)
    )
    assert first == again
