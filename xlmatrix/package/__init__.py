"""A workbook's package: the one way in to its parts and their XML, and a changed one put together.

Whatever reads a package takes its parts from :func:`open_package` or :func:`package_of`, and reads
their XML by :mod:`xlmatrix.package.events` or :mod:`xlmatrix.package.cut`, so that a limit set here
holds for every reader.
"""

from __future__ import annotations

from xlmatrix.package.archive import RESCUE, Package, open_package, package_of

__all__ = ["RESCUE", "Package", "open_package", "package_of"]
