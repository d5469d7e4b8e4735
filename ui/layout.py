"""Where things stand on the page: the talk at the left, sources and articles at the right."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from qa.loaders import SUFFIXES
from ui import markup
from ui.handlers import NO_SOURCE

__all__ = ["ARTICLES_TAB", "SOURCE_TAB", "STYLE", "THEME", "Page", "lay_out"]

HERE = Path(__file__).parent
STYLE = HERE / "style.css"
SOURCE_TAB = "source"
ARTICLES_TAB = "articles"
MEANING = "Of the answers that are 70% sure, about 7 in 10 are right. Higher gives fewer, surer answers."

# System fonts alone: the page asks no other host for anything. The colours are those of style.css.
THEME = gr.themes.Base(
    primary_hue="teal",
    secondary_hue="teal",
    neutral_hue="stone",
    radius_size="md",
    font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "sans-serif"],
    font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
).set(
    body_background_fill="var(--qw-page)",
    body_background_fill_dark="var(--qw-page)",
    body_text_color="var(--qw-ink)",
    body_text_color_dark="var(--qw-ink)",
    block_border_color="var(--qw-line)",
    block_border_color_dark="var(--qw-line)",
    border_color_primary="var(--qw-line)",
    border_color_primary_dark="var(--qw-line)",
    border_color_accent="var(--qw-accent)",
    border_color_accent_dark="var(--qw-accent)",
    color_accent="var(--qw-accent)",
    slider_color="var(--qw-accent)",
    slider_color_dark="var(--qw-accent)",
)


@dataclass(frozen=True, slots=True)
class Page:
    """The parts of the page that something happens to."""

    header: gr.HTML
    talk: gr.HTML
    question: gr.Textbox
    percent: gr.Slider
    tabs: gr.Tabs
    source: gr.HTML
    files: gr.File
    report: gr.HTML
    listing: gr.HTML


def lay_out(min_confidence: float) -> Page:
    """Make the parts of the page, inside the app that is being built."""
    header = gr.HTML(elem_id="qw-header")
    with gr.Row(elem_id="qw-main"):
        with gr.Column(scale=6, elem_id="qw-left", min_width=300):
            talk, question, percent = _talk(min_confidence)
        with gr.Column(scale=5, elem_id="qw-right", min_width=300), gr.Tabs(elem_id="qw-tabs") as tabs:
            with gr.Tab("Source", id=SOURCE_TAB):
                source = _panel("qw-source", markup.message(NO_SOURCE))
            with gr.Tab("Articles", id=ARTICLES_TAB):
                files, report, listing = _articles()
    return Page(header, talk, question, percent, tabs, source, files, report, listing)


def _talk(min_confidence: float) -> tuple[gr.HTML, gr.Textbox, gr.Slider]:
    talk = _panel("qw-conversation")
    question = gr.Textbox(
        elem_id="qw-ask",
        placeholder="Ask about the articles",
        label="Question",
        show_label=False,
        container=False,
        max_lines=6,
        autofocus=True,
        submit_btn="Ask",
    )
    percent = gr.Slider(
        value=round(min_confidence * 100),
        step=1,
        label="Answer only when at least this sure",
        info=MEANING,
        buttons=[],
        elem_id="qw-threshold",
    )
    return talk, question, percent


def _articles() -> tuple[gr.File, gr.HTML, gr.HTML]:
    files = gr.File(
        file_count="multiple",
        file_types=sorted(SUFFIXES),
        label="Add articles",
        show_label=False,
        height=140,
        elem_id="qw-files",
    )
    return files, gr.HTML(elem_id="qw-report"), _panel("qw-listing")


def _panel(elem_id: str, value: str = "") -> gr.HTML:
    """Make a panel of our own HTML; script.js tells the app what is clicked in it."""
    return gr.HTML(value, elem_id=elem_id, js_on_load=(HERE / "script.js").read_text("utf-8"))
