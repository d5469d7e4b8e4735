"""The exceptions that Quotewell raises.

QuotewellError
├── QuestionError        the question is empty, blank or too long
├── LibraryError         the library cannot be opened or changed
│   └── EmptyLibraryError    the library has no articles
├── ArticleError         an article or a file cannot be added
│   └── LoadError            a file cannot be read as an article
├── DataError            a data set cannot be read or used
├── ModelError           a model cannot be found or is of the wrong kind
└── SettingsError        a setting is unknown or has an invalid value

Every message says what is wrong and what to do about it.
"""

__all__ = [
    "ArticleError",
    "DataError",
    "EmptyLibraryError",
    "LibraryError",
    "LoadError",
    "ModelError",
    "QuestionError",
    "QuotewellError",
    "SettingsError",
]


class QuotewellError(Exception):
    """The base of every error that a user can cause or fix."""


class QuestionError(QuotewellError):
    """The question is empty, blank or too long."""


class LibraryError(QuotewellError):
    """The library cannot be opened or changed."""


class EmptyLibraryError(LibraryError):
    """The library has no articles."""


class ArticleError(QuotewellError):
    """An article cannot be added, or there is no such article."""


class LoadError(ArticleError):
    """A file cannot be read as an article."""


class DataError(QuotewellError):
    """A data set of questions cannot be read or used."""


class ModelError(QuotewellError):
    """A model cannot be found or is of the wrong kind."""


class SettingsError(QuotewellError):
    """A setting is unknown or has an invalid value."""
