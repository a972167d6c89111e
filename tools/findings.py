"""Writes the tables of ``docs/findings.md``, the codes of all findings, from their declarations."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from xlmatrix.model.findings import KINDS, Seen

PAGE = Path(__file__).resolve().parents[1] / "docs" / "findings.md"
#: What stands above is written by hand.
_MARK = "<!-- made by make findings from here on -->\n"


def page() -> str:
    """The page as text: its prose as it stands, and the tables as they are declared."""
    prose = PAGE.read_text(encoding="utf-8").partition(_MARK)[0]
    return prose + "\n".join([_MARK, *_tables()]).rstrip() + "\n"


def _tables() -> Iterator[str]:
    for seen in Seen:
        yield f"## Codes: {seen.value}\n"
        yield "| code | level | on Health | may be accepted | |"
        yield "|---|---|---|---|---|"
        for kind in KINDS.values():
            if kind.seen is seen:
                health, accepted = ("yes" if on else "" for on in (kind.health, kind.acceptable))
                cells = (f"`{kind.code}`", kind.level.value, health, accepted, kind.about)
                yield f"| {' | '.join(cells)} |"
        yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
