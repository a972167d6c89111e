"""The proof of a spec or of a workbook in use."""

from __future__ import annotations

import os
from pathlib import Path

from xlmatrix.model import load
from xlmatrix.package.kinds import is_workbook
from xlmatrix.regen import read_book
from xlmatrix.rules.proof.proving import proof_of
from xlmatrix.rules.proof.whole import Proof


def prove(path: str | os.PathLike[str]) -> Proof:
    """Prove a spec, or a workbook as it is typed.

    Parameters
    ----------
    path
        A spec in YAML, or a workbook that xlmatrix made, whose inputs are read as they stand.

    Raises
    ------
    XlmatrixError
        For a file that is neither, or a spec with errors.
    """
    if is_workbook(Path(path)):
        used = read_book(Path(path))
        return proof_of(used.spec, used.typed)
    return proof_of(load(path).spec)
