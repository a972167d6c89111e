"""Examples at the end of a command's help."""

from __future__ import annotations


def examples(*lines: str) -> str:
    """The epilog of a command: one example a line, kept as lines by the help's renderer."""
    return "\n\n".join(["Examples:", *lines])
