"""Workbooks without their stamp, for those who shall see the sheets and nothing else."""

from __future__ import annotations

from xlmatrix.errors import Finding, Level, XlmatrixError

#: What such a workbook cannot do any more.
UNSTAMPED = "without a stamp"


def unstamped_note(where: str) -> Finding:
    """What every run says that leaves the stamp out."""
    return Finding(
        Level.NOTE,
        "no-stamp",
        "the workbook has no stamp, which holds the spec and every value as it was offered: it"
        " cannot be regenerated, recalculated or checked",
        where,
        "Keep the spec, or a workbook with its stamp, for yourself",
    )


def refuse_dressed(where: str, mend: str) -> XlmatrixError:
    """What to say where macros or a script would find nothing to work with."""
    return XlmatrixError(
        f"macros and the Lite script work with the stamp, and a workbook {UNSTAMPED} has none",
        where=where,
        mend=mend,
    )
