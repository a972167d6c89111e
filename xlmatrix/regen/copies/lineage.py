"""Whether workbooks are copies of one, by what their stamps say of where they come from."""

from __future__ import annotations

import hashlib
import json

from xlmatrix.errors import XlmatrixError
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.sheets.stamp import Stamp, seal_of


def ancestor_of(stamp: Stamp) -> str:
    """A name for the workbook that a copy was taken of, the same in every copy."""
    if stamp.ancestor:
        return stamp.ancestor
    about = (stamp.version, stamp.template, stamp.created.isoformat(), stamp.spec)
    said = json.dumps([*about, seal_of(stamp.base)])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def check_copies(mine: UsedBook, theirs: UsedBook, base: UsedBook | None) -> None:
    """Refuse what are no copies of one workbook.

    Raises
    ------
    XlmatrixError
        With what differs: the release, the spec or the time of making.
    """
    _check(mine, theirs, "these two are no copies of one workbook")
    if base is not None:
        _check(mine, base, "the base is not the workbook that the copies were taken of")


def _check(mine: UsedBook, other: UsedBook, what: str) -> None:
    one, two = mine.stamp, other.stamp
    if ancestor_of(one) == ancestor_of(two):
        return
    if one.version != two.version:
        raise XlmatrixError(
            f"{what}: release {one.version} made {mine.where}, and release {two.version} this one",
            where=other.where,
            mend="Merge the copies as they were before one of them was regenerated, and regenerate"
            " the merged workbook",
        )
    if one.spec != two.spec:
        why = f"{mine.where} comes from {_said(one)}, and this one from {_said(two)}"
        if _said(one) == _said(two):
            why = f"{mine.where} comes from another spec"
    elif one.created != two.created:
        why = f"{mine.where} was made on {one.created:%Y-%m-%d %H:%M:%S}, and this one on"
        why += f" {two.created:%Y-%m-%d %H:%M:%S}"
    else:
        why = f"{mine.where} was made with other values"
    raise XlmatrixError(
        f"{what}: {why}",
        where=other.where,
        mend="Name two copies of one workbook; diff shows what differs between any two",
    )


def _said(stamp: Stamp) -> str:
    return f"the template {stamp.template}" if stamp.template else "a spec of its own"
