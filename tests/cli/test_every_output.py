"""Every command that writes × every way to name its output: no typed value and no input is lost."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import typer
from typer.testing import CliRunner

from tests.regen.packages import by_openpyxl
from tests.regen.small import few_sheets
from xlmatrix import api
from xlmatrix.cli import app
from xlmatrix.model import loads
from xlmatrix.regen import read_book
from xlmatrix.resources import template_text
from xlmatrix.tables.drills import DRILLS
from xlmatrix.tables.incidents import INCIDENTS

AS_OF = "2026-11-16 10:30"
#: What is played at the terminal: the end, and no answers.
KEYS = "q\n"
#: The standard template with a budget.
SPEC = template_text("standard").replace("guides: [", "guides: [audit, ")


@dataclass(frozen=True)
class Command:
    """A command as it is typed: ``{}`` is its output, ``reads`` a file of the scene."""

    line: str
    ending: str
    reads: str = "spec.yaml"
    force: str = "--overwrite"

    def words(self, output: Path, *more: str) -> list[str]:
        return [*self.line.format(output).split(), *more]

    @property
    def writes_workbooks(self) -> bool:
        return self.ending == ".xlsx"


#: Every output option, by the command's words and the parameter's name.
OUTPUTS = {
    "build output": Command(f"build spec.yaml --as-of {AS_OF.replace(' ', 'T')} -o {{}}", ".xlsx"),
    "import output": Command(
        "import tickets.csv --spec spec.yaml --yes -o {}", ".csv", "tickets.csv"
    ),
    "new output": Command("new -y -o {}", ".yaml", "", "--force"),
    "regenerate output": Command("regenerate used.xlsx -o {}", ".xlsx", "used.xlsx"),
    "merge output": Command("merge used.xlsx copy.xlsx -o {}", ".xlsx", "used.xlsx"),
    "update output": Command("update used.xlsx newer.csv -o {}", ".xlsx", "used.xlsx"),
    "recalc output": Command("recalc used.xlsx -o {}", ".xlsx", "used.xlsx"),
    "stamp output": Command("stamp used.xlsx I-1 acknowledged -o {}", ".xlsx", "used.xlsx"),
    "spec output": Command("spec used.xlsx -o {}", ".yaml", "used.xlsx"),
    "brief output": Command("brief spec.yaml -o {}", ".html"),
    "budget output": Command("budget used.xlsx --spend spend.csv -o {}", ".xlsx", "used.xlsx"),
    "checklist output": Command("checklist used.xlsx -o {}", ".csv", "used.xlsx"),
    "drill card output": Command("drill card 1 used.xlsx -o {}", ".md", "used.xlsx"),
    "drill report output": Command("drill report 2 used.xlsx -o {}", ".docx", "used.xlsx"),
    "drill ics output": Command("drill ics used.xlsx -o {}", ".ics", "used.xlsx"),
    "notices ics": Command("notices used.xlsx I-1 --ics {}", ".ics", "used.xlsx"),
    "drill run output": Command(
        "drill run 1 used.xlsx --no-questions --speed 60000 -o {}", ".xlsx", "used.xlsx"
    ),
    "drill run record": Command(
        "drill run 1 used.xlsx --no-questions --speed 60000 --record {}", ".json", "used.xlsx"
    ),
    "addin xlam output": Command("addin xlam -o {}", ".xlam", "", "--force"),
    "addin lite output": Command("addin lite -o {}", ".py", "", "--force"),
}
#: The project of a server is a folder, which has tests of its own below.
FOLDERS = {"addin server folder"}
#: Parameters that name a file to be read.
INPUTS = {
    "build spec", "build incidents", "build pauses", "build changes", "build reopened",
    "build notices", "build moments", "build mapping", "update mapping", "explain mapping",
    "message mapping", "notices mapping",
    "import spec", "import mapping",
    "brief source", "budget spend", "check spec", "checklist source", "drill report book",
    "drill score book", "explain book", "explain incidents", "merge copies", "message book",
    "message incidents", "notices book", "notices incidents",
    "notices rows", "notices moments", "prove source", "recalc book",
    "regenerate book", "spec book", "stamp book", "update book", "update export",
}  # fmt: skip
#: Commands that print, and `addin install`, which chooses its own place (tests/addin).
WITHOUT_OUTPUT = {
    "addin install", "addin status", "check", "deadline", "diff", "drill plan", "drill score",
    "drill simulate", "explain", "message", "prove", "templates",
}  # fmt: skip


def commands(group: typer.Typer, words: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command of the application: its words, and the function behind it."""
    for one in group.registered_commands:
        assert one.callback is not None
        name = one.name or one.callback.__name__
        yield " ".join((*words, name)), one.callback
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from commands(inner.typer_instance, (*words, str(inner.name)))


