"""The codes that public frameworks have, from the list that all templates share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from xlmatrix.model.taxonomy import FRAMEWORKS, Framework
from xlmatrix.model.yamltree import Node, parse
from xlmatrix.resources import shared_text

CODES_FILE: Final = "frameworks.yaml"


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes of one framework with their titles, where they come from, how far to trust them."""

    title: str
    source: str
    status: str
    codes: Mapping[str, str]


@lru_cache(maxsize=1)
def code_lists() -> Mapping[Framework, CodeList]:
    """Every framework that a class may name codes of."""
    tree, _ = parse(shared_text(CODES_FILE), CODES_FILE)
    written = tree.children["frameworks"].children
    return {framework: _code_list(written[framework]) for framework in FRAMEWORKS}


def _code_list(node: Node) -> CodeList:
    title, source, status = (node.children[key].text or "" for key in ("title", "source", "status"))
    codes = {code: entry.text or "" for code, entry in node.children["codes"].children.items()}
    return CodeList(title, source, status, codes)
