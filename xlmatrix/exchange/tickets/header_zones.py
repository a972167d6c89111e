"""Offsets in headers: a browser that exports names its own of that day, such as ``(CET +1)``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import numpy as np

from xlmatrix.worktime import Zone

_OFFSET: Final = re.compile(r"\([^()]*?([+-])(\d{1,2})(?::?(\d{2}))?\s*\)\s*$")
#: Instants by which every offset of a zone of today is met: each month of some years.
_MONTHS: Final = np.arange("2020-01", "2031-01", dtype="datetime64[M]").astype("datetime64[s]")


def strange_offset(headers: Iterable[str], zone: Zone) -> str:
    """The offset that headers name and a zone never has; "" where there is none."""
    instants = _MONTHS.astype(np.int64)
    known = set((zone.to_local(instants) - instants).tolist())
    for header in headers:
        if (found := _OFFSET.search(header)) is not None:
            sign, hours, minutes = found.groups()
            seconds = int(hours) * 3600 + int(minutes or 0) * 60
            if (-seconds if sign == "-" else seconds) not in known:
                return f"{sign}{int(hours):02}:{minutes or '00'}"
    return ""
