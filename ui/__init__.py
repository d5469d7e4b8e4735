"""The chat: a Gradio app over an assistant. Everything stays on this machine."""

import ui.gradio_internals  # noqa: F401  # isort: skip - before all other imports of Gradio
from ui.app import build
from ui.serving.server import Server, serve, start
from ui.serving.settings import ServerOptions, ServerSettings

__all__ = ["Server", "ServerOptions", "ServerSettings", "build", "serve", "start"]
