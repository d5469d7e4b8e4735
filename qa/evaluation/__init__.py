"""Measure the reader, the retriever, the whole assistant and its confidence on questions with known answers.

::

    from qa.evaluation import ReaderMode, Run, evaluate, load_dataset

    run = evaluate(ReaderMode(load_dataset("dev-v2.0.json"), reader), output="runs/reader", limit=500)
    run.metrics.figures["f1"]       # Figure(value=..., low=..., high=...)
    Run.load("runs/reader").predictions
    compare([Run.load("runs/reader"), Run.load("runs/reader-int8")]).figures["f1"].differences
"""

from qa.evaluation.comparison import Comparison, compare
from qa.evaluation.corpus import Corpus
from qa.evaluation.data.dataset import Dataset, gold_article_id, leave_out, load_dataset, make_articles
from qa.evaluation.data.examples import Example, load_examples, sample
from qa.evaluation.evaluate import evaluate, measure
from qa.evaluation.metrics.figures import Figure, Metrics
from qa.evaluation.modes.base import Mode
from qa.evaluation.modes.confidence import ConfidenceMode
from qa.evaluation.modes.open import OpenMode
from qa.evaluation.modes.reader import ReaderMode, evaluate_reader
from qa.evaluation.modes.retrieval import RetrievalMode
from qa.evaluation.predictions import Prediction
from qa.evaluation.run import Run, RunInfo

__all__ = [
    "Comparison",
    "ConfidenceMode",
    "Corpus",
    "Dataset",
    "Example",
    "Figure",
    "Metrics",
    "Mode",
    "OpenMode",
    "Prediction",
    "ReaderMode",
    "RetrievalMode",
    "Run",
    "RunInfo",
    "compare",
    "evaluate",
    "evaluate_reader",
    "gold_article_id",
    "leave_out",
    "load_dataset",
    "load_examples",
    "make_articles",
    "measure",
    "sample",
]
