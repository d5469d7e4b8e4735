"""The chat as a Hugging Face Space: a library in memory, which anyone may ask and add to until it restarts."""

import os

from quotewell import Assistant
from ui import ServerOptions, serve

if __name__ == "__main__":
    with Assistant.in_memory() as assistant:
        port = int(os.environ.get("GRADIO_SERVER_PORT", "7860"))
        serve(assistant, ServerOptions(host="0.0.0.0", port=port, insecure=True, no_token=True))  # noqa: S104
