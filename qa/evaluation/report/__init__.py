"""Reports: a run, or several compared, as one HTML page with figures, plots and wrong answers."""

from qa.evaluation.report.report_files import write_comparison, write_report

__all__ = ["write_comparison", "write_report"]
