"""The diagram of the update shows the stages that the code has, in their order."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

from xlmatrix.api.regenerating import finished
from xlmatrix.regen import renew as module

PAGE = Path(__file__).parents[2] / "docs" / "regenerate.md"


def stages() -> list[str]:
    """The values that ``renew`` goes through, by name."""
    (function,) = ast.parse(inspect.getsource(module.renew)).body
    assert isinstance(function, ast.FunctionDef)
    made = [node.targets[0] for node in function.body if isinstance(node, ast.Assign)]
    stages = [function.args.args[0].arg, *(ast.unparse(name) for name in made), "stamped"]
    # What is rendered is verified before anything else has it.
    *_, last, answer = ast.parse(inspect.getsource(finished)).body[0].body  # type: ignore[attr-defined]
    assert (ast.unparse(last), ast.unparse(answer)) == ("verify(data, renewed)", "return data")
    return [*stages, "verified"]


def test_the_diagram_shows_every_stage_in_order() -> None:
    (diagram,) = re.findall(r"```text\n(used workbook.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    known = stages()
    assert [word for word in re.findall(r"\w+", diagram) if word in known] == known
