"""A page of another site uses a visitor's login: behind TLS, in a browser that sends cookies everywhere."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import trustme
from playwright.sync_api import Browser, Page

from qa.assistant import Assistant
from tests.chromium import ARGUMENTS, CHROMIUM
from tests.waiting import PATIENCE
from ui import Server

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

ATTACK = """
const victim = "https://qa.company.test";
async function call(name, body) {
  const init = {method: "POST", credentials: "include", headers: {"content-type": "application/json"},
    body: JSON.stringify(body)};
  const event = (await (await fetch(`${victim}/gradio_api/call/v2/${name}`, init)).json()).event_id;
  return (await fetch(`${victim}/gradio_api/call/v2/${name}/${event}`, {credentials: "include"})).text();
}
async function blind() {  // without reading the answer: a form, and a fetch that asks for no permission
  const init = {method: "POST", mode: "no-cors", credentials: "include", headers: {"content-type": "text/plain"},
    body: JSON.stringify({text: "Planted.", title: "planted", source: "evil"})};
  await fetch(`${victim}/gradio_api/call/v2/add_text`, init);
}
(async () => {
  try {
    await blind();
    const stolen = await call("articles", {});
    await call("add_text", {text: "Planted.", title: "planted", source: "evil"});
    document.title = "stolen " + stolen;
  } catch (error) { document.title = "blocked " + error; }
})();
"""


@contextmanager
def https(*handlers: Handler) -> Iterator[list[int]]:
    """Serve each handler over TLS; yields the ports."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("qa.company.test", "wiki.company.test", "evil.test").configure_cert(context)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def begin() -> list[asyncio.Server]:
        return [await asyncio.start_server(handler, "127.0.0.1", 0, ssl=context) for handler in handlers]

    async def end(servers: list[asyncio.Server]) -> None:
        for server in servers:
            server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    servers = asyncio.run_coroutine_threadsafe(begin(), loop).result()
    try:
        yield [server.sockets[0].getsockname()[1] for server in servers]
    finally:
        asyncio.run_coroutine_threadsafe(end(servers), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def proxy(port: int) -> Handler:
    """A proxy that terminates TLS and does not forward the scheme."""

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with _closed(writer):
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(copy(reader, inner_writer), copy(inner_reader, writer), return_exceptions=True)

    return handle


async def hostile(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A site on which every page attacks."""
    async with _closed(writer):
        await reader.readuntil(b"\r\n\r\n")
        page = f"<script>{ATTACK}</script>".encode()
        head = ("HTTP/1.1 200 OK", "Content-Type: text/html", "Connection: close", f"Content-Length: {len(page)}")
        writer.write("\r\n".join([*head, "", ""]).encode() + page)
        await writer.drain()


@asynccontextmanager
async def _closed(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    try:
        yield
    except ConnectionError:
        pass
    finally:
        writer.close()


@contextmanager
def visitor(browser: Browser, folder: Path, chat: int, attacker: int) -> Iterator[Page]:
    """A browser with third-party cookies allowed, in which the names lead to the two ports."""
    (folder / "Default").mkdir(parents=True)
    preferences = {"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False}}
    (folder / "Default" / "Preferences").write_text(json.dumps(preferences))
    names = {"qa.company.test": chat, "wiki.company.test": attacker, "evil.test": attacker}
    rules = ", ".join(f"MAP {name}:443 127.0.0.1:{port}" for name, port in names.items())
    context = browser.browser_type.launch_persistent_context(
        str(folder),
        executable_path=CHROMIUM,
        args=[*ARGUMENTS, f"--host-resolver-rules={rules}"],
        ignore_https_errors=True,
    )
    with closing(context):
        yield context.new_page()


def test_a_page_of_another_site_can_neither_read_nor_write(
    guarded: Server, attacked: Assistant, browser: Browser, tmp_path: Path
) -> None:
    port = urlsplit(guarded.url).port
    assert port
    with https(proxy(port), hostile) as (chat, attacker), visitor(browser, tmp_path, chat, attacker) as page:
        page.goto("https://qa.company.test/", timeout=1000 * PATIENCE)
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password").fill("secret")
        page.get_by_role("button", name="Log in").click()
        page.locator("#qw-conversation").wait_for(timeout=1000 * PATIENCE)  # her own page works
        cookies = page.context.cookies()
        assert cookies
        for cookie in cookies:
            assert (cookie["sameSite"], cookie["secure"], cookie["httpOnly"]) == ("Lax", True, True)

        for site in ("https://wiki.company.test/", "https://evil.test/"):
            attack = page.context.new_page()
            attack.goto(site)
            attack.wait_for_function("document.title", timeout=1000 * PATIENCE)
            assert attack.title().startswith("blocked"), site
    assert [info.source for info in attacked.articles()] == ["ferry"]
