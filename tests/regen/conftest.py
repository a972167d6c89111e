"""Fixtures of the tests about regenerating."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import matrices
from tests.regen import small


@pytest.fixture(scope="module")
def few_ready_rows() -> Iterator[None]:
    """Small sheets for all tests of a module that asks for them."""
    with pytest.MonkeyPatch.context() as patch:
        small.few_ready_rows(patch)
        yield


@pytest.fixture(scope="module")
def few_spare_rows() -> Iterator[None]:
    """Small but whole sheets, for what is computed or judged as a workbook."""
    with pytest.MonkeyPatch.context() as patch:
        matrices.few_spare_rows(patch)
        yield


@pytest.fixture(scope="module")
def few_sheets() -> Iterator[None]:
    """Small sheets, and only those that people see, for all tests of a module that asks."""
    with pytest.MonkeyPatch.context() as patch:
        small.few_sheets(patch)
        yield
