"""What an import writes: the table of incidents, the logs beside it, and the mapping to keep."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlmatrix.api import outputs
from xlmatrix.api.importing import TicketImport
from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange.written import csv_of, incidents_of, logs_of, parquet_of, wall_clocks

if TYPE_CHECKING:
    import pandas as pd

    from xlmatrix.write.outputs import Output

ENDINGS: Final = (".csv", ".parquet", ".xlsx")
MAPPING: Final = "map.yaml"
_YAML: Final = (".yaml", ".yml")
#: The sheets of a workbook, by the option of a build that takes such a log.
_SHEETS: Final = {"pauses": "Pauses", "changes": "Severity changes", "reopened": "Reopened"}


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that was written, its rows (None for a mapping), and the backup of what it replaced.

    ``stale`` are logs of an earlier import that lie beside it and that this one does not have.
    """

    path: Path
    rows: int | None
    backup: Path | None
    stale: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """Where an import goes, looked at before anything is asked."""

    table: Output | None
    mapping: Output | None
    overwrite: bool | None
    inputs: tuple[Path, ...]


def target_of(
    output: str | os.PathLike[str] | None,
    *,
    files: Sequence[str | os.PathLike[str]],
    spec: str | os.PathLike[str] | None = None,
    mapping: str | os.PathLike[str] | None = None,
    overwrite: bool | None = None,
) -> Target:
    """The outputs of an import, looked at before the work.

    Parameters
    ----------
    output
        A CSV, Parquet or XLSX file; None writes no tickets.
    files, spec, mapping
        What the import reads. A mapping that does not exist yet is written; without one, it is
        ``map.yaml`` beside the output.
    overwrite
        True replaces what stands there and keeps backups, False and None replace nothing.

    Raises
    ------
    XlmatrixError
        When one of them cannot or must not be written.
    """
    inputs = outputs.paths_of([*files, spec, mapping])
    table = None
    if output is not None:
        table = outputs.file_output(output, ENDINGS, inputs=inputs, overwrite=overwrite)
    kept = None
    if mapping is not None and not os.path.lexists(mapping):
        kept = outputs.file_output(mapping, _YAML, inputs=inputs, overwrite=overwrite)
    elif mapping is None and table is not None:
        kept = outputs.file_output(
            table.path.parent / MAPPING, _YAML, inputs=inputs, overwrite=overwrite, judge=_use_it
        )
    return Target(table, kept, overwrite, inputs)


def _use_it(output: Output) -> None:
    raise XlmatrixError(
        "an earlier import wrote a mapping here",
        where=str(output.path),
        mend=f"Use it with --mapping {output.path}, or replace it with --overwrite, which keeps a "
        "backup",
    )


def save(found: TicketImport, target: Target) -> tuple[Saved, ...]:
    """Write an import: the table, the logs beside it, the mapping; each whole or not at all.

    All are made and looked at before the first is written.

    Raises
    ------
    XlmatrixError
        One of them cannot or must not be written, or Parquet is asked for without pyarrow.
    """
    parts: list[tuple[Output, bytes | str, int | None]] = []
    stale: tuple[Path, ...] = ()
    if target.table is not None:
        parts, stale = _table_files(found, target.table, target)
    if target.mapping is not None and found.mapping:
        parts.append((target.mapping, found.mapping, None))
    written = []
    for number, (output, data, rows) in enumerate(parts):
        backup = outputs.write(data, output)
        written.append(Saved(output.path, rows, backup, stale if number == 0 else ()))
    return tuple(written)


def _table_files(
    found: TicketImport, table: Output, target: Target
) -> tuple[list[tuple[Output, bytes | str, int | None]], tuple[Path, ...]]:
    frame, logs = incidents_of(found.tickets), logs_of(found.tickets)
    ending = table.path.suffix.lower()
    if ending == ".xlsx":
        return [(table, _workbook(frame, logs, str(table.path)), len(frame))], ()
    data = csv_of(frame) if ending == ".csv" else parquet_of(frame, where=str(table.path))
    parts: list[tuple[Output, bytes | str, int | None]] = [(table, data, len(frame))]
    stale = []
    for name in _SHEETS:
        path = table.path.with_name(f"{table.path.stem}-{name}.csv")
        if name in logs:
            beside = outputs.file_output(
                path, (".csv",), inputs=target.inputs, overwrite=target.overwrite
            )
            parts.append((beside, csv_of(logs[name]), len(logs[name])))
        elif path.exists():
            stale.append(path)
    return parts, tuple(stale)


def _workbook(frame: pd.DataFrame, logs: Mapping[str, pd.DataFrame], where: str) -> bytes:
    from xlmatrix.write.plain_tables import PlainTable, plain_tables

    sheets = {"Incidents": frame, **{_SHEETS[name]: log for name, log in logs.items()}}
    tables = [
        PlainTable(
            title,
            tuple(map(str, one.columns)),
            tuple(wall_clocks(one[name]) for name in one.columns),
        )
        for title, one in sheets.items()
    ]
    return plain_tables(tables, where=where)
