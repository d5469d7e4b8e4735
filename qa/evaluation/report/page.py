"""One HTML file that holds all of a report, its style and its script included; it loads nothing else."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from qa.evaluation.report.formatting import counted
from qa.export.templates import Templates

__all__ = ["TEMPLATES", "render_page"]

HERE = Path(__file__).parent
TEMPLATES = Templates(HERE / "templates", {"counted": counted})


def render_page(template: str, /, title: str, summary: str, *, data: object = None, **values: object) -> str:
    """Return a whole HTML document.

    :param template: a template that extends ``page.html``.
    :param data: plain values for the script; without them, the page has no script.
    :param values: what else the template shows.
    """
    script = (HERE / "report.js").read_text("utf-8") if data is not None else ""
    return TEMPLATES.render(
        template,
        title=title,
        summary=summary,
        style=(HERE / "report.css").read_text("utf-8"),
        script=script,
        script_source=_script_source(script),
        data=data,
        **values,
    )


def _script_source(script: str) -> str:
    """Return what the page's Content-Security-Policy allows to run: this script only, or none."""
    if not script:
        return "'none'"
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
