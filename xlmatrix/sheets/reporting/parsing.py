"""Hidden steps beside the rules: their conditions taken apart, zone and holidays by number."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, if_, iferror, lit, name, place_of, this
from xlmatrix.model.obligations import MEMBER, MOST_ASKED
from xlmatrix.rules.reporting.rows import trimmed
from xlmatrix.sheets.plan import Value
from xlmatrix.sheets.reporting.authorities import MATRIX_NO, Authorities
from xlmatrix.sheets.reporting.typed import condition as said
from xlmatrix.sheets.reporting.typed import text
from xlmatrix.tables.reporting import CONDITIONS
from xlmatrix.tables.reporting_doubts import answers_step, fact_step
from xlmatrix.tables.vocabulary import AUTHORITY_CALENDARS, ZONES_THERE

#: The number of the zone of the matrix's member state; of the westernmost without an answer.
MEMBER_ZONE: Final = name("Member_Zone")
#: 1 where it is answered, else 0.
MEMBER_KNOWN: Final = name("Member_Known")
#: Longer than every cell.
_ALL: Final = 32_767


def _part(condition: str, part: int) -> Expr:
    """The text of a part: what stands before the first semicolon, or behind it."""
    whole = this(condition) & ";"
    for _ in range(part - 1):
        whole = F.MID(whole, F.FIND(";", whole) + 1, _ALL) & ";"
    return F.LEFT(whole, F.FIND(";", whole) - 1)


def _fact(condition: str, part: int) -> Expr:
    said = _part(condition, part)
    return iferror(F.LOWER(F.TRIM(F.LEFT(said, F.FIND("=", said & "=") - 1))))


def _answers(condition: str, part: int) -> Expr:
    said = _part(condition, part)
    words = F.LOWER(F.TRIM(F.MID(said, F.FIND("=", said & "=") + 1, _ALL)))
    tight = F.SUBSTITUTE(F.SUBSTITUTE(words, lit(", "), lit(",")), lit(" ,"), lit(","))
    return iferror("," & tight & ",", ",,")


def parse_exprs() -> dict[str, Expr]:
    """The steps of a row of rules by header."""
    found: dict[str, Expr] = {}
    for condition in CONDITIONS:
        for part in range(1, MOST_ASKED + 1):
            found[fact_step(condition, part)] = _fact(condition, part)
            found[answers_step(condition, part)] = _answers(condition, part)
    zone = iferror(place_of(this("Zone") & "", name(ZONES_THERE.list_name)), 1)
    zone = if_(F.LOWER(F.TRIM(this("Zone") & "")).eq(MEMBER), MEMBER_ZONE, zone)
    found["zone no"] = iferror(zone, 1)
    held = place_of(this("Holidays") & "", name(AUTHORITY_CALENDARS.list_name))
    found["holidays no"] = iferror(held, MATRIX_NO)
    return found


def parse_values(cells: dict[str, Value], places: Authorities, member: str) -> dict[str, Value]:
    """The twin of :func:`parse_exprs` for one row."""
    found: dict[str, Value] = {}
    for condition in CONDITIONS:
        parts = [*said(cells.get(condition)).split(";"), *[""] * MOST_ASKED]
        for part in range(1, MOST_ASKED + 1):
            fact, _, answers = parts[part - 1].partition("=")
            found[fact_step(condition, part)] = trimmed(fact)
            tight = trimmed(answers).replace(", ", ",").replace(" ,", ",")
            found[answers_step(condition, part)] = f",{tight},"
    found["zone no"] = places.zone_number(text(cells.get("Zone")), member)
    found["holidays no"] = places.calendar_number(text(cells.get("Holidays")))
    return found
