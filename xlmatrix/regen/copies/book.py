"""Two used copies and their base as one used workbook, with what the report has to say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from xlmatrix.regen.copies.beyond import columns_of_both, formulas_of_both, touched
from xlmatrix.regen.copies.deciding import Decide, Decisions
from xlmatrix.regen.copies.identity import renumbered
from xlmatrix.regen.copies.lineage import ancestor_of, check_copies
from xlmatrix.regen.copies.renames import Renames, in_names
from xlmatrix.regen.copies.sheets import sheets_of_both
from xlmatrix.regen.copies.tables import Joined, joined, keys_between
from xlmatrix.regen.mapping import log_from_tables, spec_from_tables, typed_from_tables
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.reading.tables import Inputs, TableData
from xlmatrix.tables.incidents import INCIDENTS

#: Keys of rows in a copy to those in the merged workbook, by table.
Keys = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy as it was read, its name, and the keys that its rows have in the merged workbook."""

    book: UsedBook
    name: str
    keys: Keys


@dataclass(frozen=True, slots=True)
class Copies:
    """Two copies on their way into one workbook.

    Attributes
    ----------
    used
        Mine with the inputs, columns and formulas of both: what is brought to the new workbook.
    guest
        Theirs, with what of its sheets mine does not have.
    mine, theirs
        Both as they were read.
    base
        What stood in both before.
    lines
        What the merge has to say.
    taken, brought
        Cells and rows that are theirs: table, folded key, column.
    renames
        Sheets of theirs that got other names.
    names
        The names of roles and calendars in either copy, and those that stand.
    ancestor
        What both are copies of.
    origin
        The workbook that the copies were taken of; None where nobody gave it.
    """

    used: UsedBook
    guest: UsedBook
    mine: Copy
    theirs: Copy
    base: Inputs
    lines: tuple[Change, ...] = ()
    taken: frozenset[tuple[str, str, str]] = frozenset()
    brought: frozenset[tuple[str, str]] = frozenset()
    renames: Mapping[str, str] = field(default_factory=dict)
    names: Renames = field(default_factory=Renames)
    ancestor: str = ""
    origin: UsedBook | None = None


def join_copies(base: UsedBook | None, mine: UsedBook, theirs: UsedBook, decide: Decide) -> Copies:
    """Make one used workbook of two copies.

    Parameters
    ----------
    base
        The workbook that the copies were taken of; None for what their stamp says was offered.

    Raises
    ------
    XlmatrixError
        They are no copies of one workbook, or something stands in the way.
    FindingsError
        Naming the conflicts that nobody decided.
    """
    check_copies(mine, theirs, base)
    decisions = Decisions(*_names(mine.where, theirs.where), decide)
    was = _before(mine, theirs) if base is None else base.inputs
    named = Renames.between(base, mine, theirs, decisions)
    ours = in_names(mine.inputs, named.mine)
    moved = renumbered(was, ours, in_names(theirs.inputs, named.theirs))
    for old, new in moved.fresh:
        note = f"two different incidents were called {old!r}; the one of {decisions.theirs} is"
        decisions.lines.append(
            Change(
                Outcome.TAKEN, INCIDENTS.name, new, "ID", before=old, after=new,
                note=f"{note} {new!r} now, and what speaks of it follows",
            )
        )  # fmt: skip
    now = keys_between(in_names(theirs.inputs, named.theirs), moved.inputs)
    beside = touched(base, theirs)
    beside = frozenset((table, now.get((table, key), key).casefold()) for table, key in beside)
    both = (touched(base, mine) | named.contested, beside | named.contested)
    found = joined(was, ours, moved.inputs, decisions, both)
    found.theirs = _through(now, found)
    found = named.follow(found)
    columns = columns_of_both((base, mine, theirs), found, decisions)
    formulas = formulas_of_both((base, mine, theirs), found, decisions)
    sheets = sheets_of_both((base, mine, theirs), decisions)
    decisions.stop_for_open(mine.where)
    used = replace(with_inputs(sheets.mine, found.inputs), added=columns, formulated=formulas)
    return Copies(
        used=used,
        guest=replace(sheets.theirs, added=[], formulated=[]),
        mine=Copy(mine, decisions.mine, found.mine),
        theirs=Copy(theirs, decisions.theirs, found.theirs),
        base=was,
        lines=tuple(map(named.line, decisions.lines)),
        taken=frozenset((t, named.key(t, key).casefold(), c) for t, key, c in decisions.taken),
        brought=frozenset(found.brought),
        renames=sheets.renames,
        names=named,
        ancestor=ancestor_of(mine.stamp),
        origin=base,
    )


def _names(mine: str, theirs: str) -> tuple[str, str]:
    """The copies' names as lines show them: whole paths where the files are called alike."""
    short = Path(mine).name, Path(theirs).name
    return short if short[0] != short[1] else (mine, theirs)


def _before(mine: UsedBook, theirs: UsedBook) -> Inputs:
    """What the workbook offered that both were copied of."""
    original = theirs if mine.stamp.ancestor else mine
    return original.stamp.base


def _through(moved: Keys, found: Joined) -> dict[tuple[str, str], str]:
    """The keys of rows of theirs in the merged workbook, from those that they had."""
    keys = dict(found.theirs)
    for (table, old), now in moved.items():
        keys[table, old] = found.theirs.get((table, now), now)
    return keys


def with_inputs(book: UsedBook, inputs: Inputs) -> UsedBook:
    """A used workbook as if people had typed these inputs."""
    tables = {n: TableData(n, t.headers, t.rows) for n, t in inputs.tables.items()}
    spec, findings = spec_from_tables(tables, inputs.names, book.base)
    mended = [one for one in book.findings if one.code == "workbook-mended"]
    return replace(
        book,
        inputs=inputs,
        spec=spec,
        log=log_from_tables(tables),
        typed=dict(typed_from_tables(tables, inputs.names)),
        findings=[*findings, *mended],
    )
