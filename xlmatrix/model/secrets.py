"""What looks like a password or a token, so that none stays in a file that many people open.

Only tests that a formula of a worksheet can do as well: its twin in ``tables/access.py`` asks the
same of the same words. What is no secret and looks like one is written in other words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

#: Words of which, once blanks are out, a colon or an equals sign leads to the secret itself.
ASKED: Final = (
    "password",
    "passwd",
    "passwort",
    "kennwort",
    "passphrase",
    "passcode",
    "pwd",
    "token",
    "secret",
    "apikey",
    "api-key",
    "api_key",
    "accesskey",
    "access_key",
    "privatekey",
    "meetingpin",
    "pincode",
    "bearer",
)
#: How keys of well-known services begin, in letters as they are; from each on, so many characters
#: without a blank between are a key and no word.
STARTS: Final = (
    "sk-",
    "sk_",
    "rk_",
    "pk_",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xapp-",
    "AKIA",
    "ASIA",
    "AIza",
    "ya29.",
    "eyJ",
    "hf_",
    "npm_",
    "pypi-",
    "SG.",
)
KEY_LENGTH: Final = 20
#: Addresses that let in whoever has them, and how a key in a file begins.
OPEN_DOORS: Final = ("hooks.slack.com/services/", "webhook.office.com/", "-----begin")
#: What may stand before a key, besides a blank.
BEFORE_KEY: Final = ("/", ":", "=", "(", '"', "'", ",", ";", "\n")
#: What a lone key of letters and digits has none of; a name, a place or an address has some.
IN_NAMES: Final = (" ", "/", ".", "@", ":", "_", "-", "#")


def looks_secret(cells: Iterable[str]) -> bool:
    """Whether any of the cells of a row holds what looks like a password or a token.

    >>> looks_secret(["Bridge, passcode: 4711"]), looks_secret(["Passcode is in the vault"])
    (True, False)
    >>> looks_secret(["https://u:hunter2@host/x"]), looks_secret(["https://host/x?a=b"])
    (True, False)
    >>> looks_secret(["sk-abcdefghijklmnop1234"]), looks_secret(["help desk-room 4"])
    (True, False)
    """
    return any(met(list(cells)))


def met(cells: Sequence[str]) -> list[bool]:
    """Each test of a row, in the order in which the formulas make them."""
    text = " ".join(cells)
    low = text.lower()
    tight = low.replace(" ", "").replace("=", ":")
    return [
        *(f"{word}:" in tight for word in ASKED),
        *(door in low for door in OPEN_DOORS),
        *(_has_key(text, start) for start in STARTS),
        *map(_signs_in, cells),
        *map(_is_key, cells),
    ]


def _has_key(text: str, start: str) -> bool:
    """Whether a word begins so and goes on for long enough."""
    spaced = f" {text} "
    for sign in BEFORE_KEY:
        spaced = spaced.replace(sign, " ")
    place = spaced.find(f" {start}")
    return place >= 0 and " " not in spaced[place + 1 : place + 1 + KEY_LENGTH]


def _signs_in(cell: str) -> bool:
    """Whether an address carries a name and a password before its host."""
    place = cell.find("://")
    end = cell.find("@", place + 3) if place >= 0 else -1
    inside = cell[place + 3 : end]
    return end >= 0 and ":" in inside and "/" not in inside and " " not in inside


def _is_key(cell: str) -> bool:
    """Whether the whole cell is one long word of letters and digits."""
    word = cell.strip(" ")
    plain = not any(sign in word for sign in IN_NAMES)
    digits, letters = any(d in word for d in "0123456789"), word.upper() != word.lower()
    return len(word) >= KEY_LENGTH and plain and digits and letters
