"""The chat: a Gradio app over an assistant. Everything stays on this machine."""

import ui.importing  # noqa: F401  # isort: skip - before anything else imports Gradio
from ui.app import build
from ui.serving.server import serve, start
from ui.serving.settings import ServerOptions, ServerSettings

__all__ = ["ServerOptions", "ServerSettings", "build", "serve", "start"]
