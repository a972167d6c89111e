"""One file of results, a section for each benchmark, so that each rewrites only its own."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
_HEAD = "# Measured\n\nEach section is written by the script that it names.\n"


def write_section(title: str, body: str, path: Path = RESULTS) -> None:
    """Put ``body`` under the heading ``title``, in place of what stood there."""
    text = path.read_text(encoding="utf-8") if path.exists() else _HEAD
    stamp = (
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores"
    )
    section = f"## {title}\n\n{stamp}. {body.strip()}\n"
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if pattern.search(text):
        # A function, so that backslashes of the body stay what they are.
        text = pattern.sub(lambda _: section + "\n", text)
    else:
        text = f"{text.rstrip()}\n\n{section}"
    path.write_text(text.rstrip() + "\n", encoding="utf-8")
