"""What an action tells Excel besides cells: a function of the page to call, a calculation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def adder(book: Any) -> Callable[..., None] | None:
    """What adds to the answer for this very workbook, in Lite and on a server; None on the desktop.

    There one application stands for everybody's workbooks, and what it is told goes to whichever
    was posted last: another person's, where two press at once.
    """
    add: Callable[..., None] | None = getattr(
        getattr(book, "impl", None), "append_json_action", None
    )
    return add


def call_page(book: Any, function: str, text: str) -> None:
    """Call a function of the page beside the workbook with a text."""
    add = adder(book)
    if add is None:
        book.app.macro(function)(text)
    else:
        add(func="runMacro", args=[function, text])


def calculate(book: Any) -> None:
    """Let Excel calculate, so that functions in cells answer from what stands there now."""
    add = adder(book)
    if add is None:
        book.app.calculate()
    else:
        add(func="calculate", args=[])
