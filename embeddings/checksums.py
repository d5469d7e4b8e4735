"""Which vectors an index holds: the checksum of each by its id."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["Checksums", "Ids"]

Ids = npt.NDArray[np.int64]


class Checksums:
    """The checksums of vectors by id, in two arrays: a million take 16 MB, where a dictionary takes 130 MB.

    The ids ascend. A value never changes: adding and removing return another one.
    """

    def __init__(self, ids: npt.ArrayLike = (), values: npt.ArrayLike = ()) -> None:
        """Take ids in any order, with their checksums; of those with the same id, the first counts."""
        self.ids, first = np.unique(np.asarray(ids, np.int64), return_index=True)
        self.values: Ids = np.asarray(values, np.int64)[first]

    def __len__(self) -> int:
        return len(self.ids)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Checksums):
            return NotImplemented
        return np.array_equal(self.ids, other.ids) and np.array_equal(self.values, other.values)

    __hash__ = None  # type: ignore[assignment]

    def present(self, ids: Ids) -> Ids:
        """Return those of the ids that are here, ascending."""
        asked = np.unique(ids)
        return asked[self._lookup(asked)[1]]

    def of(self, ids: Ids) -> Ids:
        """Return the checksums of ids that are all here, in their order."""
        return self.values[np.searchsorted(self.ids, ids)]

    def difference(self, other: Checksums) -> Checksums:
        """Return those that the other one lacks, or has another checksum for."""
        positions, found = other._lookup(self.ids)
        differs = ~found
        differs[found] = other.values[positions[found]] != self.values[found]
        return _sorted(self.ids[differs], self.values[differs])

    def added(self, other: Checksums) -> Checksums:
        """Return both together; they have no id in common."""
        positions = np.searchsorted(self.ids, other.ids)
        return _sorted(np.insert(self.ids, positions, other.ids), np.insert(self.values, positions, other.values))

    def removed(self, ids: Ids) -> Checksums:
        """Return these without those of the ids."""
        positions, found = self._lookup(np.unique(ids))
        gone = positions[found]
        return _sorted(np.delete(self.ids, gone), np.delete(self.values, gone))

    def _lookup(self, ids: Ids) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
        """Return where each id is or would be, and whether it is there."""
        positions = np.searchsorted(self.ids, ids)
        found = positions < len(self.ids)
        found[found] = self.ids[positions[found]] == ids[found]
        return positions, found


def _sorted(ids: Ids, values: Ids) -> Checksums:
    """Make checksums of ids that ascend already."""
    made = Checksums()
    made.ids, made.values = ids, values
    return made
