"""Figures that a text takes from the scope, so that changing an answer changes every sentence."""

from __future__ import annotations

from collections.abc import Mapping

from xlmatrix.model.parts import Interactions
from xlmatrix.model.yamltree import Node

#: What "many users" means by the band of monthly interactions; proposed figures, yours to edit.
MANY_USERS: Mapping[Interactions, str] = {
    "<50k": "100 users",
    "50k-250k": "500 users",
    "250k-1M": "2,000 users",
    ">1M": "0.2 % of monthly interactions",
}
_DEFAULT: Interactions = "50k-250k"
_GROUPS = ("severities", "classes")


def fill_placeholders(tree: Node) -> None:
    """Replace ``{many_users}`` in the texts of severities and classes, in place."""
    scope = tree.child("scope")
    band = scope.child("interactions") if scope is not None else None
    words = next(
        (text for key, text in MANY_USERS.items() if band is not None and key == band.text),
        MANY_USERS[_DEFAULT],
    )
    todo = [node for group in _GROUPS if (node := tree.child(group)) is not None]
    while todo:
        node = todo.pop()
        if node.text is not None:
            node.text = node.text.replace("{many_users}", words)
        todo += [*node.children.values(), *node.items]
