"""Gradio still has, and uses, the internals that ui/gradio_internals.py relies on."""

from __future__ import annotations

import inspect
import subprocess
import sys
import tomllib
from asyncio import Queue as AsyncQueue
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from pathlib import Path

import gradio as gr
import httpx
import pytest
from gradio.blocks import Block
from gradio.context import LocalContext
from gradio.data_classes import FileData, ListFiles
from gradio.exceptions import InvalidPathError
from gradio.mcp import GradioMCPServer
from gradio.processing_utils import _check_allowed
from gradio.queueing import Queue
from gradio.routes import App
from gradio.server_messages import EventMessage, HeartbeatMessage
from gradio.state_holder import StateHolder
from gradio.utils import LRUCache
from hypothesis import given
from hypothesis import strategies as st

from qa.types import Article
from tests.event_loop import run_async
from tests.toys import toy_assistant
from tests.waiting import PATIENCE
from ui import ServerOptions, start
from ui.gradio_internals import (
    PendingMessages,
    QueueLength,
    forget_session,
    keep_pending_messages,
    mark_as_launched,
    measure_queue,
    restrict_uploads,
    set_mcp_headers,
)

SESSIONS = st.sampled_from("abcdef")


@given(st.lists(st.tuples(st.sampled_from(["join", "tell", "leave"]), SESSIONS)), st.integers(1, 4))
def test_the_most_recently_used_sessions_are_kept(steps: list[tuple[str, str]], size: int) -> None:
    pending, latest = PendingMessages(size), list[str]()
    for step, session in steps:
        known = session in latest
        if known:
            latest.remove(session)
        if step == "join" and session not in pending:
            pending[session] = AsyncQueue()
        if step == "tell":
            pending[session].put_nowait(HeartbeatMessage())
        if step == "leave":
            del pending[session]
        if step == "join" and known:
            pending[session].empty()
        if step == "join" or (step == "tell" and known):
            latest = [*latest, session][-size:]
        assert list(pending) == latest


def test_messages_wait_for_their_session() -> None:
    pending: PendingMessages = PendingMessages(2)
    queue: AsyncQueue[EventMessage] = AsyncQueue()
    pending["a"] = queue
    message = HeartbeatMessage()
    pending["a"].put_nowait(message)
    pending["gone"].put_nowait(HeartbeatMessage())
    assert pending.get("gone") is None
    assert queue.get_nowait() is message


def test_more_calls_than_sessions_do_not_stop_the_queue() -> None:
    with toy_assistant() as assistant:
        assistant.add(Article("Norrland is large.", "Norrland"))
        app = start(assistant, ServerOptions(no_token=True))
        pending = app.blocks._queue.pending_messages_per_session
        assert isinstance(pending, PendingMessages)
        pending.max_size = 2
        call = f"{app.url}gradio_api/call/v2/ask"
        try:
            with ThreadPoolExecutor(20) as programs:
                ask = partial(httpx.post, call, timeout=PATIENCE)
                list(programs.map(lambda _: ask(json={"question": "How large is it?"}), range(40)))
            event = ask(json={"question": "What is large?"}).raise_for_status().json()["event_id"]
            assert "event: complete" in httpx.get(f"{call}/{event}", timeout=PATIENCE).text
        finally:
            app.close()


def source_of(function: object) -> str:
    return inspect.getsource(inspect.unwrap(function))  # type: ignore[arg-type]


def test_gradio_is_bounded_from_above() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
    (requirement,) = (one for one in project["optional-dependencies"]["chat"] if one.startswith("gradio"))
    bound = requirement.rpartition("<")[2]
    major, minor = map(int, version("gradio").split(".")[:2])
    assert bound == f"{major}.{minor + 1}", "run these tests with the newest Gradio below the bound"


