"""The examples in the docstrings of the room."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import xlmatrix.worktime

MODULES = [info.name for info in pkgutil.iter_modules(xlmatrix.worktime.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_are_true(name: str) -> None:
    module = importlib.import_module(f"xlmatrix.worktime.{name}")
    assert doctest.testmod(module).failed == 0
