"""Nothing changes by itself, on sheets of full size."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.office.libre import resave
from tests.regen.editions import OLD
from tests.regen.sheets import apply
from xlmatrix import api
from xlmatrix.model import loads

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("built") / "matrix.xlsx"
    api.build(loads(OLD), as_of="2026-03-16 10:30", output=path)
    return path


def test_a_workbook_that_nobody_touched_comes_out_byte_for_byte(
    built: Path, tmp_path: Path
) -> None:
    done = api.regenerate(built, output=tmp_path / "new.xlsx")
    assert done.data == built.read_bytes()
    assert not done.report.changes


@pytest.mark.slow
def test_incidents_and_the_logs_beside_them_come_out_byte_for_byte(tmp_path: Path) -> None:
    path, demo = tmp_path / "used.xlsx", ROOT / "examples"
    built = api.build(
        # The tier that has every sheet on which somebody chooses an incident.
        api.template("enterprise"),
        incidents=demo / "demo_incidents.csv",
        logs={log: demo / f"demo_{log}.csv" for log in ("pauses", "changes", "reopened")},
        as_of="2026-11-16 10:30",
        output=path,
    )
    done = api.regenerate(path, output=tmp_path / "new.xlsx")
    assert done.data == built.data
    assert not done.report.changes


@pytest.mark.office
def test_saving_in_libreoffice_is_no_change(built: Path, tmp_path: Path) -> None:
    saved = resave(built, tmp_path / "saved")
    done = api.regenerate(saved, output=tmp_path / "new.xlsx")
    assert done.data == built.read_bytes()


def test_saving_with_openpyxl_is_no_change(built: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.xlsx"
    apply(built, saved, [])
    assert api.regenerate(saved, output=tmp_path / "new.xlsx").data == built.read_bytes()
