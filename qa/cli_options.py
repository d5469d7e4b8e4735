"""What all commands of the command line share."""

from __future__ import annotations

import click

__all__ = ["EXAMPLE", "json_option"]

EXAMPLE = "\b\nExample:\n  quotewell "

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
