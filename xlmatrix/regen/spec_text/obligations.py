"""tObligations: the reporting rules of a spec, with what tRules and tScope say besides."""

from __future__ import annotations

import re
from typing import Any, Final

from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.obligations import Chosen, Obligation, Obligations, Rule, moved_to
from xlmatrix.regen.mapping.lenient import changed
from xlmatrix.regen.reading.tables import number_of, text_of
from xlmatrix.regen.spec_text.reporting import edits_of, rule_values, scope, unowned
from xlmatrix.regen.spec_text.rows import Record, Typed, text
from xlmatrix.tables.binding import Lookup, values_of
from xlmatrix.tables.obligations import OBLIGATIONS
from xlmatrix.tables.reporting import RULES
from xlmatrix.tables.vocabulary import ROLES

TABLE: Final = OBLIGATIONS.name
_ID: Final = OBLIGATIONS.keys[0]
#: Columns with rules of their own.
_READ_HERE: Final = ("Amount", "Decider", "Verify with counsel")
_LOOK: Final = re.compile(r"(?:^|; )look when (?P<classes>[^;]+)$")
_SINCE: Final = re.compile(r"(?:^|; )effective \d{4}-\d\d-\d\d$")


def obligations(typed: Typed, spec: MatrixSpec) -> Obligations:
    """The rules as typed: a published one whose cells were changed is written out in full."""
    given = spec.obligations
    answers = scope(typed, given)
    if answers != given.scope:
        given = changed(given, scope=answers)
    rows, asked = typed.rows(TABLE), typed.rows(RULES.name)
    for key in unowned(asked, {known.casefold(): known for known in rows.now}):
        what, mend = "there is no obligation of this ID", "List it on Obligations too"
        typed.odd(RULES.name, key, what, mend)
    if not rows.touched and not asked.touched:
        return given
    # Of one listed under a former id too, the rule that names it as it is called now.
    ranked = sorted(given.rules, key=lambda rule: not _moved(rule))
    known = {_id(rule).casefold(): rule for rule in ranked}
    full = {rule.id.casefold(): rule for rule in given.resolved()}
    found: list[Rule] = []
    for key, record in rows.now.items():
        folded = key.casefold()
        was = known.get(folded)
        edits, asks = rows.edits(key), edits_of(asked, key)
        if was is not None and not edits and not asks:
            made: Rule | None = was
        elif isinstance(was, Chosen) and set(edits) == {"Decider"} and not asks:
            made = changed(was, decider=_decider(typed, spec, key, record))
        else:
            values = _figures(typed, spec, key, (record, edits), full.get(folded))
            values |= rule_values(typed, asked, key, asks)
            made = typed.made(Obligation, values, TABLE, key) or was
        if made is not None:
            found.append(made)
    return changed(given, rules=tuple(found))


def _id(rule: Rule) -> str:
    """The id of its row, which is another than the spec's where a published rule has moved."""
    if isinstance(rule, Obligation):
        return rule.id
    gone = moved_to(rule.use)
    return gone.to if gone else rule.use


def _moved(rule: Rule) -> bool:
    return isinstance(rule, Chosen) and moved_to(rule.use) is not None


def _decider(typed: Typed, spec: MatrixSpec, key: str, record: Record) -> str | None:
    name = text(record, "Decider")
    lookup = Lookup.of(spec)
    known = lookup.knows(ROLES, name)
    if name and not known:
        typed.odd(TABLE, key, f"{name!r} is no role", "Choose one from the list")
    return lookup.id_of(ROLES, name) if known else None


def _figures(
    typed: Typed, spec: MatrixSpec, key: str, row: tuple[Record, Record], was: Obligation | None
) -> dict[str, Any]:
    """The fields that a row says with the cells that were changed, and what they were else."""
    record, edits = row
    values: dict[str, Any] = {"id": text(record, _ID) or key}
    if was is not None:
        values |= {name: getattr(was, name) for name in Obligation.model_fields}
        kinds = {kind.id.casefold() for kind in spec.classes}
        # A published rule names classes that a smaller matrix may lack.
        values["classes"] = tuple(one for one in was.classes if one.casefold() in kinds)
        if was.decider == spec.obligations.decider:
            # What stands for all of them need not be repeated.
            values["decider"] = None
    values |= values_of(OBLIGATIONS, record, only=edits.keys() - {_ID, *_READ_HERE})
    if "Amount" in edits:
        number = number_of(record.get("Amount"))
        whole = number is not None and number.is_integer()
        values["amount"] = int(number or 0) if whole else text_of(record.get("Amount")) or 0
    if "Decider" in edits:
        values["decider"] = _decider(typed, spec, key, record)
    if "Verify with counsel" in edits:
        values["verify"] = text(record, "Verify with counsel").casefold() != "no"
    if "Status" in edits:
        # Earlier releases put the date of entry into force behind it.
        values["status"] = _SINCE.sub("", text(record, "Status")) or None
    if "Binds" in edits:
        values |= _binds(text(record, "Binds"), spec)
    return values


def _binds(said: str, spec: MatrixSpec) -> dict[str, Any]:
    """Whom it binds, and the classes behind the words that the sheet puts before them."""
    hit = _LOOK.search(said)
    if hit is None:
        return {"applies": said or None, "classes": ()}
    known = {kind.id.casefold(): kind.id for kind in spec.classes}
    named = [part.strip() for part in hit["classes"].split(",")]
    if not all(name.casefold() in known for name in named):
        return {"applies": said, "classes": ()}
    classes = tuple(known[name.casefold()] for name in named)
    return {"applies": said[: hit.start()] or None, "classes": classes}
