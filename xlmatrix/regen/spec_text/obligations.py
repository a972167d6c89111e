"""tObligations: the reporting rules of a spec."""

from __future__ import annotations

import re
from typing import Any, Final

from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.obligations import Chosen, Obligation, Obligations, Rule, moved_to
from xlmatrix.regen.mapping.lenient import changed
from xlmatrix.regen.reading.tables import number_of, text_of
from xlmatrix.regen.spec_text.rows import Record, Typed, text
from xlmatrix.tables.binding import Lookup, values_of
from xlmatrix.tables.obligations import OBLIGATIONS
from xlmatrix.tables.vocabulary import ROLES

TABLE: Final = OBLIGATIONS.name
_ID: Final = OBLIGATIONS.keys[0]
#: Columns with rules of their own.
_READ_HERE: Final = ("Amount", "Decider", "Verify with counsel")
_LOOK: Final = re.compile(r"(?:^|; )look when (?P<classes>[^;]+)$")
_SINCE: Final = re.compile(r"(?:^|; )effective \d{4}-\d\d-\d\d$")


def obligations(typed: Typed, spec: MatrixSpec) -> Obligations:
    """The rules as typed: a published one whose figures were changed is written out in full."""
    rows = typed.rows(TABLE)
    if not rows.touched:
        return spec.obligations
    known = {_id(rule).casefold(): rule for rule in spec.obligations.rules}
    full = {rule.id.casefold(): rule for rule in spec.obligations.resolved()}
    found: list[Rule] = []
    for key, record in rows.now.items():
        folded = key.casefold()
        was = known.get(folded)
        edits = rows.edits(key)
        if was is None:
            made: Rule | None = _own(typed, spec, key, record, record, None)
        elif not edits:
            made = was
        elif isinstance(was, Chosen) and set(edits) == {"Decider"}:
            made = changed(was, decider=_decider(typed, spec, key, record))
        else:
            made = _own(typed, spec, key, record, edits, full.get(folded)) or was
        if made is not None:
            found.append(made)
    return changed(spec.obligations, rules=tuple(found))


def _id(rule: Rule) -> str:
    """The id of its row, which is another than the spec's where a published rule has moved."""
    if isinstance(rule, Obligation):
        return rule.id
    gone = moved_to(rule.use)
    return gone.to if gone else rule.use


def _decider(typed: Typed, spec: MatrixSpec, key: str, record: Record) -> str | None:
    name = text(record, "Decider")
    lookup = Lookup.of(spec)
    known = lookup.knows(ROLES, name)
    if name and not known:
        typed.odd(TABLE, key, f"{name!r} is no role", "Choose one from the list")
    return lookup.id_of(ROLES, name) if known else None


def _own(
    typed: Typed,
    spec: MatrixSpec,
    key: str,
    record: Record,
    edits: Record,
    was: Obligation | None,
) -> Obligation | None:
    values: dict[str, Any] = {"id": text(record, _ID) or key}
    if was is not None:
        values |= {name: getattr(was, name) for name in Obligation.model_fields}
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
        values |= _status(text(record, "Status"), was)
    if "Binds" in edits:
        values |= _binds(text(record, "Binds"), spec)
    return typed.made(Obligation, values, TABLE, key)


def _status(said: str, was: Obligation | None) -> dict[str, Any]:
    """The status, and the date it takes effect as long as the words still say it."""
    since = was.effective if was else None
    if since is None or since.isoformat() not in said:
        return {"status": said or None, "effective": None}
    own = was.status or "" if was else ""
    return {"status": (said if since.isoformat() in own else _SINCE.sub("", said)) or None}


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
