"""LibreOffice and IronCalc, our stand-ins for Excel, give the values that Excel itself gave.

Where they do not is listed in ``differences.yaml`` with the cause, so that a new difference is
noticed, and one that is gone as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.excel_values.cases import UNUSABLE, Case, cases, computed, lines
from tests.office.compare import same
from tests.office.engines import ironcalc_values
from tests.office.libre import recalculate
from tests.office.package import Cell, Value, formula_cells

Engine = Callable[[Path], Mapping[Cell, Value]]


def _libreoffice(path: Path) -> Mapping[Cell, Value]:
    return {cell: found.value for cell, found in formula_cells(recalculate(path)).items()}


def _listed(engine: str) -> dict[str, str]:
    """The differences that are known: key of the case → its formula."""
    path = Path(__file__).with_name("differences.yaml")
    causes: list[dict[str, Any]] = YAML(typ="safe").load(path)[engine]
    assert all(one["why"] for one in causes)
    found = [
        (f"{sheet}!{cell}", formula)
        for one in causes
        for sheet, cells in one["cells"].items()
        for cell, formula in cells.items()
    ]
    assert len(dict(found)) == len(found), "a cell is listed under two causes"
    return dict(found)


def _confirmed(case: Case, value: Value) -> bool:
    return same(case.value, value) and isinstance(case.value, bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    ("name", "engine"),
    [
        pytest.param("LibreOffice", _libreoffice, marks=[pytest.mark.office, pytest.mark.slow]),
        pytest.param("IronCalc", ironcalc_values),
    ],
)
def test_an_engine_differs_from_excel_exactly_where_it_is_listed(
    name: str, engine: Engine, tmp_path: Path
) -> None:
    listed = _listed(name)
    values = list(computed(tmp_path, engine))
    differing = {case.key: (case, value) for case, value in values if not _confirmed(case, value)}
    new = [
        f"{case}: Excel {case.value!r}, {name} {value!r}"
        for key, (case, value) in differing.items()
        if key not in listed
    ]
    assert not new, "\n".join(new)
    assert set(listed) == set(differing), "some that are listed no longer differ"
    assert listed == {key: case.formula for key, (case, _) in differing.items()}


def test_every_line_is_used_or_known_to_be_unusable() -> None:
    unusable = [sum(spoilt(line) for line in lines()) for spoilt in UNUSABLE.values()]
    assert all(unusable), "a reason that no line has any more"
    assert len(cases()) + sum(unusable) == len(lines())
    assert len({case.key for case in cases()}) == len(cases()) > 1400


def test_the_notice_of_the_data_stands_beside_it() -> None:
    text = Path(__file__).with_name("LICENSE-MIT").read_text(encoding="utf-8")
    assert text.startswith("MIT License\n\nCopyright (c) 2023 EqualTo GmbH, 2023 Nicolás Hatcher\n")
