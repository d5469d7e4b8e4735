"""What the queue keeps for each session, and that a session which left cannot end it."""

from __future__ import annotations

from asyncio import Queue as AsyncQueue
from concurrent.futures import ThreadPoolExecutor

import httpx
from gradio.server_messages import EventMessage, HeartbeatMessage
from hypothesis import given
from hypothesis import strategies as st

from qa.types import Article
from tests.toys import toy_assistant
from tests.waiting import PATIENCE
from ui import start
from ui.serving.mailboxes import Mailboxes

SESSIONS = st.sampled_from("abcdef")


@given(st.lists(st.tuples(st.sampled_from(["join", "tell", "leave"]), SESSIONS)), st.integers(1, 4))
def test_the_sessions_used_latest_are_kept(steps: list[tuple[str, str]], size: int) -> None:
    boxes, latest = Mailboxes(size), list[str]()
    for step, session in steps:
        known = session in latest
        if known:
            latest.remove(session)
        if step == "join" and session not in boxes:
            boxes[session] = AsyncQueue()
        if step == "tell":
            boxes[session].put_nowait(HeartbeatMessage())
        if step == "leave":
            del boxes[session]
        if step == "join" and known:
            boxes[session].empty()
        if step == "join" or (step == "tell" and known):
            latest = [*latest, session][-size:]
        assert list(boxes) == latest


def test_messages_stay_in_the_box() -> None:
    boxes: Mailboxes = Mailboxes(2)
    box: AsyncQueue[EventMessage] = AsyncQueue()
    boxes["a"] = box
    message = HeartbeatMessage()
    boxes["a"].put_nowait(message)
    boxes["gone"].put_nowait(HeartbeatMessage())
    assert boxes.get("gone") is None
    assert box.get_nowait() is message


def test_more_calls_than_boxes_do_not_end_the_queue() -> None:
    with toy_assistant() as assistant:
        assistant.add(Article("Norrland is large.", "Norrland"))
        app = start(assistant)
        boxes = app._queue.pending_messages_per_session
        assert isinstance(boxes, Mailboxes)
        boxes.max_size = 2
        call = f"{app.local_url}gradio_api/call/v2/ask"
        try:
            with ThreadPoolExecutor(20) as programs:
                list(programs.map(lambda _: httpx.post(call, json={"question": "How large is it?"}), range(40)))
            event = httpx.post(call, json={"question": "What is large?"}).raise_for_status().json()["event_id"]
            assert "event: complete" in httpx.get(f"{call}/{event}", timeout=PATIENCE).text
        finally:
            app.close(verbose=False)
