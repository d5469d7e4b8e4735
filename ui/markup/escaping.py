"""Any text -> HTML that shows it and does nothing else."""

from __future__ import annotations

from qa.export.escaping import html_attribute as attribute
from qa.export.escaping import html_text as text

__all__ = ["attribute", "text"]
