"""What every part of the spec is made of: the strict model, text, ids, dates, problems."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from xlmatrix.errors import Level

Path = tuple[str | int, ...]

#: Stands for a missing value while the rest of a faulty spec is checked; never in a loaded spec.
STAND_IN = "(missing)"


class Strict(BaseModel):
    """Frozen, and an unknown key is an error: a misspelt key must not be ignored in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding that still carries its path in parts; the loader adds the file and line."""

    level: Level
    code: str
    path: Path
    what: str
    mend: str
    line: int | None = None  # where the path alone does not say


def error(code: str, path: Path, what: str, mend: str, *, line: int | None = None) -> Problem:
    """A problem that stops a build."""
    return Problem(Level.ERROR, code, path, what, mend, line)


def warning(code: str, path: Path, what: str, mend: str) -> Problem:
    """A problem that is reported and does not stop a build."""
    return Problem(Level.WARNING, code, path, what, mend)


def path_text(path: Path) -> str:
    """``("severities", 1, "targets")`` as ``severities[1].targets``.

    >>> path_text(("severities", 1, "targets", "resolve"))
    'severities[1].targets.resolve'
    """
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def refusal(what: str, mend: str, kind: str = "value") -> PydanticCustomError:
    """The error a validator raises: what is wrong and how to mend it."""
    return PydanticCustomError(kind, "{what}", {"what": what, "mend": mend})


def suggestion(word: str, known: list[str], *, instead: str) -> str:
    """How to mend a name that is not known: the close match, else the list, else ``instead``."""
    by_fold = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), list(by_fold), n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{by_fold[close[0]]}'? Else {instead[:1].lower()}{instead[1:]}"
    listed = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    return f"{instead}; known: {listed}" if known else instead


def _printable(text: str) -> str:
    """Refuse what a workbook's XML cannot hold: control characters, halves of surrogate pairs."""
    for char in text:
        bad = unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t"
        if bad or char in "\ufffe\uffff":
            raise refusal(
                f"the text holds the character U+{ord(char):04X}, which a workbook cannot hold",
                "Remove that character",
            )
    return text


_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


#: Dates of a spec make calendars, and zones have rules for these years; a cell may hold more.
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2100


def _read_date(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    match = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise refusal("a date is expected here", "Write it like 2026-12-24", "date")
    try:
        day = date(*map(int, match.groups()))
    except ValueError as failed:
        raise refusal(f"the date {match[0]} does not exist", "Correct the day", "date") from failed
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise refusal(
            f"the year {day.year} is out of range", f"Use {FIRST_YEAR} to {LAST_YEAR}", "date"
        )
    return day


Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    AfterValidator(_printable),
]
#: One line, short enough for a cell, a dropdown or a heading.
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\n\t]*$"),
    AfterValidator(_printable),
]


def _no_wildcard(text: str) -> str:
    """Refuse what a worksheet's exact look-up takes for a pattern, and so finds another row by."""
    if found := re.search(r"[*?~]", text):
        raise refusal(
            f"the name holds {found[0]!r}, which look-ups in a workbook read as a wildcard",
            "Write the name without * ? and ~",
        )
    return text


#: A name that formulas look up: a person's, a role's, a class's, a calendar's.
KeyName = Annotated[Name, AfterValidator(_no_wildcard)]
#: A key: it becomes a sheet name or a cell that formulas look up, hence the narrow alphabet.
Id = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=24, pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.-]*$"
    ),
]
Day = Annotated[date, BeforeValidator(_read_date)]
