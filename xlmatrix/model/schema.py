"""From a tree of values to the models: every fault at once, in words that say how to mend it."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from xlmatrix.model.base import STAND_IN, Path, Problem, error, suggestion
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.yamltree import Node

_EXPECTED = {
    "string_type": ("text", "Write one text here"),
    "tuple_type": ("a list", "Write a list: one line each, beginning with '- '"),
    "mapping_type": ("keys with values", "Write lines of the form key: value"),
    "dict_type": ("keys with values", "Write lines of the form key: value"),
    "model_type": ("keys with values", "Write lines of the form key: value"),
    "model_attributes_type": ("keys with values", "Write lines of the form key: value"),
    "int_type": ("a whole number", "Write a whole number"),
    "int_parsing": ("a whole number", "Write a whole number"),
    "int_from_float": ("a whole number", "Write a whole number"),
    "int_parsing_size": ("a smaller number", "Write a smaller number"),
    "bool_type": ("true or false", "Write true or false"),
    "bool_parsing": ("true or false", "Write true or false"),
}


_TARGET = {"within": "1 s", "source": STAND_IN}
# Wide or empty, so that they cause no findings of their own.
_STAND_INS: dict[str, str | dict[str, str]] = {
    "xlmatrix": "1",
    "title": STAND_IN,
    "organisation": STAND_IN,
    "name": STAND_IN,
    "definition": STAND_IN,
    "zone": "UTC",
    "horizon": {"start": "2000-01-01", "end": "2040-12-31"},
    "start": "2000-01-01",
    "end": "2040-12-31",
    "policy": {"effective": "2026-01-01"},
    "effective": "2026-01-01",
    "hours": "24x7",
    "acknowledge": _TARGET,
    "first_response": _TARGET,
    "resolve": _TARGET,
}


def validate(tree: Node) -> tuple[MatrixSpec | None, list[Problem], Node]:
    """The spec in ``tree``, what is wrong with it, and the tree the spec was made from.

    Where the tree has faults, the faulty values are pruned, or a stand-in is put where one is
    required, until the rest is a spec, so that the cross checks can still tell what else is wrong.
    None when too little is left.
    """
    problems: list[Problem] = []
    tree = tree.pruned_copy()
    for attempt in range(12):
        try:
            return MatrixSpec.model_validate(tree.plain()), problems, tree
        except ValidationError as failed:
            details = failed.errors(include_url=False)
        if attempt == 0:
            problems = [_problem(tree, detail) for detail in details if not _echo(detail, details)]
        if not _prune(tree, details):
            break
    return None, problems, tree


def faults_of(failed: ValidationError, tree: Node) -> list[Problem]:
    """What is wrong with values that are no part of a spec alone, in the words of one."""
    return [_problem(tree, detail) for detail in failed.errors(include_url=False)]


def _echo(detail: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """Whether a list counts as empty only because pydantic dropped its faulty items."""
    at = detail["loc"]
    return detail["type"] == "too_short" and any(
        other["loc"][: len(at)] == at and len(other["loc"]) > len(at) for other in details
    )


def _problem(tree: Node, detail: ErrorDetails) -> Problem:
    kind, loc = detail["type"], _path(detail["loc"])
    context: dict[str, Any] = detail.get("ctx") or {}
    value = detail.get("input")
    if kind == "missing":
        what, mend = f"'{loc[-1]}' is missing", f"Add {loc[-1]}: and its value"
    elif kind == "extra_forbidden":
        what = f"the key '{loc[-1]}' is not known here"
        mend = suggestion(str(loc[-1]), _keys_at(loc[:-1]), instead="Remove it")
    elif kind == "literal_error":
        what = f"{_shown(value)} is not one of {context['expected']}"
        mend = suggestion(str(value), _options(context["expected"]), instead="Write one of these")
    elif "mend" in context:
        what, mend = detail["msg"], str(context["mend"])
    elif kind in _EXPECTED:
        wanted, mend = _EXPECTED[kind]
        what = f"{wanted} is expected, not {_shown(value)}"
    else:
        what, mend = _limits(kind, context, value, detail["msg"])
    return error(f"schema-{kind}", loc, what, mend)


def _limits(kind: str, context: Mapping[str, Any], value: object, message: str) -> tuple[str, str]:
    if kind == "string_too_short":
        return "the text is empty", "Write something, or remove the key"
    if kind == "string_too_long":
        return "the text is too long", f"Keep it within {context['max_length']} characters"
    if kind == "string_pattern_mismatch":
        return (
            f"{_shown(value)} holds characters that cannot stand here",
            "Use letters, digits, spaces, dots, dashes and underscores on one line",
        )
    if kind == "too_short":
        return "the list is empty", "Add at least one"
    if kind == "too_long":
        return "the list is too long", f"Keep at most {context.get('max_length')}"
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
        return f"{_shown(value)} is out of range", f"Write {bound}"
    return message[:1].lower() + message[1:], "Correct the value"


def _path(loc: tuple[str | int, ...]) -> Path:
    # pydantic marks a fault in a mapping's key, and which of two models it tried, by parts of their
    # own; the key or the model itself is the place.
    return tuple(part for part in loc if part not in ("[key]", "[chosen]", "[own]"))


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "keys with values"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value)
    return f"'{text if len(text) <= 40 else text[:37] + '...'}'"


def _options(expected: str) -> list[str]:
    return expected.replace("'", "").replace(" or ", ", ").split(", ")


def _keys_at(path: Path) -> list[str]:
    """The keys that the model at ``path`` knows."""
    here: Any = MatrixSpec
    for part in path:
        here = _inner(here, part)
        if here is None:
            return []
    if isinstance(here, type) and issubclass(here, BaseModel):
        return [info.alias or name for name, info in here.model_fields.items()]
    return []


def _inner(kind: Any, part: str | int) -> Any:
    """The type of the value under ``part`` in a value of type ``kind``, without ``| None``."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        by_key = {info.alias or name: info for name, info in kind.model_fields.items()}
        info = by_key.get(str(part))
        found = info.annotation if info is not None else None
    else:
        arguments = [a for a in get_args(kind) if a is not Ellipsis]
        found = arguments[-1] if arguments else None
    if get_origin(found) in (Union, types.UnionType):
        found = next((a for a in get_args(found) if a is not type(None)), None)
    return found


