"""Mutation testing: changes one operator, word or call at a time, and sees whether a test fails.

mutmut writes the mutants, ``tools/mutant_forks.py`` runs tests against them. mutmut is no
requirement of the project: ``pip install mutmut==3.8.1`` into the environment of the checkout.

- ``python -m tools.mutants make`` writes the mutants of ``[tool.mutmut]`` into ``mutants/``;
- ``… reach tests/worktime`` runs those tests once, to know which functions each of them enters;
- ``… all xlmatrix/worktime > names`` prints the names of a folder's mutants, and
  ``… draw 640 20261130 xlmatrix/rules > names`` a part of them, drawn by chance;
- ``… run names 20261130 5 30 tests/worktime`` runs each of them against 5 seconds of the tests
  that reach it, and 30 of those that have IronCalc compute a workbook, in an order drawn by the
  seed; stopped and started again, it goes on;
- ``… show`` prints what became of them, and each survivor with the lines it changes.
"""

from __future__ import annotations

import argparse
import ast
import collections
import difflib
import importlib
import json
import math
import os
import random
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tools import mutant_forks

MADE = Path("mutants")


def make() -> None:
    """Copy the checkout's folders and write every mutant of ``[tool.mutmut]`` into the copy."""
    os.environ["MUTANT_UNDER_TEST"] = "mutant_generation"
    mutmut: Any = importlib.import_module("mutmut.__main__")
    MADE.mkdir(exist_ok=True)
    mutmut.copy_src_dir()
    mutmut.copy_also_copy_files()
    mutmut.setup_source_paths()
    print(mutmut.create_mutants(os.cpu_count() or 1))


def names(folder: str) -> Iterator[list[str]]:
    """The names of the mutants of each module of a folder."""
    for meta in sorted((MADE / folder).rglob("*.meta")):
        yield sorted(json.loads(meta.read_text("utf-8"))["exit_code_by_key"])


def draw(number: int, seed: int, folder: str) -> Iterator[str]:
    """About ``number`` names of a folder, of each module its share, one at least."""
    chance = random.Random(seed)
    modules = list(names(folder))
    share = number / sum(map(len, modules))
    for module in modules:
        yield from sorted(chance.sample(module, math.ceil(len(module) * share)))


def told(verdicts: dict[str, str]) -> Iterator[str]:
    """How many mutants ended in which way, and what each one that lives takes and puts."""
    yield json.dumps(collections.Counter(verdicts.values()))
    living = {name for name, verdict in verdicts.items() if verdict != "killed"}
    for meta in sorted(MADE.rglob("*.meta")):
        found = living.intersection(json.loads(meta.read_text("utf-8"))["exit_code_by_key"])
        functions = _functions(meta.with_suffix("").read_text("utf-8")) if found else {}
        for name in sorted(found):
            mutant = name.rpartition(".")[2]
            original = re.sub(r"\d+$", "orig", mutant)
            after = [line.replace(mutant, original) for line in functions[mutant]]
            yield f"{name} {verdicts[name]}"
            yield from _changed(functions[original], after)


def _changed(before: list[str], after: list[str]) -> Iterator[str]:
    for line in list(difflib.unified_diff(before, after, lineterm="", n=0))[2:]:
        if not line.startswith("@@"):
            yield f"    {line[0]} {line[1:].strip()}"


def _functions(source: str) -> dict[str, list[str]]:
    """The lines of each function by its name, which is unique where mutmut wrote it."""
    lines = source.splitlines()
    return {
        node.name: lines[node.lineno - 1 : node.end_lineno]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    }


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("make")
    actions.add_parser("reach").add_argument("tests", nargs="+")
    actions.add_parser("all").add_argument("folder")
    drawn = actions.add_parser("draw")
    drawn.add_argument("number", type=int)
    drawn.add_argument("seed", type=int)
    drawn.add_argument("folder")
    run = actions.add_parser("run")
    run.add_argument("names", type=Path)
    run.add_argument("seed")
    run.add_argument("seconds", type=float)
    run.add_argument("engine_seconds", type=float)
    run.add_argument("tests", nargs="+")
    actions.add_parser("show")
    return parser.parse_args()


def _lines(found: Iterable[str]) -> None:
    for line in found:
        print(line)


def main() -> None:
    """Do one of the steps that the module names."""
    asked = _asked()
    if asked.action == "make":
        make()
    elif asked.action == "all":
        _lines(name for module in names(asked.folder) for name in module)
    elif asked.action == "draw":
        _lines(draw(asked.number, asked.seed, asked.folder))
    elif asked.action == "show":
        _lines(told(mutant_forks.verdicts(MADE)))
    elif asked.action == "reach":
        sys.exit(mutant_forks.reach(MADE, asked.tests))
    else:
        wanted = asked.names.read_text("utf-8").split()
        caps_s = (asked.seconds, asked.engine_seconds)
        sys.exit(mutant_forks.run(MADE, wanted, asked.seed, caps_s, asked.tests))


if __name__ == "__main__":
    main()
