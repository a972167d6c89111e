"""Reading a spec from YAML: all findings at once, each with file, line, path and how to mend it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from xlmatrix.errors import Finding, FindingsError, Level, XlmatrixError
from xlmatrix.model import checks
from xlmatrix.model.base import Path, Problem, path_text
from xlmatrix.model.checks import accept
from xlmatrix.model.findings import Seen
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.placeholders import fill_placeholders
from xlmatrix.model.schema import validate
from xlmatrix.model.yamltree import Node, parse

MAX_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Loaded:
    """A spec without errors, with the warnings about it and the text it came from."""

    spec: MatrixSpec
    findings: tuple[Finding, ...]
    text: str
    source: str
    tree: Node
    accepted: tuple[Finding, ...] = ()
    """What the spec accepts, each with its reason; not among ``findings``."""

    def where(self, path: Path) -> str:
        """The ``file:line`` of a value, for findings that other rooms make about the spec."""
        return f"{self.source}:{self.tree.line_of(path)}"


def load(path: str | os.PathLike[str]) -> Loaded:
    """Read a spec file.

    Raises
    ------
    FindingsError
        With every finding, when at least one is an error.
    XlmatrixError
        When the file cannot be read, or is not one YAML document.
    """
    return loads(read_text(path), source=os.fspath(path))


def loads(text: str, source: str = "matrix.yaml") -> Loaded:
    """Read a spec from text; ``source`` is the name that findings give as its file."""
    if len(text) > MAX_BYTES:
        raise _too_large(source)
    text = text.removeprefix("\ufeff")
    tree, problems = parse(text, source)
    fill_placeholders(tree)
    spec, faults, pruned = validate(tree)
    problems += faults
    if spec is not None:
        for problem in checks.check(spec, checks.Known.written(tree)):
            if not _echo(problem, pruned, faults):
                problems.append(_moved(problem, pruned))
    findings = _findings(problems, tree, source)
    if spec is None or any(finding.level is Level.ERROR for finding in findings):
        raise FindingsError(findings, where=source)
    told = accept.judged(spec, findings)
    if idle := list(accept.unused(spec, told.used, (Seen.SPEC,))):
        told = accept.judged(spec, _findings([*problems, *idle], tree, source))
    return Loaded(spec, told.open, text, source, tree, told.accepted)


def check_spec(spec: MatrixSpec, source: str = "") -> tuple[Finding, ...]:
    """The open findings about a spec that was made in Python, without lines."""
    return judged_spec(spec, source).open


def judged_spec(spec: MatrixSpec, source: str = "") -> accept.Judged:
    """The findings of :func:`check_spec`, and those that the spec accepts."""
    told = accept.judged(spec, (_finding(problem, source) for problem in checks.check(spec)))
    idle = accept.unused(spec, told.used, (Seen.SPEC,))
    return replace(told, open=(*told.open, *(_finding(problem, source) for problem in idle)))


def read_text(path: str | os.PathLike[str], *, limit: int = MAX_BYTES) -> str:
    """The text of a UTF-8 file of at most ``limit`` bytes; every failure is a planned error."""
    where = os.fspath(path)
    try:
        _refuse_pipes(FilePath(path))
        with FilePath(path).open("rb") as file:
            raw = file.read(limit + 1)
    except FileNotFoundError as failed:
        mend = "Check the name, or write a spec with: xlmatrix new"
        raise XlmatrixError("the file does not exist", where=where, mend=mend) from failed
    except IsADirectoryError as failed:
        mend = "Name the file inside it"
        raise XlmatrixError("this is a directory, not a file", where=where, mend=mend) from failed
    except PermissionError as failed:
        mend = "Ask for permission to read it"
        raise XlmatrixError("the file may not be read", where=where, mend=mend) from failed
    except (OSError, ValueError) as failed:
        what = f"the file cannot be read: {getattr(failed, 'strerror', None) or failed}"
        raise XlmatrixError(what, where=where, mend="Check the path") from failed
    if len(raw) > limit:
        raise _too_large(where)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as failed:
        line = raw.count(b"\n", 0, failed.start) + 1
        raise XlmatrixError(
            "the file is not UTF-8 text",
            where=f"{where}:{line}",
            mend="Save it as UTF-8; a workbook is not a spec",
        ) from failed


def _refuse_pipes(path: FilePath) -> None:
    """A pipe that nobody writes to would be waited for."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise XlmatrixError(
            "this is no ordinary file", where=str(path), mend="Save the spec to a file first"
        )


def _too_large(where: str) -> XlmatrixError:
    return XlmatrixError(
        f"the spec is larger than {MAX_BYTES // 1024 // 1024} MB",
        where=where,
        mend="Name the spec; data such as ticket exports are read by --incidents",
    )


def _echo(problem: Problem, pruned: Node, faults: list[Problem]) -> bool:
    """Whether a call looks late only because a faulty step before it was left out."""
    ladder = pruned.written_path(problem.path[:3])
    return problem.code == "escalation-late" and any(f.path[:3] == ladder for f in faults)


def _moved(problem: Problem, pruned: Node) -> Problem:
    """The problem with the path that the text has, before faulty neighbours were left out."""
    path = pruned.written_path(problem.path)
    return Problem(problem.level, problem.code, path, problem.what, problem.mend, problem.line)


def _findings(problems: Iterable[Problem], tree: Node, source: str) -> tuple[Finding, ...]:
    placed = [(p.line or tree.line_of(p.path), p) for p in problems]
    placed.sort(key=lambda pair: pair[0])
    found = (_finding(problem, f"{source}:{line}") for line, problem in placed)
    return tuple(dict.fromkeys(found))


def _finding(problem: Problem, where: str) -> Finding:
    return Finding(
        level=problem.level,
        code=problem.code,
        what=problem.what,
        where=where,
        mend=problem.mend,
        path=path_text(problem.path),
    )
