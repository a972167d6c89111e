"""The house rules that a reader feels: short modules, short functions, no import cycles."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source import Module, cycles, graph, modules
from xlmatrix.rules.clocks.changes.policies import POLICIES
from xlmatrix.worktime import CHANGE_POLICIES

PACKAGE = Path(__file__).resolve().parents[1] / "xlmatrix"
MODULES = modules(PACKAGE)
MOST_LINES, MOST_IN_FUNCTION = 400, 60

#: What is longer and about to be split; a name that is no longer needed must go.
LONG_MODULES: set[str] = set()
LONG_FUNCTIONS: set[str] = set()
#: Imports in functions: a start that is quick needs them, a knot that is hidden does not. Tables of
#: tickets alone need pandas, and few of them Arrow.
MOST_LAZY_IMPORTS = 156


def long_modules(found: dict[str, Module]) -> set[str]:
    return {
        name
        for name, module in found.items()
        if len(module.lines) > MOST_LINES and not module.is_excused()
    }


def long_functions(found: dict[str, Module]) -> set[str]:
    return {
        f"{name}.{function.name}"
        for name, module in found.items()
        for function, length in module.functions()
        if length > MOST_IN_FUNCTION and not module.excuses(function)
    }


def test_a_module_is_short_or_says_why_not() -> None:
    assert long_modules(MODULES) == LONG_MODULES


def test_a_function_is_short_or_says_why_not() -> None:
    assert long_functions(MODULES) == LONG_FUNCTIONS


def test_no_modules_import_each_other_not_even_later_on() -> None:
    assert cycles(graph(MODULES)) == []


def test_imports_inside_functions_grow_no_more() -> None:
    lazy = [name for name, one in MODULES.items() for _, is_lazy in one.imports() if is_lazy]
    assert len(lazy) <= MOST_LAZY_IMPORTS


def test_every_policy_of_a_severity_change_has_its_clock_in_the_same_place() -> None:
    assert tuple(policy.name for policy in POLICIES) == CHANGE_POLICIES
    assert [policy.number for policy in POLICIES] == [*range(1, len(POLICIES) + 1)]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A package with every fault, and beside each the same with its reason."""
    folder = tmp_path / "house"
    folder.mkdir()
    body = "    x = 1\n" * MOST_IN_FUNCTION
    files = {
        "__init__": "",
        "long": "a = 1\n" * (MOST_LINES + 1),
        "excused": "# Long because: a list.\n" + "a = 1\n" * MOST_LINES,
        "wordy": f"def far_too_much():\n{body}\n",
        "reasoned": f"# Long because: it is a table.\n@property\ndef table(self):\n{body}\n",
        "chicken": "def lay():\n    from house import egg\n",
        "egg": "from house.chicken import lay\n",
        "typed": "if TYPE_CHECKING:\n    from house.user import use\n",
        "user": "from . import typed\n",
    }
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


def test_these_rules_notice_what_breaks_them(house: Path) -> None:
    found = modules(house)
    assert long_modules(found) == {"house.long"}
    assert long_functions(found) == {"house.wordy.far_too_much"}
    assert cycles(graph(found)) == [{"house.chicken", "house.egg"}]
    assert graph(found)["house.user"] == {"house.typed"}
