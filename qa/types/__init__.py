"""The values that pass between the parts: frozen, slotted dataclasses.

Every offset is a half-open code-point offset into ``Article.text``.
"""

from qa.types.add_report import PARTS, AddProgress, AddReport, AddResult, EmbeddingState, Outcome
from qa.types.article import (
    FILE_SHA256,
    Article,
    ArticleInfo,
    Filters,
    Heading,
    Passage,
    article_id,
    is_made_source,
)
from qa.types.page_image import PageImage
from qa.types.place import Box, Place
from qa.types.reply import (
    MAX_QUESTION_CHARACTERS,
    Answer,
    Citation,
    Extent,
    Reading,
    Reply,
    RetrievedPassage,
    Span,
    Version,
)
from qa.types.resolution import Resolution
from qa.types.timeline import Disagreement, Period

__all__ = [
    "FILE_SHA256",
    "MAX_QUESTION_CHARACTERS",
    "PARTS",
    "AddProgress",
    "AddReport",
    "AddResult",
    "Answer",
    "Article",
    "ArticleInfo",
    "Box",
    "Citation",
    "Disagreement",
    "EmbeddingState",
    "Extent",
    "Filters",
    "Heading",
    "Outcome",
    "PageImage",
    "Passage",
    "Period",
    "Place",
    "Reading",
    "Reply",
    "Resolution",
    "RetrievedPassage",
    "Span",
    "Version",
    "article_id",
    "is_made_source",
]
