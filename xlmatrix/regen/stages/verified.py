"""Verified: the finished workbook read back, before it replaces anything.

The report speaks of plans; here it is held against the bytes, and so is everything that people
typed. What a stage dropped by mistake ends the run instead of vanishing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from xlmatrix.errors import XlmatrixError, listed, shortened
from xlmatrix.regen.copies.owed import owed
from xlmatrix.regen.reading.tables import Inputs
from xlmatrix.regen.stages.reported import is_allowed, loss_options
from xlmatrix.regen.stages.stamped import Renewed
from xlmatrix.regen.verifying.around import not_around
from xlmatrix.regen.verifying.finished import Finished
from xlmatrix.regen.verifying.freight import not_brought
from xlmatrix.regen.verifying.lines import not_borne_out
from xlmatrix.regen.verifying.standing import not_standing
from xlmatrix.regen.verifying.typed import not_kept

#: So much of one thing that is missing an error shows.
_MOST_OF_ONE: Final = 160


def verify(data: bytes, renewed: Renewed) -> None:
    """Read a rendered workbook, and hold the report and what people typed against it.

    Raises
    ------
    XlmatrixError
        Where something is not in the workbook that should be, with what and where. It is a fault
        of the program, which the user sees before anything is lost.
    """
    debt = renewed.debt
    finished = Finished.read(data, debt.stamp, debt.used.where)
    missing = [*not_borne_out(renewed.report.changes, finished), *not_kept(debt, finished)]
    if debt.copies is not None:
        guest = replace(debt, used=debt.copies.guest, base=Inputs(), mine=Inputs())
        missing += [*not_kept(guest, finished)]
        missing += owed(debt.copies, renewed.report.changes, finished)
    missing += not_standing(renewed.standing, finished)
    missing += not_brought(renewed.book, debt, finished)
    missing += not_around(debt, renewed.painted, finished)
    missing = [one for one in dict.fromkeys(missing) if not is_allowed(one.name, debt.allowed)]
    if missing:
        names = dict.fromkeys(one.name for one in missing)
        entries = listed(shortened(one.what, _MOST_OF_ONE) for one in missing)
        raise XlmatrixError(
            f"the new workbook would lack this: {entries}",
            where=debt.used.where,
            mend="Nothing was replaced: this is a fault of xlmatrix, please report it. To go on"
            f" without: {loss_options(names)}",
        )
