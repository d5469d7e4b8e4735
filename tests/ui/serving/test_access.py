from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from qa.accounts import Accounts
from ui.serving import sessions
from ui.serving.access import OWNER, USER, Access, AccountLogin, Login, TokenLogin, basic_auth
from ui.serving.sessions import RememberedSessions

PAGE = {"accept": "text/html"}
KEY = basic_auth("", "the server's own")


async def who(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.scope[USER]} at {request.url.path}?{request.url.query}")


def client(login: Login) -> TestClient:
    app = Starlette(routes=[Route("/{path:path}", who, methods=["GET", "POST"])])
    return TestClient(Access(app, login=login, sessions=RememberedSessions(7860), key=KEY), follow_redirects=False)


@pytest.fixture(scope="module")
def accounts() -> Accounts:
    return Accounts.read(["ada:pass:word", "eve:secret"])


@pytest.fixture
def guarded(accounts: Accounts) -> TestClient:
    return client(AccountLogin(accounts, 7860))


@pytest.fixture
def frozen(accounts: Accounts) -> TestClient:
    """A server whose time stands still, so that pauses do not end."""

    async def sleep(_: float) -> None:
        pass

    login = AccountLogin(accounts, 7860)
    login._attempts._clock, login._attempts._sleep = lambda: 1000.0, sleep
    return client(login)


@pytest.fixture
def owned() -> TestClient:
    return client(TokenLogin("t0ken"))


