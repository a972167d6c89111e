"""Parquet files, and tables that programs hand over: data frames and whatever speaks Arrow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange.files.tabled import ROWS_AT_ONCE, Counted, Rows, Tabled

if TYPE_CHECKING:
    import pandas as pd

MAX_BYTES: Final = 1024 * 1024 * 1024
MAGIC: Final = b"PAR1"
_INSTALL: Final = "Install it: pip install 'xlmatrix[parquet]', or export as CSV"


def read(path: Path, name: str) -> Tabled:
    """The table of a Parquet file.

    Raises
    ------
    XlmatrixError
        Without pyarrow, for a damaged file and for one too large.
    """
    if path.stat().st_size > MAX_BYTES:
        raise XlmatrixError(
            f"the file has {path.stat().st_size / 2**20:,.0f} MiB; {MAX_BYTES >> 20} MiB are read",
            where=name,
            mend="Export fewer tickets at once",
        )
    arrow = _arrow(name)
    try:
        return of_frame(arrow.parquet.read_table(path).to_pandas(), name)
    except (arrow.ArrowException, ValueError, OSError) as fault:
        raise XlmatrixError(
            f"the Parquet file cannot be read ({str(fault)[:200]})", where=name, mend="Export again"
        ) from None


def frame_of(given: Any) -> pd.DataFrame:
    """A data frame, from one or from anything with the Arrow stream interface.

    Raises
    ------
    XlmatrixError
        For anything else, and for Arrow data without pyarrow.
    """
    if hasattr(given, "iloc"):
        return given  # type: ignore[no-any-return]
    if not hasattr(given, "__arrow_c_stream__"):
        raise XlmatrixError(
            f"incidents may be a path, a data frame or Arrow data, not {type(given).__name__}",
            where="incidents",
            mend="Give a path or a pandas.DataFrame",
        )
    found: pd.DataFrame = _arrow("incidents").table(given).to_pandas()
    return found


def _arrow(where: str) -> Any:
    """The library that few need, and that takes longer to load than a small file to read."""
    try:
        import pyarrow.parquet
    except ImportError:
        what = "Parquet files and Arrow data need pyarrow"
        raise XlmatrixError(what, where=where, mend=_INSTALL) from None
    return pyarrow


def of_frame(frame: pd.DataFrame, name: str = "incidents") -> Tabled:
    """A data frame as a table: stamps with a zone stay instants, others are wall clocks."""

    def read(counted: Counted) -> Iterator[Rows]:
        counted.rows += len(frame)
        for first in range(0, max(len(frame), 1), ROWS_AT_ONCE):
            part = frame.iloc[first : first + ROWS_AT_ONCE]
            columns = [_column(part.iloc[:, at]) for at in range(part.shape[1])]
            yield Rows(list(range(first + 1, first + len(part) + 1)), columns)

    return Tabled(name, read, tuple(map(str, frame.columns)), flat=True, first_line=0)


def _column(series: pd.Series[Any]) -> list[Any]:
    kind = series.dtype.kind
    present = series.notna().to_numpy()
    pairs = zip(series.astype(object).tolist(), present, strict=True)
    if kind == "M":
        return [one.to_pydatetime(warn=False) if here else None for one, here in pairs]
    if kind == "m":
        return [one.total_seconds() if here else None for one, here in pairs]
    return [one if here else None for one, here in pairs]
