from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def json_file(tmp_path: Path) -> Callable[..., Path]:
    """Write JSON and give its path."""

    def write(content: Any, name: str = "export.json") -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return write