def names_a_file(hint: Any) -> bool:
    """Whether a parameter of that type is a path, or may be one."""
    return hint is Path or any(names_a_file(inner) for inner in get_args(hint))


def test_every_parameter_that_names_a_file_is_known_as_input_or_output() -> None:
    found = {
        f"{words} {name}"
        for words, function in commands(app)
        for name, hint in get_type_hints(function, include_extras=True).items()
        if names_a_file(hint)
    }
    assert found - INPUTS == OUTPUTS.keys() | FOLDERS
    assert found >= INPUTS


def test_every_command_is_one_that_writes_or_one_that_does_not() -> None:
    writing = {words.rpartition(" ")[0] for words in OUTPUTS.keys() | FOLDERS}
    assert {words for words, _ in commands(app)} - writing == WITHOUT_OUTPUT


@pytest.fixture(scope="module")
def made() -> Iterator[bytes]:
    """A workbook as it was made."""
    with pytest.MonkeyPatch.context() as patch:
        few_sheets(patch)
        yield api.build(loads(SPEC, "standard"), as_of=AS_OF).data


@pytest.fixture(scope="module")
def used(made: bytes) -> bytes:
    """The same after somebody typed an incident, and the start of a drill."""

    def type_in(book: Any) -> None:
        sheet = book["Incidents"]
        header = sheet[sheet.tables["tIncidents"].ref.split(":")[0]]
        sheet.cell(header.row + 1, header.column, "I-1")
        opened = header.column + INCIDENTS.ids.index("Opened")
        sheet.cell(header.row + 1, opened, datetime(2026, 11, 16, 9, 52))
        held = book["Drill results"]
        header = held[held.tables["tDrills"].ref.split(":")[0]]
        detected = header.column + DRILLS.ids.index("Detected")
        held.cell(header.row + 2, detected, datetime(2026, 11, 16, 9, 0))

    return by_openpyxl(made, type_in)


