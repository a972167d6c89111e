"""What a workbook may hold before it is taken for one that somebody made to do harm.

Each stands in ``docs/limits.md`` with its error. They lie far above what workbooks of ours reach: a
full log of 99,999 incidents stays within all of them.
"""

from __future__ import annotations

from typing import Final

from xlmatrix.errors import XlmatrixError

MIB: Final = 1024 * 1024
#: Of the file itself.
MOST_FILE_BYTES: Final = 256 * MIB
#: Of all its parts, unpacked.
MOST_BYTES: Final = 4096 * MIB
MOST_PARTS: Final = 20_000
#: A part larger than this is looked at for how well it packs: sheets full of like formulas reach
#: about 1:40, and deflate reaches 1:1030.
SUSPECT_BYTES: Final = 16 * MIB
MOST_RATIO: Final = 150
#: Elements within elements; those of Office's own parts are within 25.
MOST_NESTED: Final = 100
#: Letters in the name of an element or attribute.
MOST_NAME_CHARS: Final = 255
#: Shared texts of a workbook.
MOST_STRINGS: Final = 1_500_000
#: Cells with values on a log's sheet, computed ones that nobody typed over apart.
MOST_LOG_CELLS: Final = 2_500_000
#: The same on all other sheets together.
MOST_CELLS: Final = 1_000_000
#: Letters of the formulas that cells of one sheet share, written out for each of them.
MOST_SHARED_CHARS: Final = 1_500_000
#: How many cells of one sheet may share the formula of another.
MOST_SHARED_CELLS: Final = 100_000
#: Letters of a formula, as Excel has them.
MOST_FORMULA_CHARS: Final = 8_192
#: Rows and columns of a sheet, as Excel has them.
MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
#: Of the macros' part.
MOST_PROJECT_BYTES: Final = 32 * MIB

FEWER: Final = "Delete what is no longer needed; if it is none of yours, do not open it"
SUSPICION: Final = "Do not open it unless you know who made it"


class RefusedError(XlmatrixError):
    """What is not read even where damage would be put up with."""


def refused(what: str, where: str, mend: str = SUSPICION) -> RefusedError:
    """The error for a file that looks as if somebody made it to do harm."""
    return RefusedError(what, where=where, mend=mend)
