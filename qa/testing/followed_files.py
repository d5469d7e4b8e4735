"""Tests of the list of followed files."""

from __future__ import annotations

from qa.library.base import FollowedFile, Library
from qa.testing.material import indexed
from qa.testing.store import StoreTests

__all__ = ["FollowedFilesTests"]


class FollowedFilesTests(StoreTests):
    """The files of a folder are listed, replaced and forgotten."""

    def test_files_of_a_folder_are_followed(self, library: Library) -> None:
        library.put([indexed("a")])
        generation = library.generation
        one, two, three = (
            FollowedFile("/n/one.txt", "1", ("a", "b")),
            FollowedFile("/n/sub/two.txt", "2"),
            FollowedFile("/n2/three.txt", "\u00e9'", ("c",)),
        )
        library.follow([two, one, three])
        assert library.followed("/n") == library.followed("/n/") == [one, two]
        assert library.followed("") == [one, two, three]
        assert library.followed("/n/sub") == [two]
        assert library.followed("/n2") == [three]
        assert library.followed("/n/one.txt") == library.followed("/none") == library.followed("/n\ud800") == []
        assert library.generation == generation

    def test_a_followed_file_is_replaced_and_forgotten(self, library: Library) -> None:
        before, after = FollowedFile("/n/one.txt", "1", ("a",)), FollowedFile("/n/one.txt", "2", ("b",))
        library.follow([before, FollowedFile("/n/two.txt", "1")])
        library.follow([after], forget=["/n/two.txt", "/n/none.txt"])
        assert library.followed("/n") == [after]
        library.follow([], forget=[after.path])
        assert library.followed("/") == []
