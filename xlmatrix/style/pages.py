"""How sheets that people see are printed, whatever is on them."""

from __future__ import annotations

from typing import Final

from xlmatrix.package.plain import clean

#: A4, and the margins in inches.
PAPER: Final = 9
MARGINS: Final = {
    "left": 0.4, "right": 0.4, "top": 0.7, "bottom": 0.6, "header": 0.3, "footer": 0.3,
}  # fmt: skip
CENTRED: Final = "horizontalCentered"
NUMBERED: Final = "Page &P of &N"


def page_texts(title: str, organisation: str, sheet: str) -> tuple[str, str]:
    """The header and the footer of a sheet, with the file format's codes."""
    left, right = _text(title), _text(sheet)
    head = (f"&L{left}" if left else "") + (f"&R{right}" if right else "")
    below = _text(organisation)
    return head, (f"&L{below}" if below else "") + f"&R{NUMBERED}"


def page_text(text: str) -> str | None:
    """Text for a header or footer, where & begins a code and 255 characters are the limit."""
    return _text(text) or None


def _text(text: str) -> str:
    return " ".join(clean(text).split())[:80].replace("&", "&&")
