"""The state of two copies as that of one: three ways, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from xlmatrix.regen.carrying.freight.aim import box_of
from xlmatrix.regen.carrying.state.groups import Groups
from xlmatrix.regen.carrying.state.guards import BookGuard, Ranges, SheetGuard
from xlmatrix.regen.carrying.state.labels import Label
from xlmatrix.regen.carrying.state.links import Links
from xlmatrix.regen.carrying.state.merges import Merges
from xlmatrix.regen.carrying.state.printareas import AREA, TITLES, PrintName
from xlmatrix.regen.carrying.state.prints import Printed, every_default
from xlmatrix.regen.carrying.state.properties import WRITTEN, Property
from xlmatrix.regen.carrying.state.rows import Rows
from xlmatrix.regen.carrying.state.stay import Stay
from xlmatrix.regen.carrying.state.tablefilters import Filtered, bare
from xlmatrix.regen.carrying.state.tabs import Colour, Tab
from xlmatrix.regen.carrying.state.totals import Totals
from xlmatrix.regen.carrying.state.views import SETTINGS, VIEW, Settings, TableStyle, View

#: What a piece is about: its kind, its sheet or table, and which of several.
Slot = tuple[str, str, Any]
Pieces = dict[Slot, Stay]
#: The kinds in the order in which they are put into a package, with the field of those that say
#: several things, and what tells one of these from another.
_KINDS: Final[dict[type[Stay], tuple[str, Callable[[Any], Any]] | None]] = {
    Property: None,
    Label: None,
    BookGuard: None,
    SheetGuard: None,
    Ranges: None,
    Tab: None,
    Colour: None,
    Filtered: None,
    Rows: ("rows", lambda one: one[0]),
    Totals: None,
    Links: ("links", lambda one: one.ref),
    Merges: ("areas", lambda one: one),
    View: ("said", lambda one: one[0]),
    Settings: ("said", lambda one: one[0]),
    TableStyle: None,
    Printed: ("said", lambda one: one[0]),
    PrintName: None,
    Groups: ("columns", lambda one: one[0]),
}
#: What a kind says, in the order in which it says it; links and merged cells stand as they came.
_ORDER: Final[dict[type[Stay], Sequence[str]]] = {
    Property: [element for _, element, *_ in WRITTEN],
    View: [*VIEW],
    Settings: [*SETTINGS],
    Printed: [*dict(every_default())],
    PrintName: [AREA, TITLES],
}


@dataclass(frozen=True, slots=True)
class Together:
    """What stands of two copies; ``brought`` is theirs, and ``left`` what of theirs does not."""

    standing: tuple[Stay, ...]
    brought: tuple[Stay, ...] = ()
    left: tuple[Stay, ...] = ()


def _by_colour(stay: Stay) -> bool:
    """Whether a filter goes by looks, which are those of one workbook."""
    said = (*stay.criteria, *stay.conditions) if isinstance(stay, Filtered) else ()
    return any("dxfId" in text for _, text in said)


def together(
    sides: tuple[Sequence[Stay], Sequence[Stay], Sequence[Stay]], sheets: Sequence[str]
) -> Together:
    """Take of theirs what mine left as it was before.

    Parameters
    ----------
    sides
        What stays of base, mine and theirs.
    sheets
        All sheets in order, in which what stays is put into a package.
    """
    base, mine, theirs = sides
    was, ours, others = (pieces_of(side) for side in (base, mine, theirs))
    stands, brought, left = dict(ours), dict[Slot, Stay](), dict[Slot, Stay]()
    crossed = _crossed(was, ours, others)
    for slot in dict.fromkeys((*ours, *others)):
        before, one, other = was.get(slot), ours.get(slot), others.get(slot)
        if _alike(one, other) or _alike(before, other):
            continue
        if not _alike(before, one) or (slot[0] == Rows.__name__ and slot[1] in crossed):
            left |= {} if other is None else {slot: other}
        elif other is None:
            del stands[slot]
        elif _stands_in_the_way(other, stands):
            left[slot] = other
        else:
            stands[slot] = brought[slot] = other
    if not brought and stands == ours:
        return Together(tuple(mine), (), tuple(_whole(left, sheets)))
    whole = tuple(_numbered(_whole(stands, sheets)))
    return Together(whole, tuple(_whole(brought, sheets)), tuple(_whole(left, sheets)))


def _numbered(standing: Iterable[Stay]) -> Iterator[Stay]:
    """The parts of both copies with ids of their own, as one workbook has them."""
    numbers: dict[str, int] = {}
    for stay in standing:
        if isinstance(stay, Label):
            numbers[stay.source] = numbers.get(stay.source, 0) + 1
            yield replace(stay, identity=f"rIdState{numbers[stay.source]}")
        else:
            yield stay


def pieces_of(standing: Iterable[Stay]) -> Pieces:
    """State cut into the smallest things that one copy may have without another."""
    return {slot: piece for stay in standing for slot, piece in _cut(stay)}


def _cut(stay: Stay) -> Iterator[tuple[Slot, Stay]]:
    kind = type(stay).__name__
    parts = _KINDS[type(stay)]
    if isinstance(stay, Property):
        yield (kind, stay.part, stay.element), stay
    elif isinstance(stay, Label):
        yield (kind, stay.source, stay.relation.target), stay
    elif isinstance(stay, BookGuard):
        yield (kind, "", stay.element), stay
    elif isinstance(stay, PrintName):
        yield (kind, stay.sheet, stay.title), stay
    elif isinstance(stay, Printed):
        for said in stay.said:
            yield (kind, stay.sheet, said[0]), replace(stay, said=(said,), texts=())
        for text in stay.texts:
            yield (kind, stay.sheet, text[0]), replace(stay, said=(), texts=(text,))
    elif parts is not None:
        field, number = parts
        for one in getattr(stay, field):
            yield (kind, stay.name, number(one)), replace(stay, **{field: (one,)})  # type: ignore[type-var]
    else:
        yield (kind, stay.name, ""), stay


def _whole(pieces: Pieces, sheets: Sequence[str]) -> Iterator[Stay]:
    """The pieces put together again, kind by kind and sheet by sheet."""
    at = {name: number for number, name in enumerate(sheets)}
    for kind, parts in _KINDS.items():
        order = {word: number for number, word in enumerate(_ORDER.get(kind, ()))}
        slots = [slot for slot in pieces if slot[0] == kind.__name__]
        if kind in (Rows, Groups):
            slots.sort(key=lambda slot: int(slot[2]))
        elif order:
            slots.sort(key=lambda slot: order.get(slot[2], len(order)))
        slots.sort(key=lambda slot: at.get(slot[1], -1))
        found: dict[str, list[Any]] = {}
        for slot in slots:
            found.setdefault(slot[1], []).append(pieces[slot])
        for some in found.values():
            if kind is Printed:
                texts = tuple(text for one in some for text in one.texts)
                said = tuple(said for one in some for said in one.said)
                yield replace(some[0], said=said, texts=texts)
            elif parts is None:
                yield from some
            else:
                entries = tuple(entry for one in some for entry in getattr(one, parts[0]))
                yield replace(some[0], **{parts[0]: entries})


def _alike(one: Stay | None, other: Stay | None) -> bool:
    """Whether two copies say the same, wherever their tables stand."""
    if isinstance(one, Filtered) and isinstance(other, Filtered):
        return _filter(one) == _filter(other)
    if isinstance(one, Totals) and isinstance(other, Totals):
        return one.totals == other.totals
    if isinstance(one, Label) and isinstance(other, Label):
        return one.parts == other.parts
    return one == other


def _filter(one: Filtered) -> tuple[object, ...]:
    said = [
        [(known, bare(text)) for known, text in side] for side in (one.criteria, one.conditions)
    ]
    return *said, one.order, one.buttons


def _crossed(was: Pieces, ours: Pieces, others: Pieces) -> set[str]:
    """Sheets whose rows mine filters otherwise: what theirs hides there follows another filter."""
    return {
        one.sheet
        for slot, one in ours.items()
        if isinstance(one, Filtered)
        and not _alike(one, others.get(slot))
        and not _alike(one, was.get(slot))
        and slot in others
    }


def _stands_in_the_way(other: Stay, stands: Pieces) -> bool:
    """Whether cells that theirs merged meet some that are merged already; or what has no look."""
    if not isinstance(other, Merges):
        return _by_colour(other)
    merged, box = other, box_of(other.areas[0])
    return any(
        box.meets(box_of(area))
        for one in stands.values()
        if isinstance(one, Merges) and one.sheet == merged.sheet
        for area in one.areas
    )
