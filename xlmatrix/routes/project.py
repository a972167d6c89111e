"""The VBA project of a workbook, by the library that reads and writes it.

The library opens packages by itself and takes files alone, so it is given a copy of one that has
been checked.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from xlmatrix.package import Package


@contextmanager
def opened(package: Package) -> Iterator[Any]:
    """A package as the library opens it, to read its project."""
    from pyopenvba import ExcelFile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"book{Path(package.where).suffix}"
        path.write_bytes(package.raw)
        with ExcelFile(path) as book:
            yield book


def with_project(data: bytes, sources: Iterable[str]) -> bytes:
    """A package with a project of these modules, each of which says its own name."""
    from pyopenvba import ExcelFile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsm"
        path.write_bytes(data)
        with ExcelFile(path) as book:
            project = book.add_vba_project()
            for source in sources:
                named = re.search(r'^Attribute VB_Name = "(\w+)"', source, re.MULTILINE)
                assert named is not None
                project.add_module(named[1], source)
            book.save()
        with ExcelFile(path) as book:
            faults = book.validate()
        if faults:
            raise AssertionError(f"the VBA project is at fault: {faults}")
        return path.read_bytes()
