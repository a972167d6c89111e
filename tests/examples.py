"""How many random examples a test looks at: few in every run, more where somebody asks for more."""

from __future__ import annotations

import os
from typing import Final

#: ``XLMATRIX_HYPOTHESIS=search`` asks for more.
PROFILE: Final = os.environ.get("XLMATRIX_HYPOTHESIS", "repeatable")


def examples(usual: int, deep: int) -> int:
    """So many in a usual run, or in one that searches."""
    return usual if PROFILE == "repeatable" else deep
