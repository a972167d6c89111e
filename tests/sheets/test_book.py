"""A workbook as a plan."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.histories import scene
from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange import read_incidents
from xlmatrix.rules.logs.histories import PAUSES, REOPENED, typed_rows
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import make_scene

_NOW = datetime(2026, 4, 10, 12)


def test_a_log_that_is_too_long_for_its_keys_is_refused() -> None:
    log = IncidentLog.of({"ID": [f"I-{n}" for n in range(100_000)]}, {})
    with pytest.raises(XlmatrixError, match="a workbook takes 99,999") as failed:
        make_scene(scene(), log, as_of=_NOW, created=_NOW)
    assert failed.value.mend


def test_pauses_are_refused_by_their_number_too() -> None:
    typed = typed_rows(PAUSES, ({"Incident": "I-1"} for _ in range(100_000)))
    with pytest.raises(XlmatrixError, match="pauses, and a workbook takes 99,999"):
        make_scene(scene(), IncidentLog.empty(), as_of=_NOW, created=_NOW, typed=typed)


def test_an_export_that_is_too_long_is_refused_in_the_same_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlmatrix.exchange.log.MOST_INCIDENTS", 1)
    export = tmp_path / "export.csv"
    export.write_text(
        "id,opened,title\nI-1,2026-03-02 09:00,One\nI-2,2026-03-02 09:00,Two\n", encoding="utf-8"
    )
    with pytest.raises(XlmatrixError, match="2 incidents, and a workbook takes 99,999"):
        read_incidents(export, scene())


def test_pauses_and_reopenings_that_do_not_fit_one_line_are_refused() -> None:
    typed = {
        **typed_rows(PAUSES, ({"Incident": "I-1"} for _ in range(99_900))),
        **typed_rows(REOPENED, [{"Incident": "I-1"}]),
    }
    with pytest.raises(XlmatrixError, match="pauses and reopenings, and a workbook takes 99,8"):
        make_scene(scene(), IncidentLog.empty(), as_of=_NOW, created=_NOW, typed=typed)
