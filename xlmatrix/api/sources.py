"""What commands are given: a spec, a template's name, or a workbook in use; and its scene."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from xlmatrix.api.drafting import template, templates
from xlmatrix.api.horizon import covering
from xlmatrix.api.stamps import as_of_stamp
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import Loaded, MatrixSpec, load
from xlmatrix.package.kinds import is_workbook
from xlmatrix.regen.reading.book import read_book
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.tables.kinds import stamp_of
from xlmatrix.worktime.zones import now_in

if TYPE_CHECKING:
    from xlmatrix.regen.reading.book import UsedBook
    from xlmatrix.sheets.parts import Scene

#: A spec, a loaded one, the path of its YAML or of a workbook in use, a shipped template's name.
Spec: TypeAlias = MatrixSpec | Loaded | str | os.PathLike[str]
#: The path of an export, or several of one tool: a list and its histories.
Export: TypeAlias = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
#: Typed cells by table, row and column.
Cells = Mapping[tuple[str, str, str], Any]


def read_source(source: Spec) -> tuple[str, MatrixSpec, UsedBook | None]:
    """What it is called, its spec, and the workbook where it is one.

    Raises
    ------
    XlmatrixError
        It cannot be read.
    """
    if isinstance(source, MatrixSpec | Loaded):
        return "spec", source if isinstance(source, MatrixSpec) else source.spec, None
    if not isinstance(source, str | os.PathLike):
        raise XlmatrixError(
            f"a spec may be a path, a template's name or a loaded one, not {type(source).__name__}",
            where="spec",
            mend="Give the path of its YAML, or xlmatrix.template('standard')",
        )
    where = os.fspath(source)
    if is_workbook(where):
        used = read_book(Path(where))
        return where, used.spec, used
    if names_template(where):
        return where, template(where).spec, None
    return where, load(where).spec, None


def names_template(word: str) -> bool:
    """Whether a word names a shipped template, and no file."""
    return word in templates() and not Path(word).exists()


def paths_among(given: Any) -> Sequence[str | os.PathLike[str]]:
    """The files among what incidents are given as."""
    if isinstance(given, str | os.PathLike):
        return [given]
    return given if isinstance(given, list | tuple) else []


def scene_of(
    spec: MatrixSpec, used: UsedBook | None, typed: Cells, as_of: datetime | str | None
) -> Scene:
    """The workbook as its cells stand at a time: that one, else the one typed, else now."""
    from xlmatrix.sheets.book import make_scene

    log = IncidentLog.empty() if used is None else used.log
    frozen = as_of_stamp(as_of, spec.zone) or stamp_of(typed.get(("", "AsOf_Input", "")))
    now = frozen or now_in(spec.zone)
    wide, _ = covering(spec, log, now)
    return make_scene(wide, log, as_of=frozen, created=now, typed=dict(typed))
