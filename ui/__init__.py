"""The chat: a Gradio app over an assistant. Everything stays on this machine."""

import ui.importing  # noqa: F401  # isort: skip - before anything else imports Gradio
from ui.app import build
from ui.serving.server import Serving, serve, start

__all__ = ["Serving", "build", "serve", "start"]
