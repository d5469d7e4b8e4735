"""Sessions that several servers accept. Those of one server are tested through the login."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.responses import Response

from qa.accounts import Accounts
from qa.errors import SettingsError
from ui import ServerOptions, ServerSettings
from ui.serving import sessions
from ui.serving.access import OWNER, AccountLogin, TokenLogin
from ui.serving.sessions import SignedSessions

KEY = "k" * 32


def server(key: str = KEY, **credentials: str) -> SignedSessions:
    return SignedSessions(key, credentials.get)


def log_in(server: SignedSessions, user: str) -> str:
    """Return the cookie of a new session."""
    answer = Response()
    server.begin(user, answer)
    return answer.headers["set-cookie"].partition(";")[0].partition("=")[2]


def user_of(server: SignedSessions, cookie: str) -> str | None:
    return server.get_user(Headers({"cookie": f"quotewell={cookie}"}))


@given(user=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_login_to_one_server_is_good_for_another(user: str) -> None:
    one, other = (SignedSessions(KEY, {user: "hash"}.get) for _ in range(2))
    assert user_of(other, log_in(one, user)) == user


@pytest.mark.parametrize(
    "other",
    [
        server("another key, also of 32 characters", ada="hash"),
        server(ada="another password"),
        server(eve="hash"),
    ],
    ids=["another key", "a new password", "a removed account"],
)
def test_it_ends_with_the_key_the_password_and_the_account(other: SignedSessions) -> None:
    assert user_of(other, log_in(server(ada="hash"), "ada")) is None


@given(data=st.data())
def test_a_changed_cookie_is_refused(data: Any) -> None:
    own = server(ada="hash", eve="hash")
    cookie = log_in(own, "ada")
    place = data.draw(st.integers(0, len(cookie) - 1))
    letter = data.draw(st.sampled_from("Ab0.-_").filter(lambda letter: letter != cookie[place]))
    assert user_of(own, cookie[:place] + letter + cookie[place + 1 :]) is None


@given(st.text(st.characters(max_codepoint=255, exclude_characters=";,\r\n")))
def test_no_cookie_is_an_error(cookie: str) -> None:
    assert user_of(server(ada="hash"), cookie) is None


def test_it_lasts_for_a_time_and_until_the_logout(monkeypatch: pytest.MonkeyPatch) -> None:
    own = server(ada="hash")
    cookie, stays = log_in(own, "ada"), log_in(own, "ada")
    answer = Response()
    own.end(Headers({"cookie": f"quotewell={cookie}"}), answer)
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert (user_of(own, cookie), user_of(own, stays)) == (None, "ada")
    monkeypatch.setattr(sessions, "SESSION_SECONDS", -1.0)
    assert user_of(own, log_in(own, "ada")) is None


def test_it_rests_on_the_password_or_the_token() -> None:
    accounts = AccountLogin(Accounts.read(["ada:secret"]), 7860)
    stored = accounts.credential("ada")
    assert stored is not None
    assert stored.startswith("scrypt$")
    assert [accounts.credential(user) for user in ("eve", OWNER)] == [None, None]
    token = TokenLogin("t0ken")
    assert [token.credential(user) for user in (OWNER, "ada")] == ["t0ken", None]


def test_a_short_key_is_refused() -> None:
    with pytest.raises(SettingsError, match="QUOTEWELL_SESSION_KEY needs at least 32 characters"):
        ServerOptions(limits=ServerSettings(session_key="short")).check()
    ServerOptions(limits=ServerSettings(session_key=KEY)).check()
