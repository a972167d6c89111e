"""The examples in the docstrings of the room."""

from __future__ import annotations

import doctest
import importlib

import pytest


@pytest.mark.parametrize("name", ["base", "duration"])
def test_the_examples_in_the_docstrings_are_true(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"xlmatrix.model.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
