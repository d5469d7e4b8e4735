"""Reports: a run's folder made into one HTML page to read, with its plots and its wrong answers."""

from qa.evaluation.report.writing import write_comparison, write_report

__all__ = ["write_comparison", "write_report"]
