"""Which incident a pause is for, whatever its ID looks like, as two other programs find it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
import pytest

from tests.histories import AS_OF, scene
from tests.office.compare import differences
from tests.office.engines import ironcalc_values
from tests.office.libre import recomputed
from tests.office.package import column_cells
from xlmatrix.rules.logs import log_rows, sorting
from xlmatrix.rules.logs.histories import PAUSES, typed_rows
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.write import render

pytestmark = pytest.mark.office

OPENED = datetime(2026, 4, 9, 9)
#: IDs that programs may confuse, look up as patterns, or make no number from.
ODD = [
    "INC-1", "INC1", "inc-01", "INC_1", "IN/C1", "C1", "1", "01", "1.0", "TRUE", "-", "--", "#",
    "0", "~", "*", "?", "a*", "a?c", "abc", "a~b", "Ärger-7", "ärger-8", "東京-1", "東京-2", "x😀1",
    "😀", "ticket-0001-of-a-team-with-a-long-name",
    "ticket-0002-of-a-team-with-a-long-name",
    "=1+1", "'quoted", '"both"', "a b", "a  b", "ZZZZZZZZZ", "zzzzzzzzzz", "9" * 40,
]  # fmt: skip


def ids(random: Random, count: int) -> list[str]:
    """Odd ones among plain ones, in no order; some stand twice, in other letters too."""
    plain = [f"INC-{number:06}" for number in range(count)]
    twice = [text.lower() for text in random.sample([*ODD, *plain], count // 10)]
    mixed = [*ODD, *plain, *twice]
    random.shuffle(mixed)
    return mixed


def check(path: Path, height: int) -> None:
    """Build a log, then compare both programs with a search by hand."""
    random = Random(height)
    log = ids(random, height)
    asked = [
        text.swapcase() if random.random() < 0.5 else text for text in random.choices(log, k=150)
    ]
    asked += ["INC-999999", "absent", "a", "INC", "*1"]
    incidents = IncidentLog.of(
        {"ID": log, "Class": ["Class 1"] * len(log)},
        {"Opened": np.array([OPENED] * len(log), dtype="datetime64[s]")},
    )
    later = OPENED + timedelta(hours=1)
    rows = [{"Incident": text, "From": later, "To": later} for text in asked]
    typed = typed_rows(PAUSES, rows)
    book = plan_book(scene(), incidents, as_of=AS_OF, created=AS_OF, typed=typed)
    path.write_bytes(render(book))
    folded = [text.casefold() for text in log]
    wanted = [
        folded.index(text.casefold()) + 1 if text.casefold() in folded else "" for text in asked
    ]
    repeated = [text in folded[:row] for row, text in enumerate(folded)]
    assert any(repeated)
    assert wanted.count("") == 5
    found, said = (
        column_cells(path, "tPauses", "incident row"),
        column_cells(path, "tIncidents", "Check"),
    )
    assert differences(path) == []
    for engine in (recomputed(path), ironcalc_values(path, [*found, *said])):
        assert [engine[cell] for cell in found[: len(asked)]] == wanted
        flags = ["ID is used above." in str(engine[cell]) for cell in said[: len(log)]]
        assert flags == repeated


def test_each_pause_finds_its_incident(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Few numbers, so that many IDs share one, and small blocks, which three levels merge.
    monkeypatch.setattr(log_rows, "_NUMBERS", 97)
    monkeypatch.setattr(sorting, "BLOCK", 8)
    check(tmp_path / "ids.xlsx", 140)


def test_plain_ids_have_numbers_of_their_own() -> None:
    plain = [
        f"{before}{number:05}" for before in ("INC-", "2026-", "ai/") for number in range(9999)
    ]
    assert len({log_rows.number_of(text) for text in plain}) > len(plain) - 20
    assert log_rows.number_of("INC-000123") == log_rows.number_of("inc 000123")
