"""Workbooks of each route, built once for all tests of the add-in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.addin.fake import FakeBook
from xlmatrix import api
from xlmatrix.addin.bridge import STATES
from xlmatrix.routes.dress import lite_book, macro_book

ROOT = Path(__file__).parents[2]
AS_OF = "2026-11-16 10:30"
INCIDENTS = ROOT / "examples" / "demo_incidents.csv"


def _built(folder: Path, name: str, dress: api.Dress | None) -> Path:
    path = folder / name
    template = api.template("basic")
    api.build(template, incidents=INCIDENTS, as_of=AS_OF, output=path, dress=dress)
    return path


@pytest.fixture(scope="session")
def plain_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plain workbook."""
    return _built(tmp_path_factory.mktemp("plain"), "plain.xlsx", None)


@pytest.fixture(scope="session")
def macro_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with macros."""
    return _built(tmp_path_factory.mktemp("macros"), "macros.xlsm", macro_book())


@pytest.fixture(scope="session")
def lite_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with the Lite script."""
    return _built(tmp_path_factory.mktemp("lite"), "lite.xlsx", lite_book())


@pytest.fixture
def book(lite_path: Path) -> FakeBook:
    """The workbook with sheets for results, open in a pretended Excel."""
    return FakeBook(lite_path)


@pytest.fixture
def plain(plain_path: Path) -> FakeBook:
    """The plain workbook, open in a pretended Excel."""
    return FakeBook(plain_path)


@pytest.fixture(autouse=True)
def _fresh_states() -> Iterator[None]:
    STATES.forget()
    yield
    STATES.forget()
    STATES.base = None
