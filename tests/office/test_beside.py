"""A script beside LibreOffice that crashes is tried once more, one that fails is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.office.beside import run_beside_office
from tests.office.programs import EngineError

pytestmark = [pytest.mark.office, pytest.mark.slow]


def test_a_crash_is_tried_once_more_and_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = tmp_path / "seen"
    run_beside_office("tests.office.crashing", [str(seen), "once"], tmp_path)
    assert seen.read_text(encoding="utf-8") == "ab"
    assert "SIGSEGV (attempt 1)" in capsys.readouterr().out


@pytest.mark.parametrize(("how", "code"), [("always", -11), ("fail", 3)])
def test_a_script_that_fails_is_an_error(tmp_path: Path, how: str, code: int) -> None:
    with pytest.raises(EngineError, match=f"ended with {code}"):
        run_beside_office("tests.office.crashing", [str(tmp_path / "seen"), how], tmp_path)