def test_importing_gradio_parses_no_sources() -> None:
    """Run in a separate process, in which the chat imports Gradio."""
    code = (
        "import inspect; getfile = inspect.getfile\n"
        "import ui.gradio_internals\n"
        "from gradio import component_meta\n"
        "assert inspect.getfile is getfile\n"
        "source = inspect.getsource(component_meta.create_or_modify_pyi)\n"
        "assert 'inspect.getfile(component_class)' in source and 'except OSError' in source\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_queue_keeps_messages_in_a_replaceable_mapping() -> None:
    with gr.Blocks() as app:
        gr.HTML()
    app.queue()
    assert type(app._queue) is Queue
    assert type(app._queue.pending_messages_per_session) is LRUCache
    size = app._queue.pending_messages_per_session.max_size
    keep_pending_messages(app)
    assert isinstance(app._queue.pending_messages_per_session, PendingMessages)
    assert app._queue.pending_messages_per_session.max_size == size


def test_the_length_of_a_queue_is_known() -> None:
    with gr.Blocks() as app:
        gr.Button().click(lambda: None, concurrency_id="ask")
    app.queue()
    assert measure_queue(app, "ask") == QueueLength(0, 0)
    app._queue.create_event_queue_for_fn(app.fns[0])
    queue = app._queue.event_queue_per_concurrency_id["ask"]
    assert (queue.queue, queue.current_concurrency) == ([], 0)
    queue.queue, queue.current_concurrency = [None] * 3, 2  # type: ignore[list-item]
    assert measure_queue(app, "ask") == QueueLength(3, 2)


def test_a_mounted_app_checks_the_paths_of_files() -> None:
    with gr.Blocks() as app:
        gr.File()
    token = LocalContext.blocks.set(app)
    try:
        _check_allowed(__file__, check_in_upload_folder=True)  # as a mounted app would
        mark_as_launched(app, "http://x/")
        with pytest.raises(InvalidPathError, match="not uploaded"):
            _check_allowed(__file__, check_in_upload_folder=True)
    finally:
        LocalContext.blocks.reset(token)
    assert "while blocks.is_running" in source_of(App.create_app)


def test_a_session_can_be_forgotten() -> None:
    sessions = StateHolder()
    with gr.Blocks() as blocks:
        gr.State()
    sessions.set_blocks(blocks)
    for session in ("a", "b"):
        sessions[session]
    assert sessions.session_data.keys() == sessions.time_last_used.keys() == {"a", "b"}
    app = type("App", (), {"state_holder": sessions})
    request = type("Request", (), {"session_hash": "a", "request": type("Inner", (), {"app": app})})
    token = LocalContext.request.set(request)  # type: ignore[arg-type]
    try:
        forget_session()
        forget_session()
    finally:
        LocalContext.request.reset(token)
    forget_session()
    assert sessions.session_data.keys() == sessions.time_last_used.keys() == {"b"}
    assert isinstance(App().state_holder, StateHolder)


def test_the_mcp_server_uses_the_replaced_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.gradio_internals.Client", lambda url, **options: (url, options["headers"]))
    server = GradioMCPServer.__new__(GradioMCPServer)
    app = type("Blocks", (), {"mcp_server_obj": server})
    set_mcp_headers(app, "http://x/", {"Authorization": "key"})  # type: ignore[arg-type]
    assert server._get_or_create_client() == ("http://x/", {"x-gradio-user": "mcp", "Authorization": "key"})
    set_mcp_headers(type("Blocks", (), {"mcp_server_obj": None}), "", {})  # type: ignore[arg-type]


def test_the_app_takes_the_users_of_another_login() -> None:
    assert "auth_dependency" in inspect.signature(gr.mount_gradio_app).parameters
    with gr.Blocks() as blocks:
        gr.HTML()
    assert isinstance(blocks.state_session_capacity, int)


def test_file_components_move_and_preprocess_files_with_replaceable_methods() -> None:
    assert list(inspect.signature(Block.async_move_resource_to_block_cache).parameters) == [
        "self",
        "url_or_file_path",
    ]
    with gr.Blocks() as app:
        file, button, text = gr.File(file_count="multiple"), gr.UploadButton(), gr.Textbox()
    restrict_uploads(app, 1)
    assert "preprocess" not in vars(text)
    for component in (file, button):
        assert list(inspect.signature(type(component).preprocess).parameters) == ["self", "payload"]
        with pytest.raises(gr.Error, match="Only uploaded files"):
            run_async(component.async_move_resource_to_block_cache("https://example.org/a.txt"))
    files = ListFiles(root=[FileData(path=__file__), FileData(path=__file__)])
    with pytest.raises(gr.Error, match="at most 1 file"):
        file.preprocess(files)
