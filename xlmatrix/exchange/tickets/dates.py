"""In which order a file writes day and month: by what the whole file says, never by a guess."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange.tickets.stamps import DateOrder, TwoDaysError, slashed, stamp_of

#: So many dates of one order outweigh one of the other, which is then a slip of its row.
_OUTWEIGH: Final = 20


class DateOrderError(XlmatrixError):
    """All dates of a file read both ways: somebody has to say which is meant."""

    def __init__(self, two: TwoDaysError, *, where: str, tool: str) -> None:
        self.day_first, self.month_first, self.tool = two.day_first, two.month_first, tool
        self.text = two.text
        super().__init__(
            f"the dates of this file can be read in two ways: '{two.text[:40]}' is "
            f"{two.day_first:%d %B %Y} day-first and {two.month_first:%d %B %Y} month-first",
            where=where,
            mend=f"Set date_order: day-first or date_order: month-first under import.{tool} in the "
            f"spec, or in a file that --mapping names:\n{tool}:\n  date_order: day-first",
        )


def order_of(
    parts: Iterable[Sequence[Any]], wanted: DateOrder | None, *, where: str, tool: str
) -> DateOrder:
    """The order of a file's dates.

    Parameters
    ----------
    parts
        The cells of its columns of stamps, some at once; no more are taken than are needed.
    wanted
        What a mapping says.

    Raises
    ------
    DateOrderError
        Nothing in the file decides, and no mapping does.
    XlmatrixError
        The file is written in another order than the mapping says, or in both.
    """
    only: dict[DateOrder, tuple[int, str]] = {"day-first": (0, ""), "month-first": (0, "")}
    open_: str | None = None
    for cells in parts:
        for cell in cells:
            found = slashed(cell) if isinstance(cell, str) else None
            if found is None:
                continue
            first, second = found
            if (first > 12) != (second > 12):
                order: DateOrder = "day-first" if first > 12 else "month-first"
                count, example = only[order]
                only[order] = (count + 1, example or cell.strip())
            elif first != second and open_ is None:
                open_ = cell.strip()
        if only["day-first"][0] or only["month-first"][0]:
            break
    return _decided(only, open_, wanted, where=where, tool=tool)


def _decided(
    only: dict[DateOrder, tuple[int, str]],
    open_: str | None,
    wanted: DateOrder | None,
    *,
    where: str,
    tool: str,
) -> DateOrder:
    (days, day_example), (months, month_example) = only["day-first"], only["month-first"]
    if wanted is not None:
        if wanted == "year-first":
            return wanted
        against, for_ = (months, days) if wanted == "day-first" else (days, months)
        if against > for_:
            other: DateOrder = "month-first" if wanted == "day-first" else "day-first"
            raise XlmatrixError(
                f"the dates of this file are {other} (such as '{only[other][1][:40]}'), and were "
                "to be read otherwise",
                where=where,
                mend=f"Set date_order: {other} under import.{tool} in the spec",
            )
        return wanted
    if days and months and max(days, months) < _OUTWEIGH * min(days, months):
        raise XlmatrixError(
            f"the dates of this file are in both orders: '{day_example[:40]}' can only be "
            f"day-first and '{month_example[:40]}' month-first",
            where=where,
            mend="Export it anew with dates that begin with the year, or set date_order under "
            f"import.{tool} and mend the rows that are then listed",
        )
    if days or months:
        return "day-first" if days > months else "month-first"
    if open_ is not None:
        try:
            stamp_of(open_)
        except TwoDaysError as two:
            raise DateOrderError(two, where=where, tool=tool) from None
        except ValueError:
            pass
    return "day-first"
