from __future__ import annotations

import base64
import hashlib
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa import accounts as module
from qa.accounts import MIN_COSTS, Accounts, account_line
from qa.cli.main import cli
from qa.errors import SettingsError


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "N", 2)
    monkeypatch.setattr(module, "MIN_COSTS", (2, 8, 1))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An empty file that only its owner can read."""
    path = tmp_path / "accounts.txt"
    path.touch(0o600)
    return path


def test_pairs() -> None:
    accounts = Accounts.read(["ada:love:lace", "max: spaced "])
    assert len(accounts) == 2
    assert accounts.check("ada", "love:lace")
    assert accounts.check("max", " spaced ")
    for name, password in [("ada", "love"), ("ada", ""), ("max", "love:lace"), ("eve", "love:lace"), ("", "")]:
        assert not accounts.check(name, password)


def test_a_file_of_accounts(file: Path) -> None:
    line = account_line("ädä", "pässwörd")
    file.write_text(f"# those who may\n\n{line}\n", "utf-8")
    assert "pässwörd" not in line
    assert account_line("ädä", "pässwörd") != line  # salted
    accounts = Accounts.read(["max:x"], file)
    assert accounts.check("ädä", "pässwörd")
    assert accounts.check("max", "x")
    assert not accounts.check("ädä", "password")


def test_the_hash_is_scrypt() -> None:
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
def test_what_is_no_line(file: Path, line: str) -> None:
    file.write_text(f"\n{line}\n")
    with pytest.raises(SettingsError, match=r"accounts.txt, line 2 .*quotewell password") as caught:
        Accounts.read([], file)
    assert "secret" not in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o666])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "my accounts.txt"
    file.write_text(account_line("ada", "secret"))
    file.chmod(mode)
    with pytest.raises(SettingsError, match=f"other users .* run `chmod 600 '{re.escape(str(file))}'`"):
        Accounts.read([], file)
    file.chmod(0o600)
    assert Accounts.read([], file).check("ada", "secret")


@pytest.mark.parametrize(
    ("n", "r", "p", "salt"), [(2**13, 8, 8, 32), (2**14, 4, 5, 32), (2**14, 8, 1, 15), (2, 8, 1, 32)]
)
def test_weak_hashes_are_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch, n: int, r: int, p: int, salt: int
) -> None:
    monkeypatch.setattr(module, "MIN_COSTS", MIN_COSTS)
    salt_text = base64.b64encode(bytes(salt)).decode()
    file.write_text(f"ada:scrypt${n}${r}${p}${salt_text}${HASH}\n")
    with pytest.raises(SettingsError, match=r"line 1 has a hash .* `quotewell password ada`"):
        Accounts.read([], file)


def test_the_least_that_is_strong_is_taken(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MIN_COSTS", MIN_COSTS)
    assert MIN_COSTS == (2**14, 8, 1)
    salt = base64.b64encode(bytes(16)).decode()
    digest = hashlib.scrypt(b"secret", salt=bytes(16), n=2**14, r=8, p=1, dklen=32)
    file.write_text(f"ada:scrypt$16384$8$1${salt}${base64.b64encode(digest).decode()}\n")
    assert Accounts.read([], file).check("ada", "secret")


def test_a_byte_order_mark_is_no_part_of_the_first_name(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + account_line("ada", "secret").encode() + b"\r\n# more\r\n")
    assert Accounts.read([], file).check("ada", "secret")


def test_files_without_accounts(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        Accounts.read([], tmp_path / "missing")
    (tmp_path / "empty").touch(0o600)
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


def test_the_command_prints_a_line_that_lets_one_in(file: Path) -> None:
    result = CliRunner().invoke(cli, ["password", "ada"], input="secret\nsecret\n")
    assert result.exit_code == 0
    file.write_text(result.stdout)
    assert Accounts.read([], file).check("ada", "secret")


def test_the_command_wants_the_same_password_twice() -> None:
    assert CliRunner().invoke(cli, ["password", "ada"], input="secret\nsecert\n").exit_code == 1
