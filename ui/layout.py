"""The layout of the page: the conversation on the left; source, library and settings on the right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from qa.answering.readers import ReaderWithConfidence
from qa.assistant import Assistant
from qa.loaders import COMPRESSIONS, SUFFIXES
from qa.settings import Settings
from ui import markup
from ui.conversation.source_panel import NO_SOURCE

__all__ = ["ICON", "LIBRARY_TAB", "SOURCE_TAB", "STYLES", "Page", "lay_out", "script"]

HERE = Path(__file__).parent
ICON = HERE / "icon.svg"
STYLES = [HERE / "styles" / f"{name}.css" for name in ("base", "conversation", "source", "library", "narrow")]
SOURCE_TAB, LIBRARY_TAB, SETTINGS_TAB = "source", "library", "settings"
CONFIDENCE_INFO = (
    "Of answers at 70%, about 7 in 10 are right. A higher minimum gives fewer but more reliable answers."
)
PASSAGES_INFO = "Reading more passages finds answers that the search ranks low, but takes longer."
READER_INFO = "The model that finds answers in the passages. Additional readers load on first use."
NOT_CALIBRATED = "not calibrated"
MAX_PASSAGES = 50
ADD_FILES = (
    '<button type="button" class="qw-attach" data-add aria-label="Add files" title="Add files, or drop them '
    'anywhere on this page"></button>'
)
CLOSE = '<button type="button" class="qw-quiet" data-sheet="close">Back to the conversation</button>'


@dataclass(frozen=True, slots=True)
class Adding:
    """The components that add articles. ``folder`` is None if visitors may not add folders of the server."""

    files: gr.File
    title: gr.Textbox
    text: gr.Textbox
    paste: gr.Button
    folder: gr.Textbox | None
    report: gr.HTML


@dataclass(frozen=True, slots=True)
class Page:
    """The components of the page that have events or are updated."""

    header: gr.HTML
    conversation: gr.HTML
    chips: gr.HTML
    question: gr.Textbox
    tabs: gr.Tabs
    source: gr.HTML
    adding: Adding
    finder: gr.HTML
    listing: gr.HTML
    percent: gr.Slider
    passages: gr.Slider
    reader: gr.Radio


def lay_out(assistant: Assistant, *, folders: bool, has_accounts: bool) -> Page:
    """Create the components of the page inside the app being built.

    :param folders: whether visitors may add folders of the server.
    :param has_accounts: whether visitors log in to accounts, and so can log out.
    """
    header = _panel("qw-header")
    with gr.Row(elem_id="qw-main"):
        with gr.Column(scale=6, elem_id="qw-left", min_width=300):
            conversation = _panel("qw-conversation", "conversation")
            chips = _panel("qw-chips")
            with gr.Column(elem_id="qw-asking"):
                gr.HTML(ADD_FILES, elem_id="qw-attach")
                question = _question()
        with gr.Column(scale=5, elem_id="qw-right", min_width=300):
            gr.HTML(CLOSE, elem_id="qw-close")
            tabs = gr.Tabs(elem_id="qw-tabs")
        with tabs:
            with gr.Tab("Source", id=SOURCE_TAB, elem_id="qw-source-tab"):
                source = _panel("qw-source", "source", value=markup.render_message(NO_SOURCE))
            with gr.Tab("Library", id=LIBRARY_TAB, elem_id="qw-library-tab"), gr.Column(elem_id="qw-library"):
                adding = _adding(folders)
                finder, listing = _panel("qw-finder"), _panel("qw-listing")
            with gr.Tab("Settings", id=SETTINGS_TAB, elem_id="qw-settings-tab"), gr.Column(elem_id="qw-settings"):
                percent, passages = _settings(assistant.settings)
                reader = _readers(assistant.readers)
                gr.HTML(markup.render_preferences(has_accounts=has_accounts), elem_id="qw-preferences")
    return Page(
        header,
        conversation,
        chips,
        question,
        tabs,
        source,
        adding,
        finder,
        listing,
        percent=percent,
        passages=passages,
        reader=reader,
    )


def script(name: str) -> str:
    """Return one of the page's scripts."""
    return (HERE / "scripts" / f"{name}.js").read_text("utf-8")


def _question() -> gr.Textbox:
    return gr.Textbox(
        elem_id="qw-ask",
        placeholder="Ask a question",
        label="Question",
        show_label=False,
        container=False,
        max_lines=6,
        autofocus=True,
        submit_btn="Ask",
    )


def _adding(folders: bool) -> Adding:
    files = gr.File(
        file_count="multiple",
        file_types=sorted(SUFFIXES | COMPRESSIONS.keys()),
        label="Add articles",
        show_label=False,
        height=104,
        elem_id="qw-files",
    )
    gr.HTML(markup.render_formats(), elem_id="qw-formats")
    with gr.Accordion("Paste text", open=False, elem_classes="qw-fold"):
        title = gr.Textbox(label="Title", placeholder="Optional. Default: the first line of the text", max_lines=1)
        text = gr.Textbox(label="Text", lines=5, max_lines=12, elem_id="qw-paste")
        paste = gr.Button("Add text", size="sm", elem_classes="qw-strong")
    folder = None
    if folders:
        with gr.Accordion("Add a folder from the server", open=False, elem_classes="qw-fold"):
            folder = gr.Textbox(
                label="Path to a folder or file", max_lines=1, submit_btn="Add", elem_id="qw-folder"
            )
    return Adding(files, title, text, paste, folder, _panel("qw-report"))


def _settings(settings: Settings) -> tuple[gr.Slider, gr.Slider]:
    percent = gr.Slider(
        value=round(settings.min_confidence * 100),
        step=1,
        label="Minimum confidence (%)",
        info=CONFIDENCE_INFO,
        buttons=[],
        elem_id="qw-threshold",
    )
    passages = gr.Slider(
        1,
        max(MAX_PASSAGES, settings.passages),
        value=settings.passages,
        step=1,
        label="Passages to read per question",
        info=PASSAGES_INFO,
        buttons=[],
        elem_id="qw-passages",
    )
    return percent, passages


def _readers(readers: Mapping[str, ReaderWithConfidence]) -> gr.Radio:
    """Return the choice of reader, hidden if there is only one."""
    additional = [
        (name if reader.is_calibrated else f"{name} ({NOT_CALIBRATED})", name) for name, reader in readers.items()
    ]
    return gr.Radio(
        [("Default", ""), *additional],
        value="",
        label="Reader",
        info=READER_INFO,
        visible=bool(readers),
        elem_id="qw-reader",
    )


def _panel(elem_id: str, *scripts: str, value: str = "") -> gr.HTML:
    """Return a panel for the app's own HTML. Its scripts send clicks and forms to the app."""
    return gr.HTML(value, elem_id=elem_id, js_on_load="\n".join(map(script, ("panel", *scripts))))
