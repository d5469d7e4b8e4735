"""One file that holds all of a report: its style and its script are inside, and nothing else is let in."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from qa.export.escaping import html_attribute, html_json, html_text

__all__ = ["page"]

HERE = Path(__file__).parent


def page(title: str, summary: str, sections: dict[str, str], data: object = None) -> str:
    """Return a whole HTML document.

    :param sections: HTML by its name in the navigation; each holds an element whose id is that name, in small
        letters and with dashes.
    :param data: plain values for the script, or None when the page needs none.
    """
    style = (HERE / "report.css").read_text("utf-8")
    script = (HERE / "report.js").read_text("utf-8") if data is not None else ""
    links = "".join(
        f'<a href="#{html_attribute(_anchor(name))}">{html_text(name)}</a>'
        for name, inner in sections.items()
        if inner
    )
    scripts = (
        f'<script type="application/json" id="data">{html_json(data)}</script>\n<script>{script}</script>\n'
        if data is not None
        else ""
    )
    inner = "\n".join(sections.values())
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{html_text(title)}</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>{html_text(title)}</h1>
<p>{html_text(summary)}</p>
<nav aria-label="Sections">{links}</nav>
</header>
<main>
{inner}
</main>
{scripts}</body>
</html>
"""


def _anchor(name: str) -> str:
    return name.lower().replace(" ", "-")


def _policy(script: str) -> str:
    """Return what a browser may do with the page: run this script and no other, and fetch nothing."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    scripts = f"'sha256-{digest}'" if script else "'none'"
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {scripts}; base-uri 'none'; form-action 'none'"
    )
