"""``new`` and ``templates``."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import xlmatrix
from xlmatrix import resources
from xlmatrix.api.scoping import open_questions

Run = Callable[..., Any]


def test_the_spec_is_the_template_with_its_comments(run: Run, tmp_path: Path) -> None:
    result = run("new", "--readiness", "basic")
    assert result.exit_code == 0, result.output
    text = (tmp_path / "matrix.yaml").read_text(encoding="utf-8")
    assert text.count("#") >= resources.template_text("basic").count("#")
    assert run("check", "matrix.yaml").exit_code == 0


def test_every_answer_changes_the_spec(run: Run, tmp_path: Path) -> None:
    result = run(
        "new", "-o", "m.yaml", "--interactions", "250k-1M", "--impact", "internal",
        "--on-call", "business-hours", "--review", "weekly", "--readiness", "enterprise",
        "--title", "Our: matrix", "--organisation", "A & B", "--zone", "Europe/London",
        "--country", "GB", "--start", "2027-01-15", "--months", "18",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    loaded = xlmatrix.load(tmp_path / "m.yaml")
    spec, scope = loaded.spec, loaded.spec.scope
    assert (scope.interactions, scope.impact) == ("250k-1M", "internal")
    assert (scope.on_call, scope.review, scope.readiness) == (
        "business-hours", "weekly", "enterprise",
    )  # fmt: skip
    assert (spec.title, spec.organisation, spec.zone) == ("Our: matrix", "A & B", "Europe/London")
    assert (str(spec.horizon.start), str(spec.horizon.end)) == ("2027-01-15", "2028-07-14")
    assert str(spec.policy.effective) == "2027-01-15"


def test_an_existing_spec_is_replaced_only_by_force(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "matrix.yaml"
    path.write_text("mine", encoding="utf-8")
    result = run("new")
    assert result.exit_code == 2
    assert "--force" in result.stderr
    assert path.read_text(encoding="utf-8") == "mine"
    assert run("new", "--force").exit_code == 0
    assert path.read_text(encoding="utf-8").startswith("#")


def test_a_dash_prints_the_spec(run: Run, tmp_path: Path) -> None:
    result = run("new", "-o", "-", "--template", "basic")
    assert result.stdout == resources.template_text("basic")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "args",
    [
        ["--impact", "huge"],
        ["--zone", "Mars/Base"],
        ["--template", "none"],
        ["--start", "2027-02-30"],
        ["--start", "1200-01-01"],
        ["--months", "0"],
        ["--months", "1000"],
        ["--country", "XX"],
        ["--scope", "gdpr"],
        ["--scope", "gpdr=both"],
        ["--scope", "gdpr=somebody"],
        ["--readiness", "basic", "--scope", "gdpr=both"],
        ["-o", "no/such/folder.yaml"],
        ["-o", "."],
        ["-o", "x" * 300],
    ],
)
def test_a_bad_answer_exits_2_and_writes_nothing(run: Run, tmp_path: Path, args: list[str]) -> None:
    result = run("new", *args)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert not list(tmp_path.iterdir())


def test_answers_of_the_matrix_stand_under_its_obligations(run: Run, tmp_path: Path) -> None:
    result = run("new", "--readiness", "enterprise", "--scope", "GDPR=both", "--scope", "dora=none")
    assert result.exit_code == 0, result.output
    obligations = xlmatrix.load(tmp_path / "matrix.yaml").spec.obligations
    assert dict(obligations.scope) == {"gdpr": "both", "dora": "none"}
    assert obligations.rules == xlmatrix.template("enterprise").spec.obligations.rules


def test_only_what_still_decides_is_asked() -> None:
    spec = xlmatrix.template("enterprise").spec
    first = {fact.id for fact in open_questions(spec, {})}
    bound = {"nis2": "none", "nis2-trust": "no", "ai-role": "none"}
    left = {fact.id for fact in open_questions(spec, {**bound, "gdpr": "controller"})}
    assert {"gdpr", "nis2", "nis2-trust", "ai-role", "ai-high-risk"} <= first
    assert not left & {"gdpr", "nis2", "nis2-trust", "ai-role", "ai-high-risk"}


def test_at_a_terminal_it_asks_for_what_is_not_given(tmp_path: Path) -> None:
    terminal, inner = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "xlmatrix", "new", "--impact", "internal"],
        cwd=tmp_path, stdin=inner, stdout=inner, stderr=inner, close_fds=True,
    )  # fmt: skip
    os.close(inner)
    # Not an answer, then an answer, then Enter for every default.
    # Of the law, no answer, an answer, and one question that stays open.
    os.write(terminal, b"many\n>1M\n\n\n\nnobody\nController\n\n")
    shown = b""
    while True:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    os.close(terminal)
    assert process.wait() == 0, shown
    assert b"How many interactions a month?" in shown
    assert b"Please type one of" in shown
    assert b"Who notices" not in shown
    spec = xlmatrix.load(tmp_path / "matrix.yaml").spec
    scope = spec.scope
    assert (scope.interactions, scope.impact, scope.on_call) == (">1M", "internal", "24x7")
    assert dict(spec.obligations.scope) == {"gdpr": "controller"}
    assert b"Which EU" in shown


def test_templates_are_listed_in_words_and_in_json(run: Run) -> None:
    entries = json.loads(run("templates", "--json").stdout)
    assert {entry["name"] for entry in entries} == {"basic", "standard", "enterprise"}
    shown = run("templates").stdout
    for entry in entries:
        assert entry["name"] in shown
        assert entry["about"]
        assert entry["classes"] == len(xlmatrix.template(entry["name"]).spec.classes)


def test_a_reader_that_leaves_early_brings_no_traceback(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "xlmatrix", "new", "-o", "-"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    assert process.wait() in (0, 1)
    assert "Traceback" not in error
    assert "fault" not in error