@pytest.fixture
def scene(tmp_path: Path, used: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with what commands read."""
    monkeypatch.chdir(tmp_path)
    few_sheets(monkeypatch)
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    (tmp_path / "spend.csv").write_text("hour,amount\n2026-11-16 09:00,5\n", encoding="utf-8")
    (tmp_path / "tickets.csv").write_text(
        "id,opened,severity,class\nI-8,2026-11-16T09:00Z,SEV-1,REL-01\n", encoding="utf-8"
    )
    (tmp_path / "newer.csv").write_text("id,opened\nI-9,2026-11-16 09:00\n", encoding="utf-8")
    (tmp_path / "used.xlsx").write_bytes(used)
    (tmp_path / "copy.xlsx").write_bytes(used)
    return tmp_path


def run(words: list[str], keys: str = "") -> Any:
    return CliRunner().invoke(app, words, input=keys, env={"COLUMNS": "500"})


def contents(folder: Path) -> dict[str, bytes | str]:
    """What stands in a folder, links and pipes by what they are."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            found[str(path)] = path.read_bytes()
        else:
            found[str(path)] = str(path.readlink()) if stat.S_ISLNK(mode) else oct(mode)
    return found


Way = Callable[[Path, Command], Path]
WAYS: dict[str, Way] = {}
#: Those that speak of an input.
OF_INPUTS = {
    "the input", "a symbolic link to the input", "a link to a link to the input",
    "a hard link to the input", "the input in other letters", "the input by a way round",
    "a file in a file",
}  # fmt: skip


def way(function: Way) -> Way:
    WAYS[function.__name__.replace("_", " ")] = function
    return function


@way
def the_input(folder: Path, command: Command) -> Path:
    return folder / command.reads


@way
def a_symbolic_link_to_the_input(folder: Path, command: Command) -> Path:
    path = folder / f"link{command.ending}"
    path.symlink_to(command.reads)
    return path


@way
def a_link_to_a_link_to_the_input(folder: Path, command: Command) -> Path:
    a_symbolic_link_to_the_input(folder, command)
    path = folder / f"second{command.ending}"
    path.symlink_to(f"link{command.ending}")
    return path


@way
def a_hard_link_to_the_input(folder: Path, command: Command) -> Path:
    path = folder / f"hard{command.ending}"
    os.link(folder / command.reads, path)
    return path


@way
def the_input_in_other_letters(folder: Path, command: Command) -> Path:
    return folder / command.reads.upper()


@way
def the_input_by_a_way_round(folder: Path, command: Command) -> Path:
    (folder / "in").mkdir()
    return folder / "in" / ".." / command.reads


@way
def an_ending_of_another_kind(folder: Path, command: Command) -> Path:
    return folder / "out.bmp"


@way
def no_ending(folder: Path, command: Command) -> Path:
    return folder / "out"


@way
def a_folder(folder: Path, command: Command) -> Path:
    (folder / f"folder{command.ending}").mkdir()
    return folder / f"folder{command.ending}"


@way
def a_file_in_no_folder(folder: Path, command: Command) -> Path:
    return folder / "none" / f"out{command.ending}"


@way
def a_file_in_a_file(folder: Path, command: Command) -> Path:
    return folder / command.reads / f"out{command.ending}"


@way
def links_in_a_circle(folder: Path, command: Command) -> Path:
    (folder / f"a{command.ending}").symlink_to(f"b{command.ending}")
    (folder / f"b{command.ending}").symlink_to(f"a{command.ending}")
    return folder / f"a{command.ending}"


@way
def a_link_into_no_folder(folder: Path, command: Command) -> Path:
    (folder / f"a{command.ending}").symlink_to(f"none/b{command.ending}")
    return folder / f"a{command.ending}"


@way
def a_pipe(folder: Path, command: Command) -> Path:
    os.mkfifo(folder / f"pipe{command.ending}")
    return folder / f"pipe{command.ending}"


@way
def a_name_that_is_too_long(folder: Path, command: Command) -> Path:
    return folder / ("x" * 300 + command.ending)


@way
def a_file_that_is_open_elsewhere(folder: Path, command: Command) -> Path:
    (folder / f"~$out{command.ending}").touch()
    return folder / f"out{command.ending}"


#: Ways that a user may insist on.
INSISTED: dict[str, Way] = {}


def insisted(function: Way) -> Way:
    INSISTED[function.__name__.replace("_", " ")] = function
    return way(function)


@insisted
def a_file_that_somebody_wrote(folder: Path, command: Command) -> Path:
    path = folder / f"typed{command.ending}"
    path.write_text("typed by hand", encoding="utf-8")
    return path


@insisted
def a_used_workbook(folder: Path, command: Command) -> Path:
    # Under whatever name: a workbook may have been renamed.
    path = folder / f"other{command.ending}"
    path.write_bytes((folder / "used.xlsx").read_bytes() + b"\0")
    return path


@insisted
def a_link_to_a_used_workbook(folder: Path, command: Command) -> Path:
    real = a_used_workbook(folder, command)
    path = folder / f"link{command.ending}"
    path.symlink_to(real.name)
    return path


def pairs(ways: Iterable[str]) -> list[tuple[str, str]]:
    """Every command with every way that says something about it."""
    return [
        (name, named)
        for name, command in OUTPUTS.items()
        for named in ways
        if command.reads or named not in OF_INPUTS
        # Other letters of another ending are another ending.
        if command.writes_workbooks or named != "the input in other letters"
    ]


NAMED = pytest.mark.parametrize("name", OUTPUTS)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "named"), pairs(WAYS))
def test_an_output_that_would_do_harm_is_refused_and_everything_stays(
    scene: Path, name: str, named: str
) -> None:
    command = OUTPUTS[name]
    path = WAYS[named](scene, command)
    before = contents(scene)
    said = run(command.words(path))
    assert said.exit_code == 2, said.output
    assert "fault in xlmatrix" not in said.output
    assert "DRILL" not in said.output, "a drill was played that has no place to go"
    assert contents(scene) == before


@pytest.mark.slow
@pytest.mark.parametrize(("name", "named"), pairs(known for known in WAYS if known not in INSISTED))
def test_nobody_can_insist_on_an_output_that_cannot_be(scene: Path, name: str, named: str) -> None:
    command = OUTPUTS[name]
    path = WAYS[named](scene, command)
    before = contents(scene)
    said = run(command.words(path, command.force))
    assert said.exit_code == 2, said.output
    assert "fault in xlmatrix" not in said.output
    assert contents(scene) == before


@pytest.mark.slow
@NAMED
def test_what_a_user_insists_on_replacing_stays_as_a_backup(scene: Path, name: str) -> None:
    command = OUTPUTS[name]
    path = a_link_to_a_used_workbook(scene, command)
    old = path.read_bytes()
    said = run(command.words(path, command.force), KEYS)
    assert said.exit_code in (0, 1), said.output
    assert path.is_symlink()
    assert path.read_bytes() != old
    backup = scene / f"link.backup-1{command.ending}"
    assert backup.read_bytes() == old
    assert backup.name in said.output


