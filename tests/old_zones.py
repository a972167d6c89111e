"""A folder of zone data as a computer has it that nobody has updated since 2025.

Written from the rules as they were, in the form of RFC 9636: a file without changes, whose footer
says the rule for all years.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

#: The rules of 2025, as POSIX writes them.
RULES: Final = {
    "UTC": "UTC0",
    "America/Vancouver": "PST8PDT,M3.2.0,M11.1.0",
    "America/Edmonton": "MST7MDT,M3.2.0,M11.1.0",
    "America/Winnipeg": "CST6CDT,M3.2.0,M11.1.0",
    "America/Havana": "CST5CDT,M3.2.0/0,M11.1.0/1",
    # Without the clocks of Ramadan, which no such rule says.
    "Africa/Casablanca": "<+01>-1",
    "Europe/Berlin": "CET-1CEST,M3.5.0,M10.5.0/3",
}


def write_old_zones(folder: Path, *, edition: str = "2025b") -> Path:
    """Write the folder, for ``PYTHONTZPATH``; an edition of "" says none."""
    for name, rule in RULES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_tzif(rule))
    if edition:
        (folder / "tzdata.zi").write_text(f"# version {edition}\n# no rules here\n")
    return folder


def _tzif(rule: str) -> bytes:
    """One type of local time, no changes, and the rule."""
    name = b"LMT\0"
    header = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, len(name))
    block = struct.pack(">lbb", 0, 0, 0) + name
    return header + block + header + block + b"\n" + rule.encode() + b"\n"
