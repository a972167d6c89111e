"""Writes ``docs/columns.md``, the columns of every table, from their declarations."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from xlmatrix import api
from xlmatrix.exchange.tools.plain import PLAIN, field_of
from xlmatrix.model import MatrixSpec
from xlmatrix.model.ladder import Team
from xlmatrix.model.oncall import Leave
from xlmatrix.rules.drills.waiting import FEWEST
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.style.titles import is_reserved
from xlmatrix.tables import results
from xlmatrix.tables.catalogue import TABLES
from xlmatrix.tables.column import Column, Origin
from xlmatrix.tables.table import Table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "columns.md"
_INTRO = """\
# Columns

What each column of each table holds. This page is made from the declarations by
`make columns`; a test holds it to them.

- **You** type in *typed* columns, and regenerating keeps what you typed. The sheet fills *filled*
  ones from the spec; type over one and it stays yours. *Computed* ones are formulas.
- A row is known by its **key** while rows move; where the place is the key, the order of the rows
  is what counts. Text is compared without case.
- A *stamp* is a date and time in the matrix's zone, from March 1900 to the year 2199. What a column
  does not understand is kept as typed, flagged beside, and takes part in nothing.
- A *choice* comes from the list behind the defined name in brackets.
"""
#: Recalculating, stamping and regenerating add these, on the sheets that they name.
_RESULTS = (
    results.RECALCULATED,
    results.AUDIT,
    results.PARITY,
    results.STAMPED,
    results.REGENERATED,
)
_ORIGINS = {Origin.TYPED: "typed", Origin.DERIVED: "filled", Origin.COMPUTED: "computed"}


def page() -> str:
    """The page as text."""
    homes = _homes()
    lines = [_INTRO]
    shown = ""
    for table in sorted(TABLES.values(), key=lambda one: homes[one.name][0]):
        title = homes[table.name][1]
        if title != shown:
            lines.append(f"## {title}\n")
            shown = title
        lines += _of_table(table)
    return "\n".join(lines).rstrip() + "\n"


def _homes() -> Mapping[str, tuple[int, str]]:
    """Table to the place and title of its sheet, in a workbook that has all but the results."""
    spec = api.template("enterprise").spec
    away = {"person": spec.people[0].name, "from": "2026-12-24", "to": "2026-12-31"}
    team = Team(id="team", name="Team", members=(spec.people[0].name,))
    spec = spec.model_copy(update={"leave": (Leave.model_validate(away),), "teams": (team,)})
    noon = datetime(2026, 11, 16, 12)
    book = plan_book(spec, _log(spec, noon), as_of=noon, created=noon)
    severities = {severity.id for severity in spec.severities}
    found: dict[str, tuple[int, str]] = {}
    for place, sheet in enumerate(book.sheets):
        for drawn in sheet.tables:
            for table in TABLES.values():
                if table.holds(drawn.name):
                    title = "The sheet of each severity" if sheet.name in severities else sheet.name
                    found.setdefault(table.name, (place, title))
    missing = sorted(set(TABLES) - set(found) - {table.name for table in _RESULTS})
    if missing:
        raise SystemExit(f"no sheet shows {', '.join(missing)}")
    for place, table in enumerate(_RESULTS, start=len(book.sheets)):
        found[table.name] = (place, table.about)
    return found


def _log(spec: MatrixSpec, now: datetime) -> IncidentLog:
    """As many incidents of the worst severity as the simulation asks for, and none of others."""
    worst = next(one for one in spec.classes if one.severity == spec.severities[0].id)
    opened = [now - timedelta(days=day) for day in range(1, FEWEST + 1)]
    done = [at + timedelta(minutes=3) for at in opened]
    texts = {"ID": [f"I-{day}" for day in range(FEWEST)], "Class": [worst.name] * FEWEST}
    return IncidentLog.of(texts, {"Opened": opened, "Acknowledged": done, "Contained": done})


def _of_table(table: Table) -> Iterator[str]:
    name = f"{table.name}1, {table.name}2, ..." if table.numbered else table.name
    yield f"### {name}\n"
    if table.about and not is_reserved(table.about) and not table.about.startswith("SEV-"):
        yield f"{table.about}.\n"
    yield f"{_key(table)} {_rows(table)}\n"
    yield "| Column | Origin | Holds | About |"
    yield "|---|---|---|---|"
    for column in (*table.columns, *table.repeated):
        if not column.hidden:
            yield _line(table, column, repeated=column in table.repeated)
    yield ""


def _key(table: Table) -> str:
    if table.by_place:
        return "Rows are known by their place."
    names = [table.header_of(known) for known in table.keys]
    return f"Key: {' and '.join(names)}."


def _rows(table: Table) -> str:
    if table.grows:
        return "People add rows."
    if table.offered:
        return "Rows follow the spec; what you typed stays."
    return "The program writes its rows." if table in _RESULTS else "Rows follow the spec."


def _line(table: Table, column: Column, *, repeated: bool) -> str:
    about = [column.note] if column.note else []
    if repeated:
        about.append(f"as many as there are {column.across.id}s" if column.across else "numbered")
    if column.was:
        about.append(f"before: {', '.join(column.was)}")
    if table.name == "tIncidents" and field_of(column.id) in PLAIN.fields and column.typed:
        about.append(f"imported as `{field_of(column.id)}`")
    cells = (column.header, _ORIGINS[column.origin], _holds(column), "; ".join(about))
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |".replace("|  |", "| |")


def _holds(column: Column) -> str:
    words = column.kind.vocabulary
    if words is None:
        return column.kind.id
    listed = (
        f" (`{words.source.text}`)" if column.typed and words.source and not words.between else ""
    )
    several = f", several with `{words.between.strip()}` between" if words.between else ""
    kind = "" if column.kind.id == "choice" else f"{column.kind.id}: "
    return f"{kind}{words.id}{listed}{several}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.relative_to(Path.cwd()) if PAGE.is_relative_to(Path.cwd()) else PAGE} is written")