@pytest.mark.parametrize(
    "name", [name for name, command in OUTPUTS.items() if command.force == "--overwrite"]
)
def test_whoever_wants_no_file_replaced_gets_none_replaced(
    scene: Path, made: bytes, name: str
) -> None:
    command = OUTPUTS[name]
    path = scene / f"old{command.ending}"
    path.write_bytes(made)
    before = contents(scene)
    assert run(command.words(path, "--no-overwrite")).exit_code == 2
    assert contents(scene) == before


def test_a_second_build_replaces_a_workbook_in_which_nobody_typed(scene: Path, made: bytes) -> None:
    (scene / "spec.xlsx").write_bytes(made)
    said = run(["build", "spec.yaml", "--as-of", "2026-11-17 10:30"])
    assert said.exit_code == 0, said.output
    assert (scene / "spec.xlsx").read_bytes() != made
    assert not list(scene.glob("*backup*"))


def test_a_calendar_of_ours_is_replaced_by_the_next_one(scene: Path) -> None:
    line = "drill ics spec.yaml -o drills.ics"
    assert run(line.split()).exit_code == 0
    text = (scene / "spec.yaml").read_text(encoding="utf-8")
    (scene / "spec.yaml").write_text(text.replace("title:", "title: Other", 1), encoding="utf-8")
    assert run(line.split()).exit_code == 0
    assert not list(scene.glob("*backup*"))


def test_a_second_build_says_how_to_go_on_with_a_used_workbook(scene: Path, used: bytes) -> None:
    (scene / "spec.xlsx").write_bytes(used)
    said = run(["build", "spec.yaml"])
    assert said.exit_code == 2
    assert "people typed in this workbook since it was made" in said.stderr
    assert "Use regenerate, or --overwrite, which keeps a backup" in said.stderr
    assert (scene / "spec.xlsx").read_bytes() == used


@pytest.mark.parametrize("option", ["--incidents", "--pauses", "--changes", "--reopened"])
def test_a_build_never_replaces_the_rows_that_it_reads(scene: Path, option: str) -> None:
    rows = scene / "rows.xlsx"
    rows.write_text("id,opened,title,class\n", encoding="utf-8")
    said = run(["build", "spec.yaml", option, "rows.xlsx", "-o", "rows.xlsx", "--overwrite"])
    assert said.exit_code == 2
    assert "this run reads" in said.stderr
    assert rows.read_text(encoding="utf-8") == "id,opened,title,class\n"


def test_the_new_spec_of_a_regeneration_is_an_input(scene: Path) -> None:
    (scene / "new.xlsx").symlink_to("spec.yaml")
    before = contents(scene)
    line = "regenerate used.xlsx -t spec.yaml -o new.xlsx --overwrite"
    assert run(line.split()).exit_code == 2
    assert contents(scene) == before


def test_a_record_that_cannot_be_written_after_all_is_printed(scene: Path) -> None:
    def held(*_: object, **__: object) -> dict[str, int]:
        (scene / "~$used.xlsx").touch()
        return {"Drill": 1}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xlmatrix.cli.drill_run.play", held)
        said = run(OUTPUTS["drill run output"].line.split()[:-2])
    assert said.exit_code == 2
    assert '"record": "Drill 1"' in said.stdout


@pytest.mark.slow
def test_what_others_save_while_a_drill_is_played_is_in_the_workbook(
    scene: Path, used: bytes
) -> None:
    def saved(*_: object, **__: object) -> dict[str, int]:
        def type_more(book: Any) -> None:
            sheet = book["Incidents"]
            header = sheet[sheet.tables["tIncidents"].ref.split(":")[0]]
            sheet.cell(header.row + 2, header.column, "I-2")

        (scene / "used.xlsx").write_bytes(by_openpyxl(used, type_more))
        return {"Drill": 1}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xlmatrix.cli.drill_run.play", saved)
        said = run(OUTPUTS["drill run output"].line.split()[:-2])
    assert said.exit_code == 0, said.output
    assert read_book(scene / "used.xlsx").log.texts["ID"] == ["I-1", "I-2"]


def test_a_server_project_leaves_what_people_wrote(scene: Path) -> None:
    assert run(["addin", "server", "project"]).exit_code == 0
    script = scene / "project" / "custom_scripts" / "scripts.py"
    script.write_text("mine", encoding="utf-8")
    assert run(["addin", "server", "project"]).exit_code == 2
    assert script.read_text(encoding="utf-8") == "mine"
    assert run(["addin", "server", "project", "--force"]).exit_code == 0
    assert script.with_name("scripts.backup-1.py").read_text(encoding="utf-8") == "mine"
    # The rest is as it was written, and of it there is no second copy.
    assert len(list((scene / "project").rglob("*backup*"))) == 1
    assert run(["addin", "server", "spec.yaml"]).exit_code == 2
