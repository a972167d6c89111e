"""Help that teaches, and starts at once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import xlmatrix
from xlmatrix.cli import app

COMMANDS = sorted(command.name or "" for command in app.registered_commands)
DOCS = Path(__file__).parents[2] / "docs"
SLOW = ("pandas", "openpyxl", "numpy", "pydantic", "holidays", "ruamel", "zoneinfo")


def test_every_verb_of_the_library_is_a_command() -> None:
    assert {"new", "build", "check", "templates", "deadline"} <= set(COMMANDS)
    # In Python they are spec_of, since it gives the spec of a workbook, and import_tickets, since
    # import is a word of the language.
    assert set(COMMANDS) <= set(xlmatrix.__all__) | {"addin", "spec", "import"}


@pytest.mark.parametrize("command", COMMANDS)
def test_help_ends_with_examples_that_begin_with_the_command(
    run: Callable[..., Any], command: str
) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    examples = result.stdout.partition("Examples:")[2]
    assert re.search(rf"^ *xlmatrix {command}\b", examples, re.M)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_each_of_its_options_stands_in_the_docs(
    run: Callable[..., Any], command: str
) -> None:
    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    assert f"## `xlmatrix {command}" in page
    section = page.partition(f"## `xlmatrix {command}")[2].partition("\n## ")[0]
    options = set(re.findall(r"--[a-z][a-z-]+", run(command, "--help").stdout.partition("Ex")[0]))
    missing = {o for o in options - {"--help"} if o not in section}
    assert not missing


def test_no_arguments_show_the_help(run: Callable[..., Any]) -> None:
    assert "Usage" in run().output


def test_the_version(run: Callable[..., Any]) -> None:
    assert run("--version").stdout == f"xlmatrix {xlmatrix.__version__}\n"


def test_help_imports_nothing_slow() -> None:
    program = (
        "import sys, json\n"
        "sys.argv = ['xlmatrix', '--help']\n"
        "from xlmatrix.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stderr.splitlines()[-1]))
    assert not loaded & set(SLOW)


def test_importing_the_package_imports_nothing_slow_and_still_offers_its_verbs() -> None:
    program = "import sys, xlmatrix; print(sorted(sys.modules)); print(xlmatrix.build.__name__)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    modules, verb = done.stdout.splitlines()
    assert not set(re.findall(r"'([^']+)'", modules)) & set(SLOW)
    assert verb == "build"
    with pytest.raises(AttributeError, match="bild"):
        xlmatrix.bild  # noqa: B018


def test_an_unknown_command_and_an_unknown_option_exit_2(run: Callable[..., Any]) -> None:
    assert run("bild").exit_code == 2
    assert run("build", "--nope").exit_code == 2
