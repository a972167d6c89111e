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
    import pandas as pd

    try:
        return of_frame(pd.read_parquet(path), name)
    except ImportError:
        raise XlmatrixError("Parquet needs pyarrow", where=name, mend=_INSTALL) from None
    except (ValueError, OSError) as fault:
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
    import pandas as pd

    if isinstance(given, pd.DataFrame):
        return given
    if not hasattr(given, "__arrow_c_stream__"):
        raise XlmatrixError(
            f"incidents may be a path, a data frame or Arrow data, not {type(given).__name__}",
            where="incidents",
            mend="Give a path or a pandas.DataFrame",
        )
    try:
        import pyarrow
    except ImportError:
        raise XlmatrixError("Arrow data need pyarrow", where="incidents", mend=_INSTALL) from None
    found: pd.DataFrame = pyarrow.table(given).to_pandas()
    return found


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
    import pandas as pd

    if isinstance(series.dtype, pd.DatetimeTZDtype) or series.dtype.kind == "M":
        return [None if pd.isna(one) else one.to_pydatetime(warn=False) for one in series]
    if series.dtype.kind == "m":
        return [None if pd.isna(one) else one.total_seconds() for one in series]
    missing = series.isna().to_numpy()
    return [
        None if gone else one
        for one, gone in zip(series.astype(object).tolist(), missing, strict=True)
    ]
