"""Who may use the server route where there is no company login: a file of people and tokens.

The file holds digests of tokens alone. A token has 256 random bits, so a plain digest of it is
enough; a list of words that people chose would need more.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.write.outputs import Output, put_text

#: The file beside ``run.py``.
FILE: Final = "users.toml"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may use the server."""

    id: str
    digest: str
    roles: tuple[str, ...] = ()


def people(path: Path) -> tuple[Person, ...]:
    """Everybody in the file, in its order.

    Raises
    ------
    XlmatrixError
        There is no such file, it names nobody, or a line of it says nothing.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        found = {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise XlmatrixError(
            f"the file of people cannot be read: {fault}",
            where=str(path),
            mend="Mend the line, or delete the file and add people anew",
        ) from fault
    known = tuple(_person(name, entry, path) for name, entry in found.items())
    if not known:
        raise XlmatrixError(
            "nobody may use this server yet", where=str(path), mend="python run.py --add NAME"
        )
    return known


def _person(name: str, entry: object, path: Path) -> Person:
    fields = entry if isinstance(entry, dict) else {}
    digest, roles = fields.get("token_sha256"), fields.get("roles", [])
    unknown = set(fields) - {"token_sha256", "roles"}
    if (
        unknown
        or not isinstance(digest, str)
        or not _DIGEST.fullmatch(digest)
        or not isinstance(roles, list)
        or not all(isinstance(role, str) for role in roles)
    ):
        raise XlmatrixError(
            f"what stands for {name} is no token_sha256 of 64 hex digits and a list of roles",
            where=str(path),
            mend=f"Delete [{name}], and: python run.py --add {name}",
        )
    return Person(name, digest, tuple(roles))


def add(path: Path, name: str) -> str:
    """Add somebody to the file; gives their token, which stands nowhere else.

    Raises
    ------
    XlmatrixError
        The name is none, stands there already, or the file cannot be read.
    """
    if not _NAME.fullmatch(name):
        raise XlmatrixError(
            f"{name!r} is no name of a user",
            where="--add",
            mend="Use lower-case letters, digits, dots and dashes, as in ada.lovelace",
        )
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    known = people(path) if before else ()
    if any(person.id == name for person in known):
        raise XlmatrixError(
            f"{name} has a token already",
            where=str(path),
            mend=f"Delete [{name}] there to give a new one",
        )
    token = secrets.token_urlsafe(32)
    entry = f'["{name}"]\ntoken_sha256 = "{_digest(token)}"\nroles = []\n\n'
    # Who stands there stays: nothing is lost that would need a backup.
    put_text(before + entry, Output(path, (".toml",), judge=lambda _: None))
    path.chmod(0o600)
    return token


def owner_of(token: str, known: tuple[Person, ...]) -> Person | None:
    """Whose token this is; every digest is looked at, however early one fits."""
    digest = _digest(token)
    fitting = [person for person in known if hmac.compare_digest(person.digest, digest)]
    return fitting[0] if fitting else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
