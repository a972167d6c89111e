"""tVendors, tVendorBounds and tRetirements: the vendors of a spec."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from xlmatrix.model.duration import Duration
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.targets import TARGETS
from xlmatrix.model.vendors import Bounds, Retirement, SupportResponse, Vendor
from xlmatrix.regen.mapping.lenient import changed
from xlmatrix.regen.spec_text.rows import Record, Typed, text
from xlmatrix.tables import vendors as tables
from xlmatrix.tables.binding import Lookup, values_of
from xlmatrix.tables.vendors import RETIREMENTS, VENDOR_BOUNDS
from xlmatrix.tables.vendors import VENDORS as VENDORS_TABLE
from xlmatrix.tables.vocabulary import CALENDARS

VENDORS: Final = VENDORS_TABLE.name
BOUNDS: Final = VENDOR_BOUNDS.name
NOTICES: Final = RETIREMENTS.name


def vendors(typed: Typed, spec: MatrixSpec) -> tuple[Vendor, ...]:
    """The vendors as typed, with what they bound and what they retire."""
    rows = typed.rows(VENDORS)
    if not (rows.touched or typed.rows(BOUNDS).touched or typed.rows(NOTICES).touched):
        return spec.vendors
    before = _before(list(rows.was), list(rows.now))
    known = {vendor.name: vendor for vendor in spec.vendors}
    found = []
    for key, record in rows.now.items():
        was = known.get(before.get(key, ""))
        vendor = was
        if was is None or rows.edits(key) or was.name != key:
            vendor = _vendor(typed, spec, key, record, was) or was
        if vendor is None:
            continue
        names = {key.casefold(), before.get(key, key).casefold()}
        changes: dict[str, Any] = {
            "bounds": _bounds(typed, spec, vendor, names),
            "retirements": _retirements(typed, vendor, names),
        }
        found.append(changed(vendor, **changes))
    _ownerless(typed, {name.casefold() for name in (*rows.now, *before.values())})
    return tuple(found)


def _before(was: list[str], now: list[str]) -> dict[str, str]:
    """The earlier name of each vendor; one that went where another came was renamed."""
    gone, new = [k for k in was if k not in now], [k for k in now if k not in was]
    paired = dict(zip(new, gone, strict=True)) if len(gone) == len(new) == 1 else {}
    return {key: paired.get(key, key) for key in now if key in was or key in paired}


def _vendor(
    typed: Typed, spec: MatrixSpec, key: str, record: Record, was: Vendor | None
) -> Vendor | None:
    said = values_of(tables.VENDORS, record)
    values: dict[str, Any] = {field: value for field, value in said.items() if "." not in field}
    values |= {
        "name": key,
        "bounds": was.bounds if was else None,
        "retirements": was.retirements if was else None,
        "support_response": _answer(typed, spec, key, record, was),
    }
    if not isinstance(values["verify"], bool):
        values["verify"] = was.verify if was else True
    return typed.made(Vendor, values, VENDORS, key)


def _answer(
    typed: Typed, spec: MatrixSpec, key: str, record: Record, was: Vendor | None
) -> SupportResponse | None:
    lookup = Lookup.of(spec)
    said = values_of(tables.VENDORS, record, lookup)
    within: Duration | None = said["support_response.within"]
    name = text(record, "Calendar")
    known = lookup.knows(CALENDARS, name)
    if name and not known:
        typed.odd(VENDORS, key, f"{name!r} is no calendar", "Choose one, or none for day and night")
    if within is None:
        if record.get("Answers within") not in (None, ""):
            typed.odd(VENDORS, key, "the answer is no amount of time", "Type a number and a unit")
            return was.support_response if was else None
        if name:
            what = "a calendar without an answer's time has no place in a spec"
            typed.odd(VENDORS, key, what, "Type the time as well, or clear the calendar")
        return None
    held = was.support_response if was else None
    calendar = said["support_response.calendar"] if known else None
    values: dict[str, Any] = {"within": within, "calendar": calendar}
    if held is not None:
        return changed(held, **values)
    return SupportResponse.model_construct(None, **values)


def _bounds(typed: Typed, spec: MatrixSpec, vendor: Vendor, names: set[str]) -> Bounds:
    """Classes times targets, as far as the rows of the sheet are such a product."""
    ids = {kind.name.casefold(): kind.id for kind in spec.classes}
    targets = {label.casefold(): target for target, label in TARGETS.items()}
    rows = typed.rows(BOUNDS)
    mine = [r for r in rows.now.values() if text(r, "Vendor").casefold() in names]
    pairs = []
    for record in mine:
        kind = ids.get(text(record, "Class").casefold())
        target = targets.get(text(record, "Target").casefold())
        if kind is None or target is None:
            what = "the row names no class and target of the matrix"
            typed.odd(BOUNDS, text(record, "Bound"), what, "Choose both from their lists")
            return vendor.bounds
        pairs.append((kind, target))
    was = vendor.bounds
    every = tuple(kind.id for kind in spec.classes)
    if set(pairs) == {(k, t) for k in was.classes or every for t in was.targets}:
        return was
    kinds, wanted = (
        (tuple(dict.fromkeys(column)) for column in zip(*pairs, strict=True))
        if (pairs)
        else ((), ())
    )
    if not pairs or len(set(pairs)) != len(kinds) * len(wanted):
        what = (
            f"what {vendor.name} bounds is not classes times targets"
            if pairs
            else f"{vendor.name} bounds nothing, and without classes a spec means all of them"
        )
        typed.odd(BOUNDS, vendor.name, what, "Give each class the same targets, at least one")
        return was
    shown: Mapping[str, Any] = {"classes": () if set(kinds) == set(every) else kinds}
    return changed(was, **shown, targets=wanted)


def _vendor_of(notice: str) -> str:
    return notice.partition(" · ")[0].strip().casefold()


def _retirements(typed: Typed, vendor: Vendor, names: set[str]) -> tuple[Retirement, ...]:
    rows = typed.rows(NOTICES)
    mine = {k: r for k, r in rows.now.items() if _vendor_of(k) in names}
    known = {f"{vendor.name} · {one.model}".casefold(): one for one in vendor.retirements}
    for key in rows.was:
        # A renamed vendor's notices still carry its old name.
        model = key.partition(" · ")[2]
        same = [one for one in vendor.retirements if one.model == model]
        if _vendor_of(key) in names and same:
            known.setdefault(key.casefold(), same[0])
    found = []
    for key, record in mine.items():
        was = known.get(key.casefold())
        values = values_of(tables.RETIREMENTS, record)
        if was is not None and all(getattr(was, k) == v for k, v in values.items()):
            found.append(was)
            continue
        made = typed.made(Retirement, values, NOTICES, key) or was
        if made is not None:
            found.append(made)
    return tuple(found)


def _ownerless(typed: Typed, names: set[str]) -> None:
    """Rows that belong to no vendor of the sheet."""
    for key in typed.rows(NOTICES).now:
        if _vendor_of(key) not in names:
            what = "the notice does not begin with a vendor's name, so no vendor has it in a spec"
            typed.odd(NOTICES, key, what, "Name it as the others: vendor · model")
    for key, record in typed.rows(BOUNDS).now.items():
        if text(record, "Vendor").casefold() not in names:
            typed.odd(BOUNDS, key, "the row names no vendor of the sheet", "Choose one")
