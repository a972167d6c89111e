"""The report of a merge: which copy each difference comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xlmatrix.regen.copies.book import Copies
from xlmatrix.regen.merging.merge import Change, Outcome


def told(changes: Sequence[Change], copies: Copies) -> list[Change]:
    """The lines of a regeneration with what the merge knows of them.

    A line about a cell or a row of theirs says so, and one that the merge has itself stands for
    that of the regeneration.
    """
    own = {_at(line): line for line in copies.lines if line.table or line.column}
    rest = [line for line in copies.lines if not (line.table or line.column)]
    found = []
    for change in changes:
        line = own.pop(_at(change), None)
        if line is not None:
            formula = isinstance(change.after, str) and change.after.startswith("=")
            after = change.after if formula else line.after
            found.append(replace(line, after=after, sheet=line.sheet or change.sheet))
        elif _is_theirs(change, copies):
            found.append(as_theirs(change, copies.theirs.name))
        else:
            found.append(change)
    return [*found, *own.values(), *rest]


def as_theirs(change: Change, name: str) -> Change:
    """A line about what a user added, for what came from the other copy."""
    if change.outcome is not Outcome.KEPT:
        return change
    note = change.note.replace(" by you", f" in {name}")
    note = note if name in note else f"{note} ({name})" if note else f"typed in {name}"
    return replace(change, outcome=Outcome.TAKEN, note=note)


def _at(change: Change) -> tuple[str, str, str]:
    return change.table, change.key.casefold(), change.column


def _is_theirs(change: Change, copies: Copies) -> bool:
    at = _at(change)
    return at in copies.taken or (bool(change.table) and at[:2] in copies.brought)
