from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa import accounts as module
from qa.accounts import Accounts, account_line
from qa.cli.main import cli
from qa.errors import SettingsError


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "N", 2)


def test_pairs() -> None:
    accounts = Accounts.read(["ada:love:lace", "max: spaced "])
    assert len(accounts) == 2
    assert accounts.check("ada", "love:lace")
    assert accounts.check("max", " spaced ")
    for name, password in [("ada", "love"), ("ada", ""), ("max", "love:lace"), ("eve", "love:lace"), ("", "")]:
        assert not accounts.check(name, password)


def test_a_file_of_accounts(tmp_path: Path) -> None:
    file = tmp_path / "accounts.txt"
    line = account_line("ädä", "pässwörd")
    file.write_text(f"# those who may\n\n{line}\n", "utf-8")
    assert "pässwörd" not in line
    assert account_line("ädä", "pässwörd") != line  # salted
    accounts = Accounts.read(["max:x"], file)
    assert accounts.check("ädä", "pässwörd")
    assert accounts.check("max", "x")
    assert not accounts.check("ädä", "password")


def test_the_hash_is_scrypt() -> None:
    import base64

    name, _, rest = account_line("ada", "secret").partition(":")
    scheme, n, r, p, salt, digest = rest.split("$")
    made = hashlib.scrypt(b"secret", salt=base64.b64decode(salt), n=int(n), r=int(r), p=int(p), dklen=32)
    assert (name, scheme, base64.b64decode(digest)) == ("ada", "scrypt", made)


def test_a_stranger_takes_as_long_as_a_friend(monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = Accounts.read(["ada:x"])
    costs = []
    monkeypatch.setattr(module, "_scrypt", lambda _, n, r, p, __: costs.append((n, r, p)) or b"")
    accounts.check("ada", "y")
    accounts.check("eve", "y")
    assert costs[0] == costs[1]


@pytest.mark.parametrize("pair", ["", "ada", "ada:", ":secret", " :x"])
def test_what_is_no_pair(pair: str) -> None:
    with pytest.raises(SettingsError, match="--auth takes name:password"):
        Accounts.read([pair])


HASH = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@pytest.mark.parametrize(
    "line",
    [
        "ada",
        "ada:secret",
        f"ada:md5$2$8$1${HASH}${HASH}",
        f"ada:scrypt$3$8$1${HASH}${HASH}",
        f"ada:scrypt$-2$8$1${HASH}${HASH}",
        f"ada:scrypt$2147483648$8$1${HASH}${HASH}",
        f"ada:scrypt$2$8$1${HASH}$AAAA",
        f"ada:scrypt$2$8$1$not base64${HASH}",
        f"ada:scrypt$2$8$1${HASH}${HASH}$more",
    ],
)
def test_what_is_no_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "accounts.txt"
    file.write_text(f"\n{line}\n")
    with pytest.raises(SettingsError, match=r"accounts.txt, line 2 .*quotewell password") as caught:
        Accounts.read([], file)
    assert "secret" not in str(caught.value)


def test_files_without_accounts(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        Accounts.read([], tmp_path / "missing")
    (tmp_path / "empty").write_text("# nobody\n")
    with pytest.raises(SettingsError, match="contains no accounts"):
        Accounts.read([], tmp_path / "empty")


def test_a_name_comes_once() -> None:
    with pytest.raises(SettingsError, match="two accounts named 'ada'"):
        Accounts.read(["ada:x", "ada:y"])


@pytest.mark.parametrize(("name", "password"), [("", "x"), ("a:b", "x"), (" a", "x"), ("#a", "x"), ("a", "")])
def test_accounts_that_no_line_can_hold(name: str, password: str) -> None:
    with pytest.raises(SettingsError, match="needs a name"):
        account_line(name, password)


def test_the_command_prints_a_line_that_lets_one_in(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["password", "ada"], input="secret\nsecret\n")
    assert result.exit_code == 0
    (tmp_path / "accounts.txt").write_text(result.stdout)
    assert Accounts.read([], tmp_path / "accounts.txt").check("ada", "secret")


def test_the_command_wants_the_same_password_twice() -> None:
    assert CliRunner().invoke(cli, ["password", "ada"], input="secret\nsecert\n").exit_code == 1
