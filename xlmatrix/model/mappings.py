"""Mappings of imports in a file of their own: the block that stands under ``import:`` in a spec."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from typing import Any, Final

from pydantic import Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from xlmatrix.errors import Finding, FindingsError, XlmatrixError
from xlmatrix.model import checks
from xlmatrix.model.base import Problem, Strict, path_text
from xlmatrix.model.importing import ImportMapping, Tool
from xlmatrix.model.loader import read_text
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.schema import faults_of
from xlmatrix.model.yamltree import Node, parse

Mappings = Mapping[str, ImportMapping]
#: The key of a spec that holds the same; a file that begins with it is as good.
_BLOCK: Final = "import"
_EXAMPLE: Final = "Write lines such as\nservicenow:\n  date_order: day-first"


class _File(Strict):
    tools: Mapping[Tool, ImportMapping] = Field(default_factory=dict, alias="import")


def load_mappings(path: str | os.PathLike[str], spec: MatrixSpec | None = None) -> Mappings:
    """The mappings of a file, by tool; with a spec, their severities and classes are its own.

    Raises
    ------
    FindingsError
        With file, line and key of each thing that is wrong.
    XlmatrixError
        When the file cannot be read, is empty or is not one YAML document.
    """
    source = os.fspath(path)
    if not os.path.lexists(path):
        mend = "Check the name; xlmatrix import writes one"
        raise XlmatrixError("the mapping does not exist", where=source, mend=mend)
    text = read_text(path)
    # Comments are no keys either.
    if not any(line.split("#")[0].strip() for line in text.splitlines()):
        raise XlmatrixError("the mapping is empty", where=source, mend=_EXAMPLE)
    return _mappings_of(text, source, spec)


def checked_mappings(given: Mapping[str, Any], spec: MatrixSpec | None = None) -> Mappings:
    """Mappings that a program gives, by tool: models, or plain values as a file of them has.

    Raises
    ------
    FindingsError
        With the key of each thing that is wrong.
    XlmatrixError
        For what is no mapping at all.
    """
    if not isinstance(given, Mapping):
        raise XlmatrixError(
            f"a mapping may be a path, or mappings by tool, not {type(given).__name__}",
            where="mapping",
            mend="Give the path of a mapping, or {'servicenow': {'date_order': 'day-first'}}",
        )
    try:
        text = dump_mappings(given)
    except YAMLError as fault:
        raise XlmatrixError(
            f"a value of it is none that a file could hold ({str(fault)[:120]})",
            where="mapping",
            mend="Give texts by tool and key, as a file of mappings has them",
        ) from None
    return _mappings_of(text, "mapping", spec, lines=False)


def _mappings_of(
    text: str, source: str, spec: MatrixSpec | None, *, lines: bool = True
) -> Mappings:
    written, problems = parse(text, source, kind="mapping")
    root = written
    if written.child(_BLOCK) is None:
        root = Node(1, "map", children={_BLOCK: written}, key_lines={_BLOCK: 1})
    found: Mappings = {}
    try:
        tools = _File.model_validate(root.plain()).tools
    except ValidationError as failed:
        problems += faults_of(failed, root)
    else:
        found = {str(tool): one for tool, one in tools.items()}
        problems += _references(found, spec)
    if problems:
        first = 0 if root is written else 1
        raise FindingsError(
            tuple(_finding(one, source, root if lines else None, first) for one in problems),
            where=source,
        )
    return found


def _finding(problem: Problem, source: str, root: Node | None, first: int) -> Finding:
    """A fault in its place; ``first`` leaves out the key that the file does not have."""
    line = "" if root is None else f":{problem.line or root.line_of(problem.path)}"
    where, path = f"{source}{line}", path_text(problem.path[first:])
    return Finding(problem.level, problem.code, problem.what, where, problem.mend, path)


def _references(found: Mappings, spec: MatrixSpec | None) -> list[Problem]:
    """Severities and classes that a spec does not have."""
    if spec is None:
        return []
    mapped = spec.model_copy(update={"imports": found})
    return [one for one in checks.check(mapped) if one.path[:1] == (_BLOCK,)]


def grown_mappings(text: str, added: Mappings, *, instead: bool = False) -> str:
    """The text of a file with more in it; what it says stays as it is, its comments too.

    Parameters
    ----------
    added
        Mappings by tool, of which only what the file does not say of a tool is put into it.
    instead
        Whether they take the place of what it says of their tools.
    """
    tool = _writer()
    tool.preserve_quotes = True
    tree = tool.load(text)
    block = tree.get(_BLOCK, tree)
    if block is None:
        block = tree[_BLOCK] = {}
    for name, values in _plain(added).items():
        if instead or not isinstance(block.get(name), dict):
            block[name] = values
            continue
        for setting, said in values.items():
            known = block[name].setdefault(setting, said)
            if isinstance(said, dict) and known is not said:
                # A file may have numbers for words.
                there = {str(key) for key in known}
                known.update({key: one for key, one in said.items() if key not in there})
    out = io.StringIO()
    tool.dump(tree, out)
    grown = out.getvalue()
    return grown.replace("\n", "\r\n") if "\r\n" in text else grown


def _writer() -> YAML:
    writer = YAML(typ="rt", pure=True)
    writer.default_flow_style = False
    # A long key would be broken in two otherwise.
    writer.width = 4096
    return writer


def _plain(mappings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        tool: one.model_dump(mode="json", exclude_defaults=True)
        if isinstance(one, ImportMapping)
        else one
        for tool, one in mappings.items()
    }


def dump_mappings(mappings: Mapping[str, Any]) -> str:
    """Mappings, models or plain values, as the text of a file that :func:`load_mappings` reads."""
    out = io.StringIO()
    _writer().dump(_plain(mappings), out)
    return out.getvalue()
