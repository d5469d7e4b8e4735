"""Where Gradio's queue leaves what it has to tell each session, until the session's stream fetches it."""

from __future__ import annotations

from asyncio import Queue as AsyncQueue

import gradio as gr
from gradio.server_messages import EventMessage
from gradio.utils import LRUCache

__all__ = ["Mailboxes", "keep_mailboxes"]


class Mailboxes(LRUCache[str, AsyncQueue[EventMessage]]):
    """The messages of the sessions that were used latest; those to a session that has left go nowhere.

    Gradio's own forgets the session that came first, though it may wait for an answer, once two thousand others
    have called; and a message to a forgotten session ends the queue, for everyone.
    """

    def __getitem__(self, session: str) -> AsyncQueue[EventMessage]:
        if session not in self:
            return AsyncQueue()
        self.move_to_end(session)
        return super().__getitem__(session)

    def __setitem__(self, session: str, messages: AsyncQueue[EventMessage]) -> None:
        if session not in self and len(self) >= self.max_size:
            del self[next(iter(self))]
        super().__setitem__(session, messages)

    def __delitem__(self, session: str) -> None:
        if session in self:
            super().__delitem__(session)


def keep_mailboxes(app: gr.Blocks) -> None:
    """Let the app's queue keep its messages in mailboxes."""
    queue = app._queue
    queue.pending_messages_per_session = Mailboxes(queue.pending_messages_per_session.max_size)
