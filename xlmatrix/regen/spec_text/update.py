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

from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.targets import TARGETS, Targets, is_timed
from xlmatrix.regen.mapping.lenient import NOBODY
from xlmatrix.regen.spec_text.yamltails import give_tail, last_key, take_tail

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_NAMED_BY: Final = ("id", "name", "use", "phase")


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
    # A calendar or a source beside an empty amount makes no target, and no time to write down.
    timed = tuple(
        severity.model_copy(update={"targets": _timed(severity.targets)})
        for severity in spec.severities
    )
    values: dict[str, Any] = spec.model_copy(update={"severities": timed}).model_dump(
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


def _timed(targets: Targets) -> Targets:
    empty: dict[str, Any] = {name: None for name in TARGETS if not is_timed(targets.get(name))}
    return targets.model_copy(update=empty) if empty else targets


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    return [_without_none(inner) for inner in value] if isinstance(value, list) else value


def _update(node: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    keys = {str(key): key for key in node}
    for name in before:
        if name not in after and name in keys:
            _drop(node, keys[name])
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
        elif isinstance(held, CommentedSeq) and _only_rules(value) and _only_rules(was or {}):
            # A plain list of obligations stands for its rules.
            _update_list(held, (was or {}).get("rules", []), value["rules"])
        elif isinstance(held, CommentedSeq) and _is_named(value) and _is_named(was or []):
            _update_list(held, was or [], value)
        elif isinstance(held, CommentedSeq) and _alike(held, was, value):
            for inner, old, new in zip(held, was or [], value, strict=True):
                _update(inner, old, new)
        elif name in keys:
            tail = take_tail(node, place)
            node[place] = _yaml(value)
            give_tail(node, place, tail)
        else:
            tail = _tail_of_all(node)
            node[place] = _yaml(value)
            give_tail(node, place, tail)


def _tail_of_all(node: Any) -> str:
    """What stands behind a whole mapping or list, taken off its last value."""
    last = last_key(node)
    flow = bool(node.fa.flow_style())
    return "" if last is None or flow else take_tail(node, last, own_line=False)


def _drop(node: Any, key: Any) -> None:
    """Take a key out; the comment on what comes next stays with the key before it."""
    order = list(node)
    place = order.index(key)
    tail = take_tail(node, key, own_line=False) if place and not node.fa.flow_style() else ""
    del node[key]
    if tail:
        give_tail(node, order[place - 1], tail)


def _alike(node: CommentedSeq, before: Any, after: Any) -> bool:
    """Whether lists of mappings go by place: as many before as after."""
    return (
        isinstance(before, list)
        and isinstance(after, list)
        and len(node) == len(before) == len(after)
        and all(isinstance(item, dict) for item in (*node, *before, *after))
    )


def _only_rules(value: Any) -> bool:
    return isinstance(value, dict) and list(value) == ["rules"]


def _is_named(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, dict) and any(key in item for key in _NAMED_BY) for item in value
    )


def _name(item: Mapping[str, Any] | str) -> str:
    if isinstance(item, str):
        return item
    return str(next(item[key] for key in _NAMED_BY if key in item))


def _update_list(node: CommentedSeq, before: list[Any], after: list[Any]) -> None:
    """A list of things with ids: each keeps its comments while it stays."""
    held = {_name(item): item for item in node if isinstance(item, dict | str)}
    was = {_name(item): item for item in before}
    # Comments on texts hang on their place in the list.
    behind = {
        _name(item): node.ca.items[place]
        for place, item in enumerate(node)
        if isinstance(item, str) and place in node.ca.items
    }
    wanted, texts = [], {}
    for item in after:
        name = _name(item)
        if name in held and isinstance(held[name], dict):
            _update(held[name], was.get(name, {}), item)
            wanted.append(held[name])
        elif name in held and was.get(name) == item:
            wanted.append(held[name])
            texts[name] = len(wanted) - 1
        else:
            wanted.append(_yaml(item))
    if [id(item) for item in wanted] == [id(item) for item in node]:
        return
    tail = _tail_of_all(node)
    node[:] = []
    for place in list(node.ca.items):
        del node.ca.items[place]
    node.extend(wanted)
    for name, place in texts.items():
        if name in behind:
            node.ca.items[place] = behind[name]
    for name, entry in behind.items():
        at = next((n for n, item in enumerate(after) if _name(item) == name), None)
        if name not in texts and at is not None and entry[0] is not None:
            give_tail(node, at, str(entry[0].value))
    if len(node):
        give_tail(node, len(node) - 1, tail)


def _yaml(value: Any) -> Any:
    """Plain values as YAML writes them: a target that is only its time stands alone."""
    if isinstance(value, dict):
        if set(value) in ({"within"}, {"use"}):
            return next(iter(value.values()))
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
