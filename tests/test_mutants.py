"""The runner of mutants: what a test notices is killed, what none notices lives."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_CODE = """
import os, time

def twice(number):
    mutant = os.environ.get("MUTANT_UNDER_TEST", "")
    if mutant.endswith("_1"):
        return number * 3
    if mutant.endswith("_2"):
        return number + number
    while mutant.endswith("_3"):
        pass
    return number * 2
"""
_TESTS = """
import pytest
from doubled import twice

@pytest.fixture(scope="module")
def six(tmp_path_factory):
    return twice(3), tmp_path_factory.mktemp("here")

def test_nothing(): ...

def test_that_fails_by_itself():
    assert not twice(1)

def test_twice(six):
    assert six[0] == 6
"""
_REACHED = {
    "tests": {
        "doubled.x_twice": ["test_doubled.py::test_twice", "test_doubled.py::test_nothing"],
        "doubled.x_once": ["test_doubled.py::test_that_fails_by_itself"],
    },
    "shared": {
        "test_doubled.py::test_twice": ["test_doubled.py::six()"],
        "test_doubled.py::test_nothing": [],
        "test_doubled.py::test_that_fails_by_itself": [],
    },
    "seconds": {
        "test_doubled.py::six()": 0.01,
        "test_doubled.py::test_twice": 0.01,
        "test_doubled.py::test_nothing": 0.01,
        "test_doubled.py::test_that_fails_by_itself": 0.01,
    },
}


def test_each_mutant_ends_as_its_tests_say(tmp_path: Path) -> None:
    made = tmp_path / "mutants"
    made.mkdir()
    (made / "doubled.py").write_text(_CODE, encoding="utf-8")
    (made / "test_doubled.py").write_text(_TESTS, encoding="utf-8")
    (made / "reached.json").write_text(json.dumps(_REACHED), encoding="utf-8")
    names = [f"doubled.x_twice__mutmut_{number}" for number in (1, 2, 3)]
    (tmp_path / "names").write_text(
        "\n".join([*names, "doubled.x_half__mutmut_1", "doubled.x_once__mutmut_1"])
    )
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path; from tools import mutant_forks as forks\n"
        "forks.CPU_S = 1\n"
        "names = Path('names').read_text().split()\n"
        "sys.exit(forks.run(Path('mutants'), names, '1', (5, 5), ['test_doubled.py']))\n"
    )
    root = Path(__file__).parents[1]
    for _ in range(2):  # the second finds every verdict
        done = subprocess.run(
            [sys.executable, "-c", script, str(root)],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        lines = (made / "verdicts.jsonl").read_text("utf-8").splitlines()
        found = {line["mutant"]: line for line in map(json.loads, lines)}
        assert len(lines) == len(found)
        assert [found[name]["verdict"] for name in names[:2]] == ["killed", "survived"]
        assert found[names[0]]["by"] == "test_doubled.py::test_twice"
        assert found[names[2]]["verdict"] == "ended by -24"
        assert found["doubled.x_half__mutmut_1"]["verdict"] == "unreached"
        assert "doubled.x_once__mutmut_1" not in found, "its test needs no mutant to fail"
