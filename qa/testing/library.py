"""The conformance tests for stores: what the engine relies on, whatever the store.

A store's own tests inherit them::

    class TestMyStore(LibraryTests):
        @pytest.fixture
        def address(self) -> str:
            return new_empty_store()  # an address that open_library understands

        def inject_fault(self, address: str) -> None:
            ...  # damage the store so that doctor must notice

A store that leaves something out inherits the single classes. ``docs/library-backends.md`` has the rest.
"""

from qa.testing.copies import StoryTests
from qa.testing.followed_files import FollowedFilesTests
from qa.testing.pending import FollowingTests, GenerationTests, LeaseTests
from qa.testing.processes import ConcurrencyTests, CrashTests, SeveralProcessesTests
from qa.testing.searching import DenseTests, FilterTests, LexicalParityTests, LexicalTests, SuggestionTests
from qa.testing.store import StoreTests
from qa.testing.storing import ClosingTests, DoctorTests, FeedbackTests, TextTests, WritingTests

__all__ = [
    "ClosingTests",
    "ConcurrencyTests",
    "CrashTests",
    "DenseTests",
    "DoctorTests",
    "FeedbackTests",
    "FilterTests",
    "FollowedFilesTests",
    "FollowingTests",
    "GenerationTests",
    "LeaseTests",
    "LexicalParityTests",
    "LexicalTests",
    "LibraryTests",
    "SeveralProcessesTests",
    "SingleHandleTests",
    "StoreTests",
    "StoryTests",
    "SuggestionTests",
    "TextTests",
    "WritingTests",
]


class SingleHandleTests(
    WritingTests,
    TextTests,
    FeedbackTests,
    LexicalTests,
    LexicalParityTests,
    SuggestionTests,
    DenseTests,
    FilterTests,
    FollowingTests,
    FollowedFilesTests,
    StoryTests,
    ConcurrencyTests,
):
    """The tests that open the store only once: all that a store in memory can pass."""


class LibraryTests(
    SingleHandleTests, ClosingTests, DoctorTests, LeaseTests, GenerationTests, SeveralProcessesTests, CrashTests
):
    """All tests."""
