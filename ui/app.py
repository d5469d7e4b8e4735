"""The Gradio app: connects the events of the page to their handlers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from qa.assistant import Assistant
from ui import markup
from ui.api import add_endpoints
from ui.conversation.example_questions import Examples
from ui.conversation.handlers import Asked
from ui.conversation.source_panel import NO_SOURCE
from ui.conversation.workers import QUESTION_QUEUE, QuestionThreads
from ui.layout import LIBRARY_TAB, SOURCE_TAB, Page, lay_out, script
from ui.library_tab.handlers import FIELDS
from ui.served_libraries import Libraries
from ui.state import Choices, Conversation, View

__all__ = ["ASKING_AT_ONCE", "build"]

ASKING_AT_ONCE = 4
DRAWING_AT_ONCE = 2
"""Pages that are drawn at once. Others wait in the queue, not in threads that the rest of the chat needs."""
SESSION_SECONDS = 24 * 3600
UPLOAD_SECONDS = 3600
EMBEDDING_SECONDS = 2
"""How often the header updates its count of embedded passages."""
# A question sent while another is being answered stays in the box until it can start. If the visitor changes the
# text before then, it counts as unsent. A question that fails goes back into the box, unless the box has new text.
SEND = "(question) => { document.body.dataset.sent = question; }"
TAKE = "(question, ...rest) => [question === document.body.dataset.sent ? question : '', ...rest]"
GIVE_BACK = "(failed, question) => ['', question || failed]"


def build(
    assistants: Mapping[str, Assistant],
    *,
    folders: Sequence[Path] = (),
    has_accounts: bool = False,
    examples: Mapping[str, Examples] | None = None,
    threads: QuestionThreads | None = None,
    on_load: Callable[[], None] = lambda: None,
) -> gr.Blocks:
    """Return the chat for some libraries, ready to be launched or mounted.

    :param assistants: the libraries by name. A page opens with the first, which also answers programs.
    :param folders: folders on the server whose files visitors may add.
    :param has_accounts: whether visitors log in to accounts, and so can log out.
    :param examples: finds example questions for a library, by its name.
    :param threads: the threads that answer questions; its own ones by default.
    :param on_load: called each time a page has loaded.
    """
    asking = threads or QuestionThreads(ASKING_AT_ONCE)
    libraries = Libraries(assistants, _toast, asking, folders, examples)
    assistant = assistants[libraries.first]
    app = gr.Blocks(
        title="Quotewell",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(UPLOAD_SECONDS, UPLOAD_SECONDS),
    )
    with app:
        conversation = gr.State(None, time_to_live=SESSION_SECONDS)
        view = gr.State(None, time_to_live=SESSION_SECONDS)
        page = lay_out(assistant, folders=bool(folders), has_accounts=has_accounts)
        add_endpoints(assistant, libraries.of(None).tab, asking)
        events = _wire_asking(page, conversation, view, libraries)
        _wire_conversation(page, conversation, view, libraries, events)
        shown = _wire_library(app, page, conversation, view, libraries, events)
        shown.then(on_load, None, None, **_quietly())
        _wire_adding(page, conversation, view, libraries)
        _wire_settings(app, page)
    return app


def _wire_asking(page: Page, conversation: gr.State, view: gr.State, libraries: Libraries) -> list[Any]:
    """Return the events that "New conversation" cancels."""

    def shown(asked: Asked) -> tuple[Any, ...]:
        unchanged = asked.source is None
        source = (gr.skip(), gr.skip()) if unchanged else (asked.source, gr.Tabs(selected=SOURCE_TAB))
        return asked.html, *source, asked.conversation

    def ask(
        question: str,
        percent: float,
        passages: int,
        reader: str,
        conversation: Conversation | None,
        view: View | None,
    ) -> Iterator[Any]:
        if not question.strip():
            yield gr.skip()  # if nothing is yielded, Gradio clears all outputs
            return
        box: Any = ""  # clear the box only once, to keep what is typed after that
        for asked in libraries.of(view).conversation.ask(
            question, _choices(percent, passages, reader), conversation, view
        ):
            yield box, asked.failed, *shown(asked)
            box = gr.skip()

    def resume(
        percent: float, passages: int, reader: str, view: View | None, event: gr.EventData
    ) -> Iterator[Any]:
        questions, key = _value(event, "questions"), _value(event, "conversation")
        handlers = libraries.of(view).conversation
        yield from map(shown, handlers.resume(questions, key, _choices(percent, passages, reader), view))

    asking = _quietly(concurrency_limit=ASKING_AT_ONCE, concurrency_id=QUESTION_QUEUE)
    settings = [page.percent, page.passages, page.reader]
    asked = [page.conversation, page.source, page.tabs, conversation]
    box, failed = page.question, gr.Textbox(visible=False)
    sent = box.submit(None, box, None, js=SEND)
    asks = sent.then(
        ask,
        [box, *settings, conversation, view],
        [box, failed, *asked],
        js=TAKE,
        trigger_mode="always_last",
        **asking,
    )
    asks.then(None, [failed, box], [failed, box], js=GIVE_BACK)
    return [asks, page.conversation.retry(resume, [*settings, view], asked, **asking)]


def _wire_conversation(
    page: Page, conversation: gr.State, view: gr.State, libraries: Libraries, asking: list[Any]
) -> None:
    def begin(view: View | None) -> Any:
        return None, libraries.of(view).conversation.render(None), markup.render_message(NO_SOURCE)

    def show(conversation: Conversation | None, view: View | None, event: gr.EventData) -> Any:
        return libraries.of(view).conversation.show(_value(event, "place"), conversation), gr.Tabs(
            selected=SOURCE_TAB
        )

    def draw(conversation: Conversation | None, view: View | None, event: gr.EventData) -> dict[str, str]:
        place = _value(event, "place")
        return {"place": place, "html": libraries.of(view).conversation.page_image(place, conversation)}

    def rate(conversation: Conversation | None, view: View | None, event: gr.EventData) -> str:
        handlers = libraries.of(view).conversation
        handlers.rate(_value(event, "reply"), _value(event, "verdict"), _value(event, "comment"), conversation)
        return handlers.render(conversation, view)

    def save(conversation: Conversation | None, view: View | None, event: gr.EventData) -> dict[str, str]:
        name, content = libraries.of(view).conversation.transcript(_value(event, "format"), conversation)
        return {"name": name, "content": content}

    page.conversation.clear(
        begin, view, [conversation, page.conversation, page.source], cancels=asking, **_quietly()
    )
    page.conversation.like(rate, [conversation, view], page.conversation, **_quietly())
    file = gr.JSON(visible=False)
    page.conversation.download(save, [conversation, view], file, **_quietly()).then(
        None, file, None, js=script("download")
    )
    picture = gr.JSON(visible=False)
    drawing = _quietly(trigger_mode="multiple", concurrency_limit=DRAWING_AT_ONCE, concurrency_id="pages")
    page.source.expand(draw, [conversation, view], picture, **drawing).then(
        None, picture, None, js=script("page_image")
    )
    for panel in (page.conversation, page.source, page.listing):
        panel.select(show, [conversation, view], [page.source, page.tabs], **_quietly())


def _wire_library(
    app: gr.Blocks,
    page: Page,
    conversation: gr.State,
    view: gr.State,
    libraries: Libraries,
    asking: list[Any],
) -> Any:
    """Return the event of a page load."""

    def welcome(conversation: Conversation | None, view: View | None) -> Any:
        is_used = conversation and not conversation.is_empty
        return gr.skip() if is_used else libraries.of(view).conversation.render(conversation)

    def act(view: View | None, conversation: Conversation | None, event: gr.EventData) -> Any:
        data = {name: _value(event, name) for name in FIELDS if hasattr(event, name)}
        library_tab = libraries.of(view).tab
        view = library_tab.act(view, data)
        return view, *library_tab.render(view), welcome(conversation, view)

    def search(view: View | None, event: gr.EventData) -> Any:
        library_tab = libraries.of(view).tab
        view = library_tab.act(view, {"action": "search", "search": _value(event, "search")})
        return view, library_tab.render(view).articles

    def load(view: View | None, conversation: Conversation | None, request: gr.Request) -> Any:
        view = view or libraries.choose(request.query_params.get("library", ""))
        library = libraries.of(view)
        return view, *library.tab.render(view), library.conversation.render(conversation, view)

    def choose(event: gr.EventData) -> Any:
        view = libraries.choose(_value(event, "value"))
        library = libraries.of(view)
        source = markup.render_message(NO_SOURCE)
        return view, None, source, *library.tab.render(view), library.conversation.render(None)

    def is_embedding(view: View | None) -> Any:
        return gr.Timer(active=libraries.of(view).tab.is_embedding())

    panels = [page.header, page.finder, page.chips, page.listing, page.conversation]
    shown = app.load(load, [view, conversation], [view, *panels], **_quietly())
    chosen = [view, conversation, page.source, *panels]
    page.header.apply(choose, None, chosen, cancels=asking, **_quietly())
    clock = gr.Timer(EMBEDDING_SECONDS, active=False)
    clock.tick(lambda view: libraries.of(view).tab.header(), view, page.header, **_quietly())
    page.header.change(is_embedding, view, clock, **_quietly())
    for panel in (page.source, page.chips, page.finder, page.listing):
        panel.apply(act, [view, conversation], [view, *panels], **_quietly())
    page.finder.input(search, view, [view, page.listing], trigger_mode="always_last", **_quietly())
    return shown


def _wire_adding(page: Page, conversation: gr.State, view: gr.State, libraries: Libraries) -> None:
    panels = [page.header, page.finder, page.chips, page.listing, page.conversation, page.tabs]
    options: dict[str, Any] = {
        "show_progress_on": page.adding.report,
        "concurrency_limit": 1,  # a slow add does not delay questions
        "concurrency_id": "add",
        "api_visibility": "private",
    }

    def added(view: View | None, conversation: Conversation | None) -> tuple[Any, ...]:
        library = libraries.of(view)
        is_used = conversation and not conversation.is_empty
        return (
            *library.tab.render(view),
            gr.skip() if is_used else library.conversation.render(conversation),
            gr.Tabs(selected=LIBRARY_TAB),
        )

    # Gradio recognises the progress bar as a default argument.
    def upload(
        paths: list[str] | None,
        view: View | None,
        conversation: Conversation | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008
    ) -> Any:
        report = libraries.of(view).tab.upload(paths or [], lambda share, words: progress(share, desc=words))
        return None, report, *added(view, conversation)

    def paste(title: str, text: str, view: View | None, conversation: Conversation | None) -> Any:
        report = libraries.of(view).tab.paste(title, text)
        fields = ("", "") if report else (gr.skip(), gr.skip())  # keep a text that could not be added
        return *fields, report, *added(view, conversation)

    def add_folder(
        path: str,
        view: View | None,
        conversation: Conversation | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008
    ) -> Any:
        report = libraries.of(view).tab.add_folder(path, lambda share, words: progress(share, desc=words))
        return "" if report else gr.skip(), report, *added(view, conversation)

    adding = page.adding
    adding.report.clear(lambda: "", None, adding.report, **_quietly())
    adding.files.upload(
        upload, [adding.files, view, conversation], [adding.files, adding.report, *panels], **options
    )
    adding.paste.click(
        paste,
        [adding.title, adding.text, view, conversation],
        [adding.title, adding.text, adding.report, *panels],
        **options,
    )
    if adding.folder:
        adding.folder.submit(
            add_folder, [adding.folder, view, conversation], [adding.folder, adding.report, *panels], **options
        )


def _wire_settings(app: gr.Blocks, page: Page) -> None:
    """Store the settings in the browser, not on the server."""
    settings = [page.percent, page.passages, page.reader]
    defaults = json.dumps([setting.value for setting in settings])
    readers = json.dumps([name for _, name in page.reader.choices])
    app.load(None, settings, settings, js=f"(...now) => ({script('page')})({defaults}, {readers}, ...now)")
    for setting in (page.percent, page.passages, page.reader):
        setting.change(None, settings, None, js="(...now) => window.quotewell.store('settings', now)")


def _choices(percent: float, passages: float, reader: str | None) -> Choices:
    return Choices(percent / 100, int(passages), reader or "")


def _value(event: gr.EventData, name: str) -> str:
    """Return a field of the button or form that was used; empty if it has no such field."""
    return str(getattr(event, name, ""))


def _quietly(**options: Any) -> dict[str, Any]:
    """Return the options of an event without a spinner that is not part of the API."""
    return {"show_progress": "hidden", "concurrency_limit": None, "api_visibility": "private", **options}


def _toast(message: str) -> None:
    gr.Warning(markup.escape(message[:1].upper() + message[1:]))  # Gradio renders it as HTML
