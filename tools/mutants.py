"""Draws mutants of a folder by chance, and shows those that tests let live.

``mutmut run`` writes its mutants into ``mutants/``; docs/reliability.md says how it is set up.

- ``python -m tools.mutants draw 800 20261129 xlmatrix/rules`` prints names for the next run: of
  each module its share of the number, one at least;
- ``python -m tools.mutants show`` prints each survivor with the lines it changes, at once, where
  ``mutmut show`` takes a second for each.
"""

from __future__ import annotations

import ast
import difflib
import json
import math
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

MADE = Path("mutants")
#: How mutmut notes a mutant that no test noticed.
_SURVIVED = 0


def draw(number: int, seed: int, folder: str) -> Iterator[str]:
    """About ``number`` names of the mutants of a folder, by module; a seed draws the same again."""
    chance = random.Random(seed)
    modules = [sorted(_results(meta)) for meta in _metas(MADE / folder)]
    share = number / sum(map(len, modules))
    for names in modules:
        yield from sorted(chance.sample(names, math.ceil(len(names) * share)))


def survivors() -> Iterator[str]:
    """Lines that name each survivor, and below it what it takes away and puts in its place."""
    for meta in _metas(MADE):
        source = meta.with_suffix("").read_text(encoding="utf-8")
        found = [name for name, code in _results(meta).items() if code == _SURVIVED]
        functions = _functions(source) if found else {}
        for name in found:
            mutant = name.rpartition(".")[2]
            original = re.sub(r"\d+$", "orig", mutant)
            after = [line.replace(mutant, original) for line in functions[mutant]]
            yield name
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


def _metas(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.meta"))


def _results(meta: Path) -> dict[str, int | None]:
    results: dict[str, int | None] = json.loads(meta.read_text("utf-8"))["exit_code_by_key"]
    return results


if __name__ == "__main__":
    if sys.argv[1] == "draw":
        print("\n".join(draw(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])))
    else:
        print("\n".join(survivors()))
