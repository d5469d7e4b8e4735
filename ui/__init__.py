"""The chat: a Gradio app over an assistant. Everything stays on this machine."""

from ui.app import build
from ui.server import serve, start

__all__ = ["build", "serve", "start"]
