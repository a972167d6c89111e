"""Comments behind a YAML value. ruamel hangs what stands before the next key on the last leaf."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark
from ruamel.yaml.tokens import CommentToken

_Node: TypeAlias = CommentedMap | CommentedSeq
#: Which of a comment's four places is behind the value.
_IN_MAP: Final = 2
_IN_LIST: Final = 0


def take_tail(node: Any, key: Any, *, own_line: bool = True) -> str:
    """The comment behind a value, taken off it; empty for none.

    With ``own_line`` false, what stands on the value's own line stays there.
    """
    holder, place = _leaf(node, key)
    entry = holder.ca.items.get(place)
    slot = _slot(holder)
    if entry is None or entry[slot] is None:
        return ""
    token = entry[slot]
    text = str(token.value)
    if own_line:
        entry[slot] = None
        return text
    first, mark, rest = text.partition("\n")
    if not mark:
        return ""
    if first.strip():
        token.value = first + "\n"
    else:
        entry[slot] = None
    return "\n" + rest


def give_tail(node: Any, key: Any, text: str) -> None:
    """Put a comment behind a value, after one that is there already."""
    if not text.strip():
        return
    holder, place = _leaf(node, key)
    entry = holder.ca.items.setdefault(place, [None, None, None, None])
    slot = _slot(holder)
    if entry[slot] is None:
        entry[slot] = CommentToken(text, CommentMark(0), None)
    else:
        entry[slot].value = str(entry[slot].value).rstrip("\n") + "\n" + text.lstrip("\n")


def last_key(node: Any) -> Any:
    """The key or index of a node's last value; None where it is empty."""
    if not len(node):
        return None
    return list(node)[-1] if isinstance(node, CommentedMap) else len(node) - 1


def _slot(node: _Node) -> int:
    return _IN_MAP if isinstance(node, CommentedMap) else _IN_LIST


def _leaf(node: Any, key: Any) -> tuple[Any, Any]:
    """The innermost node whose last line is the value's last line."""
    value = node[key]
    if isinstance(value, CommentedMap | CommentedSeq) and not value.fa.flow_style():
        last = last_key(value)
        if last is not None:
            return _leaf(value, last)
    return node, key
