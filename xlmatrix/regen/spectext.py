"""The YAML of a spec with other values in it, and everything else as its author wrote it."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.representer import RoundTripRepresenter

from xlmatrix.regen.mapping.lenient import NOBODY
from xlmatrix.spec.models import MatrixSpec

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_NAMED_BY: Final = ("id", "name")


class _Number(str):
    """A whole number as it was written: a phone number keeps its plus sign and its zeros."""

    __slots__ = ()


class _Constructor(RoundTripConstructor):
    """Leaves whole numbers as they stand."""


class _Representer(RoundTripRepresenter):
    """Writes them so."""


_INT: Final = "tag:yaml.org,2002:int"
_Constructor.add_constructor(_INT, lambda _, node: _Number(node.value))
_Representer.add_representer(
    _Number, lambda writer, number: writer.represent_scalar(_INT, str(number))
)


def updated_text(text: str, old: MatrixSpec, new: MatrixSpec) -> str:
    """The text of ``old`` changed to say ``new``; unchanged where the two are equal."""
    before, after = _plain(old), _plain(new)
    if before == after:
        return text
    tool = YAML(typ="rt", pure=True)
    tool.Constructor, tool.Representer = _Constructor, _Representer
    tool.preserve_quotes = True
    tool.width = 4096
    tool.indent(mapping=2, sequence=4, offset=2)
    tree = tool.load(text)
    _update(tree, before, after)
    out = io.StringIO()
    tool.dump(tree, out)
    return out.getvalue()


def _plain(spec: MatrixSpec) -> dict[str, Any]:
    """The values of a spec without its defaults, and without what stands in for nothing."""
    values: dict[str, Any] = spec.model_dump(
        mode="json", by_alias=True, exclude_defaults=True, warnings=False
    )
    for severity in values.get("severities", ()):
        targets = severity.get("targets", {})
        severity["targets"] = {
            name: target for name, target in targets.items() if target and target.get("within")
        }
    for part in (*values.get("severities", ()), *values.get("classes", ())):
        owners = {k: v for k, v in part.get("owners", {}).items() if v not in (None, NOBODY)}
        part.pop("owners", None)
        if owners:
            part["owners"] = owners
    found: dict[str, Any] = _without_none(values)
    return found


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    return [_without_none(inner) for inner in value] if isinstance(value, list) else value


def _update(node: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    keys = {str(key): key for key in node}
    for name in before:
        if name not in after and name in keys:
            del node[keys[name]]
    for name, value in after.items():
        if name in before and before[name] == value and name in keys:
            continue
        if name not in keys and name in before and before[name] == value:
            continue
        place = keys.get(name, _scalar(name))
        held = node.get(place) if name in keys else None
        was = before.get(name)
        if isinstance(held, CommentedMap) and isinstance(value, dict) and isinstance(was, dict):
            _update(held, was, value)
        elif isinstance(held, CommentedSeq) and _is_named(value) and _is_named(was or []):
            _update_list(held, was or [], value)
        elif isinstance(held, CommentedSeq) and _alike(held, was, value):
            for inner, old, new in zip(held, was or [], value, strict=True):
                _update(inner, old, new)
        else:
            node[place] = _yaml(value)


def _alike(node: CommentedSeq, before: Any, after: Any) -> bool:
    """Whether lists of mappings go by place: as many before as after."""
    return (
        isinstance(before, list)
        and isinstance(after, list)
        and len(node) == len(before) == len(after)
        and all(isinstance(item, dict) for item in (*node, *before, *after))
    )


def _is_named(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, dict) and any(key in item for key in _NAMED_BY) for item in value
    )


def _name(item: Mapping[str, Any]) -> str:
    return str(next(item[key] for key in _NAMED_BY if key in item))


def _update_list(node: CommentedSeq, before: list[Any], after: list[Any]) -> None:
    """A list of things with ids: each keeps its comments while it stays."""
    held = {_name(item): item for item in node if isinstance(item, dict)}
    was = {_name(item): item for item in before}
    wanted = []
    for item in after:
        name = _name(item)
        if name in held:
            _update(held[name], was.get(name, {}), item)
            wanted.append(held[name])
        else:
            wanted.append(_yaml(item))
    if [id(item) for item in wanted] == [id(item) for item in node]:
        return
    common = [item for item in node if any(item is kept for kept in wanted)]
    if len(common) == len(node) and all(
        one is other for one, other in zip(node, wanted, strict=False)
    ):
        # Only additions: what stands keeps every comment around it.
        node.extend(wanted[len(node) :])
        return
    del node[:]
    node.extend(wanted)


def _yaml(value: Any) -> Any:
    """Plain values as YAML writes them: a target that is only its time stands alone."""
    if isinstance(value, dict):
        if set(value) == {"within"}:
            return value["within"]
        made = CommentedMap((_scalar(key), _yaml(inner)) for key, inner in value.items())
        small = all(not isinstance(inner, dict | list) for inner in value.values())
        if small and len(value) <= 4 and sum(len(str(v)) for v in value.values()) < 60:
            made.fa.set_flow_style()
        return made
    if isinstance(value, list):
        return CommentedSeq(_yaml(inner) for inner in value)
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value
