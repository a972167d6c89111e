"""The package's own source as trees: modules, functions with their lengths, who imports whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
#: A comment that says why something is longer than the house rules have it.
REASON = "# Long because: "
#: Lines at the top of a module in which that comment stands, if the module itself is long.
TOP = 12


@dataclass(frozen=True)
class Module:
    """One file of a package; ``name`` is what others import."""

    name: str
    path: Path
    is_package: bool

    @cached_property
    def lines(self) -> list[str]:
        return self.path.read_text(encoding="utf-8").splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse("\n".join(self.lines))

    def functions(self) -> Iterator[tuple[Function, int]]:
        """Every function, nested ones too, with its lines from ``def`` on."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                assert node.end_lineno is not None
                yield node, node.end_lineno - node.lineno + 1

    def excuses(self, function: Function) -> bool:
        """Whether a comment right above a function, or its decorators, says why it is long."""
        first = min([function.lineno, *(one.lineno for one in function.decorator_list)])
        above = first - 2
        while above >= 0 and self.lines[above].lstrip().startswith("#"):
            if self.lines[above].lstrip().startswith(REASON):
                return True
            above -= 1
        return False

    def is_excused(self) -> bool:
        """Whether a comment near the top says why the module is long."""
        return any(line.startswith(REASON) for line in self.lines[:TOP])

    def imports(self) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
        """What runs an import, and whether it runs in a function; nothing for type checkers."""
        yield from _imports(self.tree, lazy=False)


def modules(folder: Path) -> dict[str, Module]:
    """The modules of a package, by name."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        found[name] = Module(name, path, is_package)
    return found


def _imports(node: ast.AST, *, lazy: bool) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            for other in child.orelse:
                yield from _imports(other, lazy=lazy)
        elif isinstance(child, ast.Import | ast.ImportFrom):
            yield child, lazy
        else:
            yield from _imports(child, lazy=lazy or isinstance(child, Function | ast.Lambda))


def graph(found: dict[str, Module]) -> dict[str, set[str]]:
    """Which modules each module imports, sooner or later."""
    return {
        name: {
            target
            for node, _ in module.imports()
            for target in _targets(module, node, found)
            if target != name
        }
        for name, module in found.items()
    }


def _targets(
    module: Module, node: ast.Import | ast.ImportFrom, found: dict[str, Module]
) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (one.name for one in node.names if one.name in found)
        return
    base = node.module or ""
    if node.level:
        parts = module.name.split(".")
        kept = len(parts) - node.level + module.is_package
        base = ".".join([*parts[:kept], *([base] if base else [])])
    for one in node.names:
        # ``from package import module`` is an import of the module.
        target = f"{base}.{one.name}"
        target = target if target in found else base
        if target in found:
            yield target


def cycles(edges: dict[str, set[str]]) -> list[set[str]]:
    """Groups of modules that import each other, by Tarjan's strongly connected components."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[set[str]] = []

    def visit(name: str) -> None:
        number[name] = low[name] = len(number)
        stack.append(name)
        for other in edges[name]:
            if other not in number:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], number[other])
        if low[name] == number[name]:
            group = set()
            while name not in group:
                group.add(stack.pop())
            if len(group) > 1 or name in edges[name]:
                groups.append(group)

    for name in edges:
        if name not in number:
            visit(name)
    return groups
