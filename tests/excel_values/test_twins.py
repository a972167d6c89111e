"""What the Python twins take for granted about worksheet functions holds in Excel's own values.

One table says it all: each line names functions, what is taken for granted, a module that relies
on it, the formulas of ``values.csv`` that speak of it, and Python's answer, which must be Excel's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import xlmatrix
from tests.excel_values.cases import Case, cases
from tests.office.compare import same
from tests.office.package import ExcelError, Value, bounds
from xlmatrix.formula.functions import REGISTRY
from xlmatrix.rules.cells import RowCells, day_serial, number_in, number_of
from xlmatrix.rules.instants import rounded
from xlmatrix.worktime.serials import FIRST_SERIAL

NO_MATCH = ExcelError("#N/A")
Column = list[Any]


@dataclass(frozen=True, slots=True)
class Assumption:
    """What twins rely on, with a pattern of whole formulas and Python's answer to their arguments.

    A reference comes as the list of what it holds, a single cell or a literal as its value.
    """

    functions: str
    says: str
    relied_on_in: str
    formulas: str
    answer: Callable[..., Value]
    fewest: int


def _last_not_above(wanted: float, column: Column, _: float = 1) -> Value:
    numbers = [value for value in column if number_of(value) is not None]
    place = int(np.searchsorted(np.array(numbers, float), wanted, side="right"))
    return float(place) if place else NO_MATCH


def _first_equal(wanted: Any, column: Column, _: float = 0) -> Value:
    if wanted is None:
        return NO_MATCH
    for place, value in enumerate(column, start=1):
        if isinstance(value, str) == isinstance(wanted, str) and _folded(value) == _folded(wanted):
            return float(place)
    return NO_MATCH


def _first_like(pattern: str, column: Column, _: float = 0) -> Value:
    found = (place for place, value in enumerate(column, start=1) if _like(pattern, value))
    return float(next(found, 0)) or NO_MATCH


def _like(pattern: str, value: Any) -> bool:
    glob = re.sub(r"~([?*])", r"[\1]", pattern.casefold())
    return isinstance(value, str) and value != "" and fnmatchcase(value.casefold(), glob)


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _numbers(*arguments: Any) -> list[float]:
    """The numbers in ranges: neither text nor booleans nor blanks."""
    flat = [v for one in arguments for v in (one if isinstance(one, list) else [one])]
    return [number for value in flat if (number := number_of(value)) is not None]


def _filled(*columns: Any) -> Value:
    flat = [v for one in columns for v in (one if isinstance(one, list) else [one])]
    return float(sum(value is not None for value in flat))


def _counted_number(column: Column, wanted: float) -> Value:
    """A number as criterion: that number, and text that spells it; no boolean."""
    return float(sum(v in (wanted, f"{wanted:g}") for v in column if type(v) is not bool))


def _compared(one: Any, sign: str, other: Any) -> bool:
    a, b = _folded(one), _folded(other)
    return {
        "=": a == b, "<>": a != b, "<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b,
    }[sign]  # fmt: skip


def _day(serial: float) -> date:
    return date(1899, 12, 30) + timedelta(days=int(serial))


def _date(year: float, month: float, day: float) -> float:
    months = int(year) * 12 + int(month) - 1
    return day_serial(date(months // 12, months % 12 + 1, 1)) + day - 1


_NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"
_TEXT = r'"[^"]*"'
_CELL = r"\$?[A-Z]+\$?\d+"
_RANGE = rf"{_CELL}:{_CELL}"
_LITERAL = rf"(?:{_NUMBER}|{_TEXT}|TRUE|FALSE)"

TABLE = (
    Assumption(
        "ROUND", "halves go up, away from zero, also where the binary number is a hair below",
        "rules/instants.py", rf"ROUND\({_NUMBER},[0-4]\)",
        lambda x, places: rounded(x * 10**places) / 10**places, 10,
    ),
    Assumption(
        "INT", "the whole number below, of negative numbers as well",
        "rules/incidents/warnings.py", rf"INT\({_NUMBER}\)",
        lambda x: float(np.floor(x)), 15,
    ),
    Assumption(
        "MOD", "the remainder has the sign of the divisor",
        "rules/words.py", rf"MOD\({_NUMBER},{_NUMBER}\)",
        lambda x, by: x % by if by else ExcelError("#DIV/0!"), 25,
    ),
    Assumption(
        "ABS", "the distance from zero", "rules/words.py", rf"ABS\({_NUMBER}\)", abs, 5,
    ),
    Assumption(
        "N", "a number is itself, a boolean 1 or 0, text and blanks are 0",
        "rules/cells.py", rf"N\({_CELL}\)", number_in, 10,
    ),
    Assumption(
        "ISNUMBER", "neither a boolean nor a number typed as text is a number",
        "rules/cells.py", rf"ISNUMBER\((?:{_LITERAL}|{_CELL})\)",
        lambda value: number_of(value) is not None, 9,
    ),
    Assumption(
        "ISBLANK", "only an empty cell is blank: 0, FALSE and text are not",
        "rules/incidents/checks.py", rf"ISBLANK\({_CELL}\)", lambda value: value is None, 9,
    ),
    Assumption(
        "ISERROR", "an error value is one; what looks strange is none",
        "rules/incidents/checks.py", rf"ISERROR\((?:{_LITERAL}|#[A-Z/0!?]+)\)",
        lambda value: isinstance(value, ExcelError), 9,
    ),
    Assumption(
        "OPERATORS", "text is compared without regard to case, and sorted that way",
        "rules/cells.py", rf"{_TEXT}(?:=|<>|<=|>=|<|>){_TEXT}", _compared, 25,
    ),
    Assumption(
        "OPERATORS", "text is never equal to a number, and greater than any",
        "rules/drills/score.py", rf"{_TEXT}(?:=|<>|<=|>=|<|>){_NUMBER}",
        lambda one, sign, other: _compared(1, sign, 0), 6,
    ),
    Assumption(
        "OPERATORS", "& writes a whole number without a point and a blank as nothing",
        "rules/incidents/columns.py",
        rf"(?:{_TEXT}|{_NUMBER}|{_CELL})(?:&(?:{_TEXT}|{_NUMBER}|{_CELL}))+",
        lambda *parts: "".join(_written(part) for part in parts if part != "&"), 12,
    ),
    Assumption(
        "IF", "its condition compares without regard to case; a blank cell equals empty text",
        "rules/cells.py", rf"IF\((?:{_TEXT}|{_CELL})={_TEXT}, {_TEXT}, {_TEXT}\)",
        lambda one, _, other, yes, no: (
            yes if RowCells(a=one).text("a") == other.casefold() else no
        ), 3,
    ),
    Assumption(
        "NOT", "every number but 0 is true", "rules/incidents/checks.py",
        rf"NOT\((?:{_NUMBER}|TRUE|FALSE)\)", lambda value: not value, 6,
    ),
    Assumption(
        "AND", "true where all are", "rules/incidents/checks.py",
        r"AND\((?:0|1|TRUE|FALSE)(?:, ?(?:0|1|TRUE|FALSE))*\)",
        lambda *values: all(values), 4,
    ),
    Assumption(
        "OR", "true where one is", "rules/incidents/checks.py",
        r"OR\((?:0|1|TRUE|FALSE)(?:, ?(?:0|1|TRUE|FALSE))*\)",
        lambda *values: any(values), 4,
    ),
    Assumption(
        "MATCH", "approximate: the last that is not above; #N/A below the first and among text",
        "rules/clocks/engine.py", rf"MATCH\({_NUMBER}, ?{_RANGE}(?:, ?1)?\)", _last_not_above, 25,
    ),
    Assumption(
        "MATCH", "exact: the first equal, without regard to case; a blank cell finds nothing, a"
        " number is not found among its spellings, nor a spelling among numbers",
        "rules/incidents/owners.py", rf"MATCH\((?:{_NUMBER}|\"[^*?\"]*\"|{_CELL}),"
        rf" ?{_RANGE}, ?0\)", _first_equal, 20,
    ),
    Assumption(
        "MATCH", "exact, with text: * and ? stand for others unless ~ comes before",
        "formula/functions.py", rf"MATCH\(\"[^\"]*[*?][^\"]*\",{_RANGE},0\)", _first_like, 6,
    ),
    Assumption(
        "COUNTIF COUNTIFS", "a number counts that number and text that spells it, no boolean",
        "rules/incidents/checks.py", rf"COUNTIFS?\({_RANGE}, ?{_NUMBER}\)", _counted_number, 20,
    ),
    Assumption(
        "COUNTIF COUNTIFS", "text counts equal text, without regard to case, with wildcards",
        "rules/lint/health_check.py",
        rf"COUNTIFS?\( ?{_RANGE}, ?\"(?!(?i:true|false))[^<>=\"]*\"\)",
        lambda column, wanted: float(sum(_like(wanted, value) for value in column)), 20,
    ),
    Assumption(
        "COUNT", "only numbers of a range count", "rules/ladder/columns.py",
        rf"COUNT\({_CELL}(?::{_CELL})?(?:,{_CELL}(?::{_CELL})?)*\)",
        lambda *columns: float(len(_numbers(*columns))), 6,
    ),
    Assumption(
        "COUNTA", "everything but blanks counts", "rules/guides/checklist.py",
        rf"COUNTA\({_CELL}(?::{_CELL})?(?:,{_CELL}(?::{_CELL})?)*\)", _filled, 6,
    ),
    Assumption(
        "SUM", "text, booleans and blanks of a range are passed over",
        "rules/guides/audit.py", rf"SUM\({_RANGE}\)",
        lambda column: math.fsum(_numbers(column)), 10,
    ),
    Assumption(
        "MIN", "text, booleans and blanks of a range are passed over; nothing left is 0",
        "rules/ladder/columns.py", rf"MIN\({_CELL}(?::{_CELL})?(?:,{_CELL})*\)",
        lambda *columns: min(_numbers(*columns), default=0.0), 5,
    ),
    Assumption(
        "MAX", "text, booleans and blanks of a range are passed over; nothing left is 0",
        "rules/ladder/columns.py", rf"MAX\({_CELL}(?::{_CELL})?(?:,{_CELL})*\)",
        lambda *columns: max(_numbers(*columns), default=0.0), 5,
    ),
    Assumption(
        "SMALL", "the k-th from below; #NUM! beyond the last",
        "rules/logs/sorting.py", rf"SMALL\({_RANGE},{_NUMBER}\)",
        lambda column, k: _ranked(sorted(_numbers(column)), k), 4,
    ),
    Assumption(
        "LARGE", "the k-th from above; #NUM! beyond the last", "sheets/ladder.py",
        rf"LARGE\({_RANGE},{_NUMBER}\)",
        lambda column, k: _ranked(sorted(_numbers(column), reverse=True), k), 4,
    ),
    Assumption(
        "SUMPRODUCT", "the sum of what stands beside each other, multiplied",
        "rules/lint/health_check.py", rf"SUMPRODUCT\({_RANGE},{_RANGE}\)",
        lambda one, other: float(np.dot(one, other)), 1,
    ),
    Assumption(
        "CHOOSE", "by the whole part of the number; #VALUE! where there is none of it",
        "rules/incidents/targets.py",
        rf"CHOOSE\({_NUMBER}(?:, ?(?:{_TEXT}|{_NUMBER}))+\)",
        lambda k, *parts: parts[int(k) - 1] if 1 <= k < len(parts) + 1 else ExcelError("#VALUE!"),
        8,
    ),
    Assumption(
        "INDEX", "counts from 1, along a row as well", "rules/incidents/owners.py",
        rf"INDEX\({_RANGE},{_NUMBER}\)", lambda column, k: column[int(k) - 1], 1,
    ),
    Assumption(
        "LEFT", "so many characters, all where there are fewer; a number as it is written",
        "sheets/incidents.py", rf"LEFT\((?:{_TEXT}|\d+),\d+\)",
        lambda text, count: _written(text)[: int(count)], 6,
    ),
    Assumption(
        "RIGHT", "so many characters, all where there are fewer; a number as it is written",
        "rules/words.py", rf"RIGHT\((?:{_TEXT}|\d+),\d+\)",
        lambda text, count: _written(text)[-int(count) or len(_written(text)) :], 6,
    ),
    Assumption(
        "LEN", "counts every character, spaces as well", "rules/incidents/checks.py",
        rf"LEN\((?:{_TEXT}|\d+|{_CELL})\)", lambda text: float(len(_written(text))), 5,
    ),
    Assumption(
        "TRIM", "no spaces at the ends", "rules/logs/side_logs.py",
        rf"TRIM\((?:{_TEXT}|\d+|{_CELL})\)", lambda text: _written(text).strip(" "), 5,
    ),
    Assumption(
        "SUBSTITUTE", "every occurrence, and case counts", "rules/logs/log_rows.py",
        rf"SUBSTITUTE\((?:{_TEXT}|\d+|{_CELL}), ?(?:{_TEXT}|\d+), ?(?:{_TEXT}|\d+)\)",
        lambda text, old, new: _written(text).replace(_written(old), _written(new)), 4,
    ),
    Assumption(
        "DATE", "months and days beyond their end run on", "rules/guides/audit.py",
        r"DATE\((?:19\d\d|20\d\d),\d+,\d+\)", _date, 20,
    ),
    Assumption(
        "DAY", "from March 1900 on, days count from 30 December 1899", "rules/words.py",
        rf"DAY\({_NUMBER}\)", lambda serial: float(_day(serial).day), 8,
    ),
    Assumption(
        "MONTH", "from March 1900 on, days count from 30 December 1899", "rules/words.py",
        rf"MONTH\({_NUMBER}\)", lambda serial: float(_day(serial).month), 8,
    ),
    Assumption(
        "YEAR", "from March 1900 on, days count from 30 December 1899", "rules/words.py",
        rf"YEAR\({_NUMBER}\)", lambda serial: float(_day(serial).year), 8,
    ),
)  # fmt: skip

#: Functions that no line of the file shows: what twins rely on there is confirmed by LibreOffice
#: and IronCalc alone.
WITHOUT_EVIDENCE = frozenset({
    "AVERAGE", "AVERAGEIFS", "CHAR", "COLUMNS", "CONCATENATE", "COUNTBLANK", "DECIMAL", "EDATE",
    "EOMONTH", "EXACT", "EXP", "FIND", "HOUR", "IFERROR", "ISTEXT", "LN", "LOWER", "MID", "MINUTE",
    "NA", "NETWORKDAYS", "NOW", "PERCENTILE", "ROUNDDOWN", "ROUNDUP", "ROW", "ROWS", "SEARCH",
    "SIGN", "SQRT", "SUMIF", "SUMIFS", "T", "UPPER", "VALUE", "VLOOKUP", "WEEKDAY", "WORKDAY",
})  # fmt: skip


def _ranked(ordered: list[float], k: float) -> Value:
    return ordered[int(k) - 1] if 1 <= k <= len(ordered) else ExcelError("#NUM!")


def _written(value: Any) -> str:
    """A value as ``&`` writes it."""
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, int | float) else value


def _meant(assumption: Assumption) -> list[Case]:
    names = set(assumption.functions.split())
    return [
        case
        for case in cases()
        if case.functions <= names
        and not case.is_array
        and re.fullmatch(assumption.formulas, case.formula)
        and not (names <= {"DAY", "MONTH", "YEAR"} and not _a_stamp(case))
    ]


def _a_stamp(case: Case) -> bool:
    """Whether the serial is one that a stamp may have; earlier and later ones are flagged."""
    return FIRST_SERIAL <= float(_arguments(case)[0]) < 2958466


_PART = re.compile(
    rf"(?P<range>{_RANGE})|(?P<cell>{_CELL})(?![(\w])|(?P<text>{_TEXT})|(?P<bool>TRUE|FALSE)"
    rf"|(?P<error>#[A-Z/0!?]+)|(?P<number>{_NUMBER})|(?P<sign><>|<=|>=|[=<>&])"
)


def _arguments(case: Case) -> Sequence[Any]:
    """The literals, cells and signs of a formula with one function or none, in their order."""
    inside = re.sub(r"^[A-Z]+\(|\)$", "", case.formula)
    return [_argument(found, case) for found in _PART.finditer(inside)]


def _argument(found: re.Match[str], case: Case) -> Any:
    match found.lastgroup, found[0]:
        case "range", area:
            left, top, right, bottom = bounds(area.replace("$", ""))
            return [
                case.cells[column, row]
                for row in range(top, bottom + 1)
                for column in range(left, right + 1)
            ]
        case "cell", ref:
            left, top, _, _ = bounds(ref.replace("$", ""))
            return case.cells[left, top]
        case "text", text:
            return text[1:-1]
        case "bool", word:
            return word == "TRUE"
        case "error", word:
            return ExcelError(word)
        case "number", digits:
            return float(digits)
    return found[0]


@pytest.mark.parametrize("assumption", TABLE, ids=lambda one: f"{one.functions}: {one.says}")
def test_excel_confirms_what_twins_rely_on(assumption: Assumption) -> None:
    meant = _meant(assumption)
    assert len(meant) >= assumption.fewest, [case.formula for case in meant]
    wrong = [
        f"{case}: Excel {case.value!r}, Python {answer!r}"
        for case in meant
        if not same(case.value, answer := assumption.answer(*_arguments(case)))
    ]
    assert not wrong, "\n".join(wrong)


def test_the_modules_that_rely_on_them_are_there() -> None:
    package = Path(xlmatrix.__file__).parent
    assert [one for one in TABLE if not (package / one.relied_on_in).is_file()] == []


def test_every_registered_function_has_evidence_or_is_known_to_have_none() -> None:
    shown = frozenset().union(*(case.functions for case in cases()))
    confirmed = {name for one in TABLE for name in one.functions.split()}
    assert set(REGISTRY) - shown - WITHOUT_EVIDENCE == set()
    assert WITHOUT_EVIDENCE & shown == set(), "there is evidence by now: say what it confirms"
    assert set(REGISTRY) & shown - confirmed == set(), "shown, but nothing says what for"
