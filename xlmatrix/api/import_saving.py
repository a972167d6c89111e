"""What an import writes: the table of incidents, the logs beside it, and the mapping to keep."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlmatrix.api import outputs
from xlmatrix.api.importing import TicketImport
from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange.written import csv_of, incidents_of, logs_of, parquet_of, wall_clocks
from xlmatrix.model import grown_mappings, load_mappings
from xlmatrix.model.loader import read_text

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
    """Where an import goes, looked at before anything is asked.

    ``grows`` is the file of mappings that is there already, of which ``named`` tells whether the
    user gave it to be read.
    """

    table: Output | None
    mapping: Output | None
    overwrite: bool | None
    inputs: tuple[Path, ...]
    grows: Path | None = None
    named: bool = False

    def settled(self, found: TicketImport) -> Target:
        """The same once the tool is known: what a file of mappings has of other tools stays.

        Raises
        ------
        XlmatrixError
            A file that nobody gave to be read has a mapping of the tool already, or cannot be read.
        """
        if self.grows is None or self.table is None:
            return self
        if self.named:
            has = found.tickets.tool in found.given.mappings
            if self.overwrite is False or (has and not found.questions):
                return self
            replaces = False
        else:
            replaces = self._has(found.tickets.tool)
        output = outputs.file_output(
            self.grows, _YAML, inputs=[one for one in self.inputs if one != self.grows],
            overwrite=self.overwrite, judge=_use_it if replaces else _may_grow,
        )  # fmt: skip
        return replace(self, mapping=output)

    def _has(self, tool: str) -> bool:
        """Whether the file has a mapping of a tool; one to be replaced may be any file."""
        assert self.grows is not None
        try:
            return tool in load_mappings(self.grows)
        except XlmatrixError:
            if self.overwrite:
                return True
            raise


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
        What the import reads. A mapping that does not exist yet is written, into one that does only
        what it does not say yet; without one, it is ``map.yaml`` beside the output.
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
    if mapping is not None:
        path = Path(mapping)
    elif table is not None:
        path = table.path.parent / MAPPING
    else:
        return Target(table, None, overwrite, inputs)
    if os.path.lexists(path):
        return Target(table, None, overwrite, inputs, path, named=mapping is not None)
    kept = outputs.file_output(path, _YAML, inputs=inputs, overwrite=overwrite)
    return Target(table, kept, overwrite, inputs)


def _use_it(output: Output) -> None:
    raise XlmatrixError(
        "an earlier import wrote a mapping of this tool here",
        where=str(output.path),
        mend=f"Use it with --mapping {output.path}, or replace it with --overwrite, which keeps a "
        "backup",
    )


def _may_grow(_: Output) -> None:
    """Nobody misses what stays in a file."""


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
        parts.append((target.mapping, _mapping_text(found, target), None))
    written = []
    for number, (output, data, rows) in enumerate(parts):
        backup = outputs.write(data, output)
        written.append(Saved(output.path, rows, backup, stale if number == 0 else ()))
    return tuple(written)


def _mapping_text(found: TicketImport, target: Target) -> str:
    """The mapping, or the file that there is with it."""
    if target.grows is None:
        return found.mapping
    own = {found.tickets.tool: found.kept}
    try:
        load_mappings(target.grows)
    except XlmatrixError:
        # It was to be replaced, whatever it is.
        return found.mapping
    return grown_mappings(read_text(target.grows), own, instead=not target.named)


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
