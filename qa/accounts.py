"""The accounts that may use a served chat: names with hashes of passwords.

A line of an account file is ``name:scrypt$n$r$p$salt$hash``, with salt and hash in base64. Blank lines and lines
that begin with ``#`` are skipped.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import os
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from operator import lt
from pathlib import Path
from typing import Self

from qa.errors import SettingsError

__all__ = ["Accounts", "account_line"]

# OWASP's parameters for 16 MiB: about 0.2 s of one core for each attempt.
N, R, P = 2**14, 8, 5
MAX_COST = 2**22  # n * r * p: a few seconds
SALT_BYTES = HASH_BYTES = 32

MIN_COSTS = (2**14, 8, 1)
"""The least n, r and p, and below the least length of a salt, that a file may have: less is guessed too fast."""
MIN_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class _Hash:
    n: int
    r: int
    p: int
    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str) -> Self:
        salt = os.urandom(SALT_BYTES)
        return cls(N, R, P, salt, _scrypt(password, N, R, P, salt))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse the output of ``str``.

        :raises ValueError: if the text is not a hash, or its costs are out of range.
        """
        scheme, *parts, salt, digest = text.split("$")
        n, r, p = costs = [int(part) for part in parts]
        hashed = cls(n, r, p, *(base64.b64decode(part, validate=True) for part in (salt, digest)))
        if scheme != "scrypt" or len(hashed.digest) != HASH_BYTES or min(costs) < 1 or math.prod(costs) > MAX_COST:
            raise ValueError(text)
        hashed.matches("")  # scrypt refuses invalid costs
        return hashed

    @property
    def is_weak(self) -> bool:
        """Whether passwords can be guessed too fast from the hash."""
        costs = (self.n, self.r, self.p)
        return len(self.salt) < MIN_SALT_BYTES or any(map(lt, costs, MIN_COSTS))

    def __str__(self) -> str:
        salt, digest = (base64.b64encode(part).decode() for part in (self.salt, self.digest))
        return f"scrypt${self.n}${self.r}${self.p}${salt}${digest}"

    def matches(self, password: str) -> bool:
        return hmac.compare_digest(_scrypt(password, self.n, self.r, self.p, self.salt), self.digest)


class Accounts:
    """Names and hashes of passwords. Checking an unknown name takes as long as checking a known one."""

    def __init__(self, hashes: dict[str, _Hash]) -> None:
        self._hashes = hashes
        self._unknown = _Hash.of(os.urandom(SALT_BYTES).hex())

    @classmethod
    def read(cls, pairs: Iterable[str] = (), file: Path | None = None) -> Self:
        """Return the accounts from ``name:password`` pairs and from an account file.

        :raises SettingsError: if a pair or a line is invalid, a hash is weak, a name occurs twice, there is no
            account, or other users of the machine can read the file.
        """
        hashes: dict[str, _Hash] = {}
        for pair in pairs:
            name, password = _split(pair, "--auth takes name:password")
            _put(hashes, name, _Hash.of(password))
        for number, line in enumerate(_lines(file) if file else (), 1):
            if line.strip() and not line.startswith("#"):
                advice = f"{file}, line {number} is not an account; `quotewell password NAME` makes one"
                name, text = _split(line.strip(), advice)
                try:
                    hashed = _Hash.parse(text)
                except ValueError:
                    raise SettingsError(advice) from None
                if hashed.is_weak:
                    raise SettingsError(
                        f"{file}, line {number} has a hash that is guessed too fast; replace the line with a new "
                        f"one by `quotewell password {shlex.quote(name)}`"
                    )
                _put(hashes, name, hashed)
        if not hashes:
            raise SettingsError(f"{file} contains no accounts; `quotewell password NAME` makes one")
        return cls(hashes)

    def __len__(self) -> int:
        return len(self._hashes)

    def check(self, name: str, password: str) -> bool:
        """Return whether the account exists and has this password. Slow on purpose."""
        hashed = self._hashes.get(name, self._unknown)
        return hashed.matches(password) and hashed is not self._unknown

    def password_hash(self, name: str) -> str | None:
        """Return the hash of an account's password, as it stands in the file; None if there is no such account."""
        return str(self._hashes[name]) if name in self._hashes else None


def account_line(name: str, password: str) -> str:
    """Return a line for an account file.

    :raises SettingsError: if the name or the password is empty, or the name contains a colon, begins with ``#``
        or has spaces around it.
    """
    if not password or not name or name != name.strip() or ":" in name or name.startswith("#"):
        raise SettingsError("an account needs a name, without a colon, and a password")
    return f"{name}:{_Hash.of(password)}"


def _scrypt(password: str, n: int, r: int, p: int, salt: bytes) -> bytes:
    secret = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=n, r=r, p=p, maxmem=256 * n * r + 2**20, dklen=HASH_BYTES)


def _split(text: str, advice: str) -> tuple[str, str]:
    name, _, rest = text.partition(":")
    if not name.strip() or not rest:
        raise SettingsError(advice)
    return name.strip(), rest


def _put(hashes: dict[str, _Hash], name: str, hashed: _Hash) -> None:
    if name in hashes:
        raise SettingsError(f"there are two accounts named {name!r}; remove one")
    hashes[name] = hashed


def _lines(file: Path) -> list[str]:
    try:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise SettingsError(
                f"other users of this machine can read {file}; run `chmod 600 {shlex.quote(str(file))}`"
            )
        return file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from None