def test_a_browser_is_redirected_to_the_login_page(guarded: TestClient) -> None:
    answer = guarded.get("/", headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    page = guarded.get("/login", headers=PAGE)
    assert page.status_code == 200
    assert {'name="username"', 'name="password"', 'action="/login"'} <= set(re.findall(r'\w+="[^"]*"', page.text))


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/queue/join", "/gradio_api/mcp/", "/logout"])
def test_a_program_gets_a_short_refusal(guarded: TestClient, path: str) -> None:
    answer = guarded.get(path)
    assert answer.status_code == 401
    assert "www-authenticate" not in answer.headers  # a browser would send the password to us for other sites


def test_people_log_in_and_out(guarded: TestClient) -> None:
    entered = {"username": " ada ", "password": "pass:word"}
    answer = guarded.post("/login", data=entered, headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    session, browser = answer.headers.get_list("set-cookie")
    assert re.fullmatch(r"quotewell-7860=\S+; HttpOnly; Path=/; SameSite=lax", session)
    assert re.fullmatch(r"quotewell-known-7860=\S+; HttpOnly; Max-Age=\d+; Path=/login; SameSite=lax", browser)
    assert guarded.get("/x").text == "ada at /x?"
    assert guarded.get("/login", headers=PAGE).status_code == 200
    answer = guarded.post("/logout", headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert guarded.get("/x").status_code == 401


def test_a_cookie_is_invalid_after_logout(guarded: TestClient) -> None:
    guarded.post("/login", data={"username": "ada", "password": "pass:word"})
    cookie = guarded.cookies["quotewell-7860"]
    guarded.post("/logout")
    assert guarded.get("/", headers={"cookie": f"quotewell-7860={cookie}"}).status_code == 401


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_link_logs_nobody_out(guarded: TestClient, method: str) -> None:
    guarded.post("/login", data={"username": "ada", "password": "pass:word"})
    followed = guarded.request(method, "/logout", headers=PAGE)
    assert (followed.status_code, followed.headers["allow"]) == (405, "POST")
    assert guarded.get("/x").text == "ada at /x?"


def test_an_unused_session_expires(guarded: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded.post("/login", data={"username": "ada", "password": "pass:word"})
    monkeypatch.setattr(sessions, "SESSION_SECONDS", -1.0)
    assert guarded.get("/").status_code == 401


@pytest.mark.parametrize(("name", "password"), [("ada", "wrong"), ("bob", "secret"), ("", ""), ("eve", "é" * 99)])
def test_a_wrong_password_is_refused(guarded: TestClient, name: str, password: str) -> None:
    answer = guarded.post("/login", data={"username": name, "password": password}, headers=PAGE)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert "Incorrect name or password." in answer.text
    assert guarded.post("/login", data={"username": name, "password": password}).status_code == 401


def test_a_name_is_shown_as_text(guarded: TestClient) -> None:
    answer = guarded.post("/login", data={"username": '"><script>x</script>', "password": "p"}, headers=PAGE)
    assert "<script>" not in answer.text


def test_a_client_that_guesses_has_to_wait(guarded: TestClient) -> None:
    statuses = [guarded.post("/login", data={"username": "ada", "password": "no"}).status_code for _ in range(8)]
    assert statuses[:5] == [401] * 5
    answer = guarded.get("/", headers={"authorization": basic_auth("ada", "no")})
    assert answer.status_code in (401, 429)
    assert 429 in [
        guarded.get("/", headers={"authorization": basic_auth("ada", "no")}).status_code for _ in range(3)
    ]


def guess_until_refused(frozen: TestClient) -> None:
    """Guess ada's password, as another client of the same address."""
    known = dict(frozen.cookies)
    frozen.cookies.clear()
    entered = {"username": "ada", "password": "no"}
    assert 429 in [frozen.post("/login", data=entered).status_code for _ in range(9)]
    assert frozen.post("/login", data={"username": "ada", "password": "pass:word"}).status_code == 429
    frozen.cookies.update(known)


def test_a_browser_that_logged_in_before_does_not_wait_for_who_guesses_at_its_address(frozen: TestClient) -> None:
    ada = {"username": "ada", "password": "pass:word"}
    frozen.post("/login", data=ada)
    frozen.post("/logout")
    guess_until_refused(frozen)
    assert frozen.post("/login", data=ada).status_code == 200
    assert frozen.post("/login", data={"username": "eve", "password": "secret"}).status_code == 429


def test_the_cookie_of_a_browser_gives_no_more_guesses_than_an_address(frozen: TestClient) -> None:
    frozen.post("/login", data={"username": "ada", "password": "pass:word"})
    frozen.post("/logout")
    guesses = [frozen.post("/login", data={"username": "ada", "password": "no"}).status_code for _ in range(9)]
    assert guesses[:5] == [401] * 5
    assert 429 in guesses


def test_a_forged_cookie_is_no_known_browser(frozen: TestClient) -> None:
    guess_until_refused(frozen)
    for value in ("", ".", "x", "x.y", f"x.{'0' * 64}", "\xe9.\xe9"):
        headers = [(b"cookie", f"quotewell-known-7860={value}".encode("latin-1"))]
        answer = frozen.post("/login", data={"username": "ada", "password": "pass:word"}, headers=headers)
        assert answer.status_code == 429


def test_a_password_that_was_right_before_is_no_faster_to_guess(frozen: TestClient) -> None:
    right, wrong = ({"authorization": basic_auth("ada", password)} for password in ("pass:word", "no"))
    assert frozen.get("/", headers=right).status_code == 200
    assert 429 in [frozen.get("/", headers=wrong).status_code for _ in range(9)]
    assert frozen.get("/", headers=right).status_code == 429


def test_programs_send_their_password_with_each_request(guarded: TestClient) -> None:
    header = {"authorization": basic_auth("ada", "pass:word")}
    assert guarded.get("/x", headers=header).text == "ada at /x?"
    assert guarded.get("/y", headers=header).text == "ada at /y?"
    assert guarded.get("/x").status_code == 401


@pytest.mark.parametrize("header", ["Basic ?", "Bearer t0ken", "Basic", basic_auth("ada", "wrong"), "\xff"])
def test_other_headers_are_no_login(guarded: TestClient, header: str) -> None:
    assert guarded.get("/", headers=[(b"authorization", header.encode("latin-1"))]).status_code == 401


def test_the_server_itself_needs_no_account(guarded: TestClient, owned: TestClient) -> None:
    for server in (guarded, owned):
        assert server.get("/", headers={"authorization": KEY}).text == f"{OWNER} at /?"


def test_the_address_with_the_token_gives_a_cookie(owned: TestClient) -> None:
    answer = owned.get("/?token=t0ken&x=1", headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?x=1")
    assert owned.get("/x").text == f"{OWNER} at /x?"


def test_a_program_sends_the_token_in_its_header(owned: TestClient) -> None:
    assert owned.get("/x", headers={"authorization": "Bearer t0ken"}).text == f"{OWNER} at /x?"


@pytest.mark.parametrize("query", ["", "token=", "token=x", "token=t0ke", "token=T0KEN", "token=x&token=t0ken%00"])
def test_without_the_token_a_page_explains_where_to_find_it(owned: TestClient, query: str) -> None:
    answer = owned.get(f"/?{query}", headers=PAGE)
    assert answer.status_code == 401
    assert "quotewell serve" in answer.text
    assert "set-cookie" not in answer.headers


def test_redirects_stay_on_this_server(owned: TestClient) -> None:
    for path in ("//evil.example/", "/\\evil.example", "//evil.example%2f.."):
        owned.cookies.clear()
        answer = owned.get(f"http://testserver{path}?token=t0ken", headers=PAGE)
        assert re.match(r"/(?![/\\])", answer.headers["location"])


def test_the_number_of_sessions_is_limited(owned: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MAX_SESSIONS", 2)
    cookies = []
    for _ in range(3):
        owned.cookies.clear()
        owned.get("/?token=t0ken")
        cookies.append(owned.cookies["quotewell-7860"])
    owned.cookies.clear()
    headers = [{"cookie": f"quotewell-7860={cookie}"} for cookie in cookies]
    statuses = [owned.get("/", headers=header).status_code for header in headers]
    assert statuses == [401, 200, 200]
