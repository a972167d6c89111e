"""What may be wrong with a row whose cells, each by itself, mean something."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from xlmatrix.formula import Expr
from xlmatrix.tables.kinds import Raw

#: The cells of a row by column id.
Row: TypeAlias = Mapping[str, Raw]
#: The cells behind the defined name of a list, or of a column.
Lists: TypeAlias = Callable[[str], Sequence[Raw]]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row that means nothing, or not what it seems to.

    ``when`` is the condition for a formula of the row and ``holds`` its twin, asked with the row,
    those above it, and what stands behind the names of lists and in columns (``tHours[Day]``). Both
    are asked only where every cell of the row means something.
    """

    code: str
    said: str
    when: Expr
    holds: Callable[[Row, Sequence[Row], Lists], bool]
