"""Metrics and evaluation runs."""

from qa.evaluation.corpus import articles_of, gold_article_id, leave_out
from qa.evaluation.datasets import Example, load_examples, sample
from qa.evaluation.open_run import OpenPrediction, OpenResult, evaluate_open
from qa.evaluation.reader_run import ReaderPrediction, ReaderResult, evaluate_reader

__all__ = [
    "Example",
    "OpenPrediction",
    "OpenResult",
    "ReaderPrediction",
    "ReaderResult",
    "articles_of",
    "evaluate_open",
    "evaluate_reader",
    "gold_article_id",
    "leave_out",
    "load_examples",
    "sample",
]
