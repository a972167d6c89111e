"""A valid spec, mutated at random: findings or a spec, never any other exception."""

from __future__ import annotations

import io
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.examples import examples
from tests.model.small import SMALL
from xlmatrix.errors import FindingsError, Level, XlmatrixError
from xlmatrix.model import MatrixSpec, build_calendar, check_spec, dump, loads

Path = tuple[str | int, ...]

_TREE: dict[str, Any] = YAML(typ="safe", pure=True).load(SMALL)
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True),
    st.text(max_size=12),
    st.sampled_from(
        ["", " ", "0 min", "-1", "99999999 h", "9" * 400, "24x7", "closed", "Mon", "2026-02-29",
         "SEV-1", "always", "Priya Raman", "=1+1", "{many_users}", "a\tb", "<<", "null", "\ufffe"]
    ),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.none(), max_size=2),
)  # fmt: skip


def paths(value: Any, here: Path = ()) -> list[Path]:
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [here, *(path for key, child in inside for path in paths(child, (*here, key)))]


PATHS = [path for path in paths(_TREE) if path]


def at(tree: Any, path: Path) -> Any:
    for part in path:
        tree = tree[part]
    return tree


def reachable(tree: Any, path: Path) -> bool:
    """Whether ``path`` still leads to an entry of a mapping or a list."""
    for part in path:
        if not isinstance(tree, dict | list) or part not in (
            tree if isinstance(tree, dict) else range(len(tree))
        ):
            return False
        tree = at(tree, (part,))
    return True


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    tree = deepcopy(_TREE)
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(PATHS))
        if not reachable(tree, path):
            continue
        owner, part = at(tree, path[:-1]), path[-1]
        how = draw(st.sampled_from(["drop", "retype", "duplicate", "swap", "rename"]))
        if how == "drop":
            del owner[part]
        elif how == "duplicate" and isinstance(owner, list):
            owner.append(deepcopy(at(owner, (part,))))
        elif how == "swap":
            other = draw(st.sampled_from(PATHS))
            if reachable(tree, other) and path[: len(other)] != other != path:
                owner[part] = deepcopy(at(tree, other))
        elif how == "rename" and isinstance(owner, dict):
            owner[draw(st.text(max_size=8))] = owner.pop(part)
        else:
            owner[part] = draw(ODD)
    return tree


def written(tree: dict[str, Any]) -> str:
    out = io.StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.allow_unicode = True
    writer.dump(tree, out)
    return out.getvalue()


def read(text: str) -> MatrixSpec | None:
    """The spec, or None where it is refused in the planned way; anything else is let through."""
    try:
        return loads(text).spec
    except XlmatrixError as failed:
        refused = failed
    if isinstance(refused, FindingsError):
        assert any(finding.level is Level.ERROR for finding in refused.findings)
        assert all(f.what and f.mend and f.where for f in refused.findings)
    assert refused.what
    assert refused.mend
    return None


@pytest.mark.slow
@settings(max_examples=examples(100, 300))
@given(mutated())
def test_a_mutated_spec_is_read_or_refused_and_nothing_else(tree: dict[str, Any]) -> None:
    text = written(tree)
    spec = read(text)
    if spec is None:
        return
    assert loads(dump(spec)).spec == spec
    assert all(finding.level is not Level.ERROR for finding in check_spec(spec))
    for calendar in spec.calendars:
        build_calendar(spec, calendar.id)


@given(st.integers(0, len(SMALL)), st.text(max_size=6), st.integers(0, 30))
@example(at=0, put="%YAML 9.9\n---\n", drop=0)
@example(at=14, put='"\\UFFFFFFFF"', drop=0)
def test_a_text_with_a_slip_of_the_hand_is_read_or_refused(at: int, put: str, drop: int) -> None:
    read(SMALL[:at] + put + SMALL[at + drop :])
