"""pandas, imported when it is first needed: most commands can do without its half second."""

from __future__ import annotations

from typing import Any


def pandas() -> Any:
    """The library."""
    import pandas as late

    return late
