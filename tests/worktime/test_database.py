"""Which edition of the zone data is used, on a computer that nobody has updated since 2025."""

from __future__ import annotations

import ast
import copy
import importlib.resources
import json
import os
import pickle
import subprocess
import sys
import zoneinfo
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.old_zones import write_old_zones
from xlmatrix.errors import XlmatrixError
from xlmatrix.worktime import Zone, database
from xlmatrix.worktime.changed import Stretch, stretches
from xlmatrix.worktime.database import Edition, Editions, editions, system_zone_info, zone_info
from xlmatrix.worktime.times import epoch_of

PACKAGE = Path(__file__).resolve().parents[2] / "xlmatrix"
#: Local time at noon UTC, as the governments have said: British Columbia, Alberta and Manitoba
#: changed their clocks for the last time on 2026-03-08, Morocco leaves UTC+1 on 2026-09-20, and
#: Cuba keeps summer time through the winter of 2026.
NOON = {
    "America/Vancouver": {"2026-02-01": -8, "2026-07-01": -7, "2026-12-01": -7, "2027-12-01": -7},
    "America/Edmonton": {"2026-02-01": -7, "2026-07-01": -6, "2026-12-01": -6, "2027-12-01": -6},
    "America/Winnipeg": {"2026-02-01": -6, "2026-07-01": -5, "2026-12-01": -5, "2027-12-01": -5},
    "Africa/Casablanca": {"2026-02-01": 1, "2026-03-01": 0, "2026-07-01": 1, "2026-12-01": 0},
    "America/Havana": {"2026-02-01": -5, "2026-07-01": -4, "2026-12-01": -4, "2027-12-01": -5},
}
_ASK = """
import json, sys
from datetime import datetime
from xlmatrix.worktime import Zone
asked = json.load(sys.stdin)
told = {}
for name, days in asked.items():
    zone = Zone.load(name, 2026, 2027)
    told[name] = {}
    for day in days:
        noon = int(datetime.fromisoformat(f"{day}T12:00+00:00").timestamp())
        told[name][day] = (zone.to_local(noon) - noon) / 3600
json.dump(told, sys.stdout)
"""


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Path]:
    """A computer with data of 2025."""
    zoneinfo.reset_tzpath([write_old_zones(tmp_path / "zones")])
    zoneinfo.ZoneInfo.clear_cache()
    yield tmp_path / "zones"
    zoneinfo.reset_tzpath()
    zoneinfo.ZoneInfo.clear_cache()


def test_an_old_computer_shows_the_clocks_of_the_law(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", _ASK],
        input=json.dumps(NOON),
        env={**os.environ, "PYTHONTZPATH": str(write_old_zones(tmp_path))},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(found.stdout) == NOON


def test_the_newer_edition_is_used_and_the_other_is_known(old: Path) -> None:
    found = editions()
    assert found.passed_over == Edition("2025b", str(old))
    assert found.used.place == "tzdata"
    assert Zone.load("America/Vancouver").edition == found.used.number
    own = system_zone_info("America/Vancouver")
    assert own is not None
    was = Zone.tabulate("America/Vancouver", own, 2026, 2027)
    low, high = epoch_of(2026, 1, 1), epoch_of(2027, 6, 1)
    assert stretches(was, Zone.load("America/Vancouver", 2026, 2027), low, high) == (
        Stretch(epoch_of(2026, 11, 1, 9), epoch_of(2027, 3, 14, 10), -8 * 3600, -7 * 3600),
    )


@pytest.mark.parametrize("number", ["2025b", ""])
def test_a_newer_computer_is_believed_and_one_that_says_nothing_is_not(number: str) -> None:
    package = Edition("2025a", "tzdata")
    found = Editions(Edition(number, "/zones"), package)
    assert (found.used == package) is (number == "")


def test_only_one_of_the_two_is_enough() -> None:
    one = Edition("2025a", "tzdata")
    assert Editions(None, one).used == one
    assert Editions(one, None).used == one
    assert str(Editions(None, None).used) == "an edition without a number"


def test_a_zone_that_only_the_computer_knows_is_taken_from_it(old: Path) -> None:
    (old / "Local").write_bytes((old / "UTC").read_bytes())
    assert Zone.load("Local", 2026, 2026).offset.tolist() == [0]


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize(
    "name", ["../UTC", "/etc/localtime", "America", "Europe/Berln", "a\0b", ""]
)
def test_no_name_leads_out_of_the_data(name: str) -> None:
    with pytest.raises(XlmatrixError, match="no time zone"):
        Zone.load(name)


@pytest.mark.usefixtures("old")
def test_a_zone_is_one_object_that_can_be_copied() -> None:
    zone = zone_info("Europe/Berlin")
    assert zone_info("Europe/Berlin") is zone
    assert copy.deepcopy(zone) is zone
    assert pickle.loads(pickle.dumps(zone)) is zone


def test_every_zone_comes_from_the_newer_edition() -> None:
    """Nobody else in the package asks ``zoneinfo``, which prefers the computer's."""
    askers = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ZoneInfo":
                askers.add(file.name)
    assert askers == {Path(database.__file__).name}


def test_an_edition_is_named_in_a_sentence() -> None:
    assert str(Edition("2026f", "tzdata")) == "IANA 2026f"
    assert str(Edition("", "/zones")) == "an edition without a number"


@pytest.mark.parametrize(
    ("file", "text", "number"),
    [
        ("+VERSION", b"2024a\n", "2024a"),
        ("version", b"\xff tz 2023c\n", "2023c"),
        ("tzdata.zi", b"# version unknown\n", ""),
    ],
)
def test_a_folder_says_its_edition_in_the_file_that_it_has(
    tmp_path: Path, file: str, text: bytes, number: str
) -> None:
    (tmp_path / file).write_bytes(text)
    zoneinfo.reset_tzpath([tmp_path])
    try:
        assert editions().system == Edition(number, str(tmp_path))
    finally:
        zoneinfo.reset_tzpath()


def test_a_package_without_its_data_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.resources, "files", lambda _: tmp_path)
    database._editions.cache_clear()
    try:
        assert editions().package is None
    finally:
        database._editions.cache_clear()
