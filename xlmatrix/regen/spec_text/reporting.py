"""tRules and tScope: what an obligation asks besides its figures, and the matrix's answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from xlmatrix.model.obligations import MOST_ASKED, MOST_CLOCKS, Obligations
from xlmatrix.regen.reading.tables import number_of, text_of
from xlmatrix.regen.spec_text.rows import Record, Rows, Typed, text
from xlmatrix.tables.binding import values_of
from xlmatrix.tables.reporting import FURTHER, RULES, SCOPE, clock_headers

_ID: Final = RULES.keys[0]
#: Columns with a condition, by the field of the model.
_CONDITIONS: Final = {"Rolls if": "roll_if", "Applies if": "applies_to", "Reportable if": "when"}
#: Fields of which the model knows the words in lower case alone.
_LOWER: Final = ("take", "ends", "force")
_CLOCKS: Final = frozenset(
    header for number in FURTHER for header in clock_headers(number).values()
)
_MEND: Final = f"Write fact = answer, answer; fact = answer, with {MOST_ASKED} facts at most"


def edits_of(rows: Rows, key: str) -> Record:
    """The changed cells of an obligation's row of rules; blank ones for a row that was deleted."""
    keys = {known.casefold(): known for known in (*rows.was, *rows.now)}
    known = keys.get(key.casefold(), key)
    if known in rows.now:
        edits = rows.edits(known)
        return {h: v for h, v in edits.items() if h != _ID and (known in rows.was or v is not None)}
    return {header: None for header in rows.was.get(known, {}) if header != _ID}


def rule_values(typed: Typed, rows: Rows, key: str, edits: Record) -> dict[str, Any]:
    """The fields of an obligation that the changed cells of its row of rules say."""
    keys = {known.casefold(): known for known in rows.now}
    record = rows.now.get(keys.get(key.casefold(), key), {})
    values = values_of(RULES, record, only=edits.keys() - _CONDITIONS.keys() - _CLOCKS)
    for name in _LOWER:
        if isinstance(values.get(name), str):
            values[name] = values[name].lower()
    for header, name in _CONDITIONS.items():
        if header in edits:
            condition = _condition(typed, key, header, record)
            if condition is not None:
                values[name] = condition
    if edits.keys() & _CLOCKS:
        values["clocks"] = _clocks(typed, key, record)
    return values


def _condition(typed: Typed, key: str, header: str, record: Record) -> dict[str, list[str]] | None:
    """The facts of a condition, each with its answers; None where no spec can say it."""
    found: dict[str, list[str]] = {}
    said = [part for part in text(record, header).split(";") if part.strip()]
    for part in said:
        fact, _, answers = part.partition("=")
        words = [word.strip() for word in answers.split(",") if word.strip()]
        if not (fact.strip() and words) or len(said) > MOST_ASKED:
            typed.odd(RULES.name, key, f"{header}: {part.strip()!r} is no condition", _MEND)
            return None
        found[fact.strip()] = words
    return found


def _clocks(typed: Typed, key: str, record: Record) -> list[dict[str, Any]]:
    found = []
    for number in FURTHER[:MOST_CLOCKS]:
        header = clock_headers(number)
        if not text(record, header["after"]):
            continue
        amount = number_of(record.get(header["amount"]))
        whole = amount is None or amount.is_integer()
        found.append(
            {
                "mode": text(record, header["mode"]).lower() or "also",
                "after": text(record, header["after"]),
                "amount": int(amount or 0) if whole else text_of(record.get(header["amount"])),
                "unit": text(record, header["unit"]).lower(),
                "when": _condition(typed, key, header["when"], record) or {},
                "lapses": text(record, header["lapses"]) or None,
            }
        )
    return found


def scope(typed: Typed, was: Obligations) -> dict[str, str]:
    """The matrix's answers by fact."""
    rows = typed.rows(SCOPE.name)
    found = dict(was.scope)
    facts = was.every_fact()
    for key in rows.now:
        if "Answer" not in rows.edits(key):
            continue
        said = text(rows.now[key], "Answer")
        for fact in [known for known in found if known.casefold() == key.casefold()]:
            del found[fact]
        if said:
            fact_ = facts.get(key.casefold())
            found[fact_.id if fact_ else key] = _as_offered(said, fact_.answers if fact_ else ())
    return found


def _as_offered(said: str, answers: tuple[str, ...]) -> str:
    return next((one for one in answers if one.casefold() == said.casefold()), said)


def unowned(rows: Rows, listed: Mapping[str, Any]) -> list[str]:
    """Rows of rules that somebody typed for an obligation that there is not."""
    return [key for key in rows.now if key not in rows.was and key.casefold() not in listed]
