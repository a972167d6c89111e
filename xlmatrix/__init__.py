"""xlmatrix: one workbook that links AI incident class, severity, owner and clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlmatrix.version import __version__

if TYPE_CHECKING:
    from xlmatrix.api import (
        Built,
        brief,
        budget,
        build,
        check,
        checklist,
        deadline,
        deadlines,
        diff,
        explain,
        frames,
        import_tickets,
        load,
        merge,
        message,
        messages,
        new,
        notices,
        prove,
        read_incidents,
        read_tickets,
        recalc,
        regenerate,
        spec_of,
        stamp,
        template,
        templates,
        update,
    )

__all__ = [
    "Built",
    "__version__",
    "brief",
    "budget",
    "build",
    "check",
    "checklist",
    "deadline",
    "deadlines",
    "diff",
    "explain",
    "frames",
    "import_tickets",
    "load",
    "merge",
    "message",
    "messages",
    "new",
    "notices",
    "prove",
    "read_incidents",
    "read_tickets",
    "recalc",
    "regenerate",
    "spec_of",
    "stamp",
    "template",
    "templates",
    "update",
]


def __getattr__(name: str) -> Any:
    """Import the library when it is first used, so that ``xlmatrix --help`` need not wait."""
    if name not in __all__:
        raise AttributeError(f"module 'xlmatrix' has no attribute {name!r}")
    from xlmatrix import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
