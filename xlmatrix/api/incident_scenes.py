"""What one incident is explained from: a workbook, or a spec with the export that holds it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from xlmatrix.api.horizon import covering
from xlmatrix.api.importing import Mapped, mappings_of
from xlmatrix.api.sources import Export, paths_among, read_source
from xlmatrix.api.stamps import as_of_stamp
from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange import logs_of
from xlmatrix.model import MatrixSpec
from xlmatrix.model.base import suggestion
from xlmatrix.package.kinds import is_workbook
from xlmatrix.regen import read_book
from xlmatrix.rules.logs.incident_log import ID, IncidentLog
from xlmatrix.sheets.book import make_scene
from xlmatrix.sheets.parts import Scene
from xlmatrix.tables.kinds import stamp_of
from xlmatrix.worktime.zones import now_in


def incident_scene(
    path: str | os.PathLike[str],
    incident: str,
    *,
    incidents: Export | None,
    mapping: Mapped | None,
    as_of: datetime | str | None,
) -> tuple[Scene, int]:
    """What a workbook, or a spec with an export, is drawn from; and the row of an incident.

    Parameters and errors are those of :func:`xlmatrix.explain`.
    """
    scene = log_scene(path, incidents=incidents, mapping=mapping, as_of=as_of)
    return scene, _row_of(scene.frame.log, incident, told_by(incidents, path))


def log_scene(
    path: str | os.PathLike[str],
    *,
    incidents: Export | None,
    as_of: datetime | str | None,
    mapping: Mapped | None = None,
    logs: Mapping[str, str | os.PathLike[str]] | None = None,
) -> Scene:
    """What a workbook, or a spec with an export, is drawn from; as for :func:`xlmatrix.explain`.

    ``logs`` are CSVs beside the export, as of :func:`xlmatrix.build`; a workbook has its own.
    """
    file = Path(path)
    typed: dict[tuple[str, str, str], Any] = {}
    beside = [str(one) for one in (*paths_among(incidents), *(logs or {}).values())]
    if mapping is not None:
        beside.append(str(mapping) if isinstance(mapping, str | os.PathLike) else "the mapping")
    if is_workbook(file):
        if beside:
            raise XlmatrixError(
                f"{file.name} has its own log, so {', '.join(beside)} would be ignored",
                where=str(path),
                mend="Name the workbook alone, or the spec with the exports",
            )
        used = read_book(file)
        spec: MatrixSpec = used.spec
        log, typed = used.log, used.typed
    elif not paths_among(incidents):
        raise XlmatrixError(
            "a spec holds no incidents", where=str(path), mend="Name an export with --incidents"
        )
    else:
        spec = read_source(path)[1]
        mappings = None if mapping is None else mappings_of(mapping, spec)
        log, typed = logs_of(paths_among(incidents), spec, logs or {}, mapping=mappings)
    frozen = as_of_stamp(as_of, spec.zone) or stamp_of(typed.get(("", "AsOf_Input", "")))
    now = frozen or now_in(spec.zone)
    if not is_workbook(file):
        spec, _ = covering(spec, log, now)
    return make_scene(spec, log, as_of=now, created=now, typed=typed)


def told_by(incidents: Export | None, path: str | os.PathLike[str]) -> str:
    """Where the incidents stand, as an error names it."""
    return ", ".join(map(str, paths_among(incidents))) or str(path)


def _row_of(log: IncidentLog, incident: str, where: str) -> int:
    wanted = incident.strip().casefold()
    for row, known in enumerate(log.texts[ID]):
        if known and known.strip().casefold() == wanted:
            return row
    mend = suggestion(incident, [known for known in log.texts[ID] if known], instead="Use an ID")
    raise XlmatrixError(f"there is no incident '{incident}' in the log", where=where, mend=mend)