def _prune(tree: Node, details: list[ErrorDetails]) -> bool:
    """Take out the faulty values, later list items first; False when nothing could be mended."""
    paths: set[Path] = set()
    filled = False
    for detail in details:
        path = _path(detail["loc"])
        if detail["type"] == "missing":
            if _fill(tree, path):
                filled = True
                continue
            path = path[:-1]  # what is missing cannot be taken out: its owner goes instead
        while path and _at(tree, path) is None:
            path = path[:-1]
        if path:
            paths.add(path)
    by_place = sorted(paths, key=lambda p: [(isinstance(q, int), q) for q in p], reverse=True)
    for path in by_place:
        owner, part = _at(tree, path[:-1]), path[-1]
        if owner is None:
            continue
        if isinstance(part, str):
            owner.children.pop(part, None)
        elif part < len(owner.items):
            del owner.items[part], owner.origin[part]
    return filled or bool(paths)


def _fill(tree: Node, path: Path) -> bool:
    """Put a stand-in where a required value is missing, so that its neighbours get checked too."""
    owner = _at(tree, path[:-1])
    key = str(path[-1])
    if owner is None or owner.kind != "map" or key not in _STAND_INS or path[0] == "people":
        return False
    owner.children[key] = _node(owner.line, _STAND_INS[key])
    return True


def _node(line: int, value: str | dict[str, str]) -> Node:
    if isinstance(value, str):
        return Node(line, "text", value)
    return Node(line, "map", children={key: Node(line, "text", v) for key, v in value.items()})


def _at(tree: Node, path: Path) -> Node | None:
    node: Node | None = tree
    for part in path:
        node = node.child(part) if node is not None else None
    return node
