"""The map of the house that the docs draw is the house: rooms, contract and tour agree."""

from __future__ import annotations

import doctest
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARCHITECTURE = ROOT / "docs" / "architecture.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
MAP = re.compile(r"<!-- rooms -->\n`([^`]+)`")
ROOM = re.compile(r"^\| ((?:`[\w./]+`(?:, )?)+) \|", re.M)


def contract() -> list[set[str]]:
    """The rooms from left to right, as the import contract has them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    return [set(re.findall(r"\w+", layer)) for layer in reversed(layers)]


def drawn(page: Path) -> list[set[str]]:
    """The rooms from left to right, as a page draws them."""
    found = MAP.search(page.read_text(encoding="utf-8"))
    assert found, f"{page.name} draws no map"
    return [set(re.findall(r"\w+", part)) for part in found[1].split("→")]


@pytest.mark.parametrize("page", [ARCHITECTURE, CONTRIBUTING], ids=lambda page: page.name)
def test_a_page_draws_the_rooms_as_the_contract_has_them(page: Path) -> None:
    # The contract has a row of its own for each room; the pages join the leftmost two.
    flat = [room for layer in drawn(page) for room in layer]
    assert sorted(flat) == sorted(room for layer in contract() for room in layer)
    place = {room: n for n, layer in enumerate(contract()) for room in layer}
    order = [min(place[room] for room in layer) for layer in drawn(page)]
    assert order == sorted(order)


def test_every_room_of_the_package_is_in_the_contract() -> None:
    package = ROOT / "xlmatrix"
    rooms = {path.name for path in package.iterdir() if (path / "__init__.py").exists()}
    modules = {path.stem for path in package.glob("*.py") if not path.stem.startswith("__")}
    assert rooms | modules == set.union(*contract())


def test_contributing_says_what_each_room_holds() -> None:
    text = CONTRIBUTING.read_text(encoding="utf-8")
    named = {
        name.removesuffix("/").removesuffix(".py")
        for row in ROOM.findall(text.split("## The house")[1].split("## ")[0])
        for name in re.findall(r"`([^`]+)`", row)
    }
    assert named == set.union(*contract())


@pytest.mark.slow
def test_the_tour_of_one_incident_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = doctest.testfile(str(ARCHITECTURE), module_relative=False)
    assert result.attempted > 20
    assert result.failed == 0
