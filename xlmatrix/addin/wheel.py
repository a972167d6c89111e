"""A wheel of the xlmatrix that runs, for a computer that cannot get it from an index."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from xlmatrix import resources
from xlmatrix.errors import XlmatrixError
from xlmatrix.package.parts import zipped

_TAG = "py3-none-any"


def make_wheel() -> tuple[str, bytes]:
    """The file's name and its bytes; two of one release are equal.

    Raises
    ------
    XlmatrixError
        xlmatrix runs from a folder that nothing was installed from.
    """
    try:
        found = distribution("xlmatrix")
    except PackageNotFoundError as fault:
        raise XlmatrixError(
            "xlmatrix is not installed here, so nobody knows what it needs",
            where="xlmatrix",
            mend="pip install . in its folder, and try again",
        ) from fault
    about = f"xlmatrix-{found.version}.dist-info"
    files = {name: path.read_bytes() for name, path in _sources()}
    files[f"{about}/METADATA"] = (found.read_text("METADATA") or "").encode()
    files[f"{about}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: xlmatrix\nRoot-Is-Purelib: true\nTag: {_TAG}\n"
    ).encode()
    files[f"{about}/entry_points.txt"] = (found.read_text("entry_points.txt") or "").encode()
    record = "".join(f"{name},{_digest(data)},{len(data)}\n" for name, data in files.items())
    files[f"{about}/RECORD"] = f"{record}{about}/RECORD,,\n".encode()
    return f"xlmatrix-{found.version}-{_TAG}.whl", zipped(files.items(), level=9)


def _sources() -> Iterator[tuple[str, Path]]:
    """Every file of the package by its place, sorted; templates and macros as a wheel has them."""
    for place, folder in (
        ("xlmatrix", Path(resources.__file__).resolve().parent),
        ("xlmatrix/_workbook_templates", resources.folder_of("workbook_templates")),
        ("xlmatrix/_macros", resources.folder_of("macros")),
    ):
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            packaged = {"_workbook_templates", "_macros"} & set(inside.parts)
            if path.is_file() and "__pycache__" not in inside.parts and not packaged:
                yield f"{place}/{inside.as_posix()}", path


def _digest(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode()
    return f"sha256={digest.rstrip('=')}"
