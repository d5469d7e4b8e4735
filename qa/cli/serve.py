"""The commands that serve a library: ``quotewell serve``, ``quotewell mcp`` and ``quotewell password``."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from qa.cli.options import command, library_option, open_assistant
from qa.cli.output import echo
from qa.errors import SettingsError
from qa.library.names import is_name

__all__ = ["mcp", "password", "serve"]


@command("serve", "--library news --port 7860")
@library_option
@click.option(
    "--also",
    "others",
    multiple=True,
    metavar="LIBRARY",
    help="Another library that visitors can choose in the page; repeatable.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=7860, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--open", "open_browser", is_flag=True, help="Open the chat in the browser.")
@click.option("--auth", "pairs", multiple=True, metavar="NAME:PASSWORD", help="Account that may use the chat.")
@click.option(
    "--auth-file",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="QUOTEWELL_AUTH_FILE",
    show_envvar=True,
    help="File of accounts, one line each, as `quotewell password` prints them.",
)
@click.option("--insecure", is_flag=True, help="Serve other machines without accounts, by the token alone.")
@click.option("--no-token", is_flag=True, help="Without accounts, answer everyone who can reach the address.")
@click.option(
    "--folders",
    multiple=True,
    metavar="ROOT",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of this machine whose files visitors may add. Can be given more than once.",
)
@click.option(
    "--allow-origin",
    "allowed_origins",
    multiple=True,
    metavar="ORIGIN",
    help="Another site whose pages may use the chat, such as https://news.example.",
)
@click.option(
    "--reader",
    "readers",
    multiple=True,
    metavar="FOLDER",
    help="Additional reader that visitors can choose; repeatable.",
)
@click.option("--mcp", is_flag=True, help="Also serve the library to language models, as an MCP server.")
def serve(
    library: str,
    *,
    others: tuple[str, ...],
    host: str,
    port: int,
    open_browser: bool,
    pairs: tuple[str, ...],
    auth_file: Path | None,
    insecure: bool,
    no_token: bool,
    folders: tuple[Path, ...],
    allowed_origins: tuple[str, ...],
    readers: tuple[str, ...],
    mcp: bool,
) -> None:
    """Serve the chat, a page for the browser.

    By default it serves only this machine. Any other --host needs --auth or --auth-file. Without accounts, the
    printed address carries a token, which every request needs.
    """
    from qa.accounts import Accounts
    from qa.settings import Settings

    try:
        import ui
    except ImportError as error:
        raise SettingsError(f"the chat needs gradio; install quotewell[chat] ({error})") from None
    for address in (library, *others):
        _create_missing(address)
    options = ui.ServerOptions(
        host=host,
        port=port,
        open_browser=open_browser,
        accounts=Accounts.read(pairs, auth_file) if pairs or auth_file else None,
        insecure=insecure,
        no_token=no_token,
        folders=folders,
        allowed_origins=allowed_origins,
        mcp=mcp,
    )
    settings = Settings.from_environment()
    settings = settings.replace(readers=settings.readers + readers)
    names = [_short_name(address) for address in (library, *others)]
    if len(set(names)) < len(names):
        raise SettingsError(f"two libraries have the same name ({', '.join(names)}); rename the folder of one")
    with ExitStack() as stack:
        first = stack.enter_context(open_assistant(library, settings=settings))
        beside = (first.open_beside(other, seed=False, create=False) for other in others)
        opened = [first, *map(stack.enter_context, beside)]
        ui.serve(dict(zip(names, opened, strict=True)), options)


def _short_name(library: str) -> str:
    """Return the last part of a library's folder or address."""
    return library.rstrip("/").rpartition("/")[2] or library


def _create_missing(library: str) -> None:
    """Create a library given by folder or address, for visitors to fill. A name may be misspelt: it must exist."""
    if not is_name(library):
        open_assistant(library, create=True).close()


@command("password", "ada >> accounts.txt")
@click.argument("name")
def password(name: str) -> None:
    """Ask for a password and print a line with its hash, for the file of `serve --auth-file`."""
    from qa.accounts import account_line

    secret = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    echo(account_line(name, secret))


@command("mcp", "--library news")
@library_option
def mcp(library: str) -> None:
    """Serve a library to a language model, as an MCP server on standard input and output.

    The model's program starts this command. `serve --mcp` does the same over HTTP.
    """
    try:
        from qa.adapters.mcp_server import serve_stdio
    except ImportError as error:
        raise SettingsError(f"`quotewell mcp` needs the mcp package; install quotewell[mcp] ({error})") from None
    with open_assistant(library, create=False) as assistant:
        serve_stdio(assistant)
