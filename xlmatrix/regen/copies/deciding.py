"""Where both copies say otherwise: the conflict, who decides it, and the lines that tell of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from xlmatrix.errors import Finding, FindingsError, Level
from xlmatrix.regen.merging.merge import ROW_DELETED, ROW_DELETED_THERE, Change, Outcome
from xlmatrix.regen.reading.tables import Raw, same
from xlmatrix.tables.catalogue import header_of, show, table_of

#: Conflicts that an error names one by one; more than a screen nobody reads.
MOST_NAMED: Final = 20


class Side(StrEnum):
    """One of the two copies."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Conflict:
    """What both copies say otherwise than their base, and not alike.

    ``column`` is empty for a whole row, ``table`` for a cell that has a name or an address, which
    ``key`` then is. ``words`` say what each copy has where it is no value of a cell.
    """

    table: str
    key: str
    column: str
    base: Raw = None
    mine: Raw = None
    theirs: Raw = None
    sheet: str = ""
    words: tuple[str, str] = ("", "")

    @property
    def sides(self) -> tuple[Side, ...]:
        """The two that may stand."""
        return tuple(Side)

    @property
    def place(self) -> str:
        """Where it is, as a reader of the workbook knows it."""
        known = table_of(self.table)
        about = known.about if known is not None and not known.numbered else self.table
        shown = "" if self.column == "value" else header_of(self.table, self.column)
        parts = dict.fromkeys((self.sheet or about, self.key, shown))
        return " · ".join(part for part in parts if part)

    def shown(self, side: Side) -> str:
        """What a copy has there."""
        words = self.words[0 if side is Side.MINE else 1]
        value = self.mine if side is Side.MINE else self.theirs
        return words or show(self.table, self.column, value) or "(empty)"

    @property
    def was(self) -> str:
        """What stood there before."""
        return show(self.table, self.column, self.base) or "(empty)"


#: Says which copy stands; None where nobody decides.
Decide = Callable[[Conflict], Side | None]


@dataclass(slots=True)
class Decisions:
    """Decides conflicts while copies are merged, and keeps the lines for the report.

    ``mine`` and ``theirs`` are the names of the files, as lines show them.
    """

    mine: str
    theirs: str
    decide: Decide
    typed: str = "typed"
    """How a change of theirs came to be, as lines say it."""
    both: str = "both copies changed it"
    lines: list[Change] = field(default_factory=list)
    open: list[Conflict] = field(default_factory=list)
    taken: set[tuple[str, str, str]] = field(default_factory=set)
    """Cells whose value is theirs: table, folded key, column."""

    def cell(self, at: tuple[str, str, str], base: Raw, mine: Raw, theirs: Raw) -> Raw:
        """One cell of three; a change of one copy stands, of two that differ one is chosen."""
        if same(mine, theirs) or same(theirs, base):
            return mine
        if same(mine, base):
            self.taken.add((at[0], at[1].casefold(), at[2]))
            note = f"{self.typed} in {self.theirs}"
            self.lines.append(Change(Outcome.TAKEN, *at, before=mine, after=theirs, note=note))
            return theirs
        return self.chosen(Conflict(*at, base=base, mine=mine, theirs=theirs))

    def chosen(self, conflict: Conflict) -> Raw:
        """The value that stands after a conflict."""
        side = self.side(conflict)
        if side is Side.THEIRS:
            at = (conflict.table, conflict.key.casefold(), conflict.column)
            self.taken.add(at)
        return conflict.mine if side is Side.MINE else conflict.theirs

    def side(self, conflict: Conflict) -> Side:
        """Which copy stands, with a line for the report; mine where nobody decides."""
        side = self.decide(conflict)
        if side is None:
            self.open.append(conflict)
            side = Side.MINE
        stands, other = (self.mine, self.theirs)[:: 1 if side is Side.MINE else -1]
        after, wanted = (conflict.mine, conflict.theirs)[:: 1 if side is Side.MINE else -1]
        note = f"{self.both}; {stands} stands, {other} has the other"
        whole = not conflict.column and bool(conflict.table)
        if whole:
            left = Side.THEIRS if side is Side.MINE else Side.MINE
            note = f"{conflict.shown(side)}; {note}: {conflict.shown(left)}"
        self.lines.append(
            Change(
                Outcome.CONFLICT, conflict.table, conflict.key, conflict.column, conflict.base,
                after, wanted, note, conflict.sheet,
            )
        )  # fmt: skip
        return side

    def note(self, at: tuple[str, str, str], note: str, outcome: Outcome = Outcome.TAKEN) -> None:
        """A line about a row, a sheet or a file."""
        self.lines.append(Change(outcome, *at, note=note))

    def rekey(self, table: str, moves: Mapping[str, str]) -> None:
        """Speak of rows by their new keys; a row that is gone leaves its key to another."""
        keys = {**{now: f"{now} #1" for now in moves.values()}, **moves}
        for place, line in enumerate(self.lines):
            gone = line.note.startswith((ROW_DELETED, ROW_DELETED_THERE))
            if line.table == table and (line.key in moves or (gone and line.key in keys)):
                self.lines[place] = replace(line, key=keys[line.key])
        folded = {was.casefold(): now.casefold() for was, now in moves.items()}
        self.taken = {
            (t, folded.get(key, key) if t == table else key, column)
            for t, key, column in self.taken
        }

    def deleted(self, table: str, key: str) -> None:
        """A line about a row that theirs has no more."""
        self.note((table, key, ""), f"{ROW_DELETED_THERE}, {self.theirs}")

    def stop_for_open(self, where: str) -> None:
        """End with what nobody decided.

        Raises
        ------
        FindingsError
            Naming each conflict, up to a screen of them.
        """
        if not self.open:
            return
        named = [self._finding(one, where) for one in self.open[:MOST_NAMED]]
        more = len(self.open) - len(named)
        if more:
            what = f"{more:,} more conflicts"
            mend = "Decide them all with --ours or --theirs, or one by one at a terminal"
            named.append(Finding(Level.ERROR, "copies-differ", what, where, mend, rows=more))
        raise FindingsError(tuple(named), where=where)

    def _finding(self, one: Conflict, where: str) -> Finding:
        what = f"both copies changed {one.place}: {self.mine} has {one.shown(Side.MINE)!r}, "
        what += f"{self.theirs} has {one.shown(Side.THEIRS)!r}"
        if one.base is not None:
            what += f", and it was {one.was!r}"
        mend = "Say --ours or --theirs, or decide at a terminal"
        return Finding(Level.ERROR, "copies-differ", what, where, mend)
