"""What is said of an import: what was taken for what, what was not understood, and the counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from xlmatrix.errors import Finding, Level, listed, plural
from xlmatrix.exchange.tickets.assembling import Assembler
from xlmatrix.exchange.tickets.columns import numbered
from xlmatrix.exchange.tickets.meanings import How, Meanings, Word
from xlmatrix.exchange.tickets.misnamed import misnamed
from xlmatrix.exchange.tickets.notes import rows_said
from xlmatrix.exchange.tickets.raw import TableReader
from xlmatrix.exchange.tickets.stories import History
from xlmatrix.model.importing import LEAVE
from xlmatrix.worktime import NEVER

if TYPE_CHECKING:
    import pandas as pd

    from xlmatrix.exchange.tickets.reading import FileCounts

_NOTHING = "Nothing to do"
#: Words of which there is nothing to say: decided, or as the matrix itself has them.
_SETTLED = (How.MAPPED, How.NAMED, How.LEFT)
_IN_LOG = ("ticket is in the log and counts", "tickets are in the log and count")


def say(
    made: Assembler,
    meanings: Meanings,
    files: Sequence[FileCounts],
    *,
    alone: bool,
    incidents: pd.DataFrame,
    histories: Mapping[int, History],
) -> tuple[Finding, ...]:
    """All findings of an import, those of rows first."""
    _check_order(made)
    _count_states(made, meanings)
    findings: list[Finding] = []
    for reader, counts in zip(made.readers, files, strict=True):
        of_form = sum(one.read for one in files if one.form == counts.form)
        _about_file(reader, counts, of_form, ended=_has_last_page(made, reader))
        findings += reader.notes.findings()
    findings += _words(meanings)
    findings += misnamed(made.readers)
    findings += _cannot(made, histories)
    findings += _nearly(made, told=bool(histories) and not alone)
    findings += _not_counted(made)
    findings += _without_severity(made, incidents)
    findings += [_counts(counts) for counts in files]
    return tuple(findings)


def _has_last_page(made: Assembler, reader: TableReader) -> bool:
    layouts = [one.layout for one in made.readers if one.layout.form is reader.layout.form]
    return any(not layout.tabled.more for layout in layouts)


def _check_order(made: Assembler) -> None:
    opened = made.found.stamps["opened"]
    for name in ("acknowledged", "responded", "contained", "mitigated", "resolved"):
        column = made.found.stamps[name]
        for row in np.flatnonzero((column < opened) & (column != NEVER)):
            made.readers[made.found.table[row]].notes.at(
                int(made.found.lines[row]),
                "import-order",
                f"{name} lies before opened; the incident is kept as it is",
                "Correct one of the two times",
            )


def _count_states(made: Assembler, meanings: Meanings) -> None:
    found, names = made.found, [one.layout.tabled.name for one in made.readers]
    state, reason, group = (found.texts[name] for name in ("state", "reason", "state_group"))
    which, first = numbered(state, reason, group)
    rows = np.bincount(which, minlength=len(first))
    meanings.count_states(
        (state[row], reason[row], group[row], int(found.lines[row]), names[found.table[row]],
         int(count))
        for row, count in zip(first.tolist(), rows, strict=True)
    )  # fmt: skip


def _about_file(reader: TableReader, counts: FileCounts, of_form: int, *, ended: bool) -> None:
    notes, tabled = reader.notes, reader.layout.tabled
    if tabled.encoding == "cp1252":
        notes.about_file(
            "import-encoding",
            "the file is not UTF-8 and was read as Windows-1252",
            "Check names with accents; export as UTF-8 if they look wrong",
        )
    # Where no total is told, the page that is the last one of the form ends them.
    if tabled.more and not 0 < tabled.total <= of_form and not (ended and not tabled.total):
        notes.about_file(
            "import-pages",
            f"the file says that there are more tickets: {tabled.more}",
            "Export the other pages too, and name all files in one call",
            level=Level.WARNING,
        )
    if unread := reader.layout.unread:
        notes.about_file(
            "import-columns",
            f"these columns are not read: {listed((one.strip()[:40] for one in unread), ', ', 12)}",
            "Nothing to do unless one is misspelt",
        )
    if reader.bare:
        notes.about_file(
            "import-date-only",
            f"{plural(reader.bare, 'stamp is a date', 'stamps are dates')} without a time; 00:00 "
            "is taken",
            "Add the times if they matter",
        )
    for offset, rows in reader.reader.offsets.items():
        notes.about_file(
            "import-zone",
            f"{offset} is read as RFC 5322 has it ({plural(rows, 'stamp')})",
            "Write offsets such as +02:00 where another zone is meant",
        )
    if default := reader.layout.form.by_default:
        mend = "Export it with names, or map the ids that mean something else"
        notes.about_file("import-state", default, mend)
    for name in reader.layout.form.utc & set(reader.layout.called):
        notes.about_file(
            "import-zone",
            f"stamps of '{reader.layout.called[name]}' are read in UTC, whatever the others are",
            "Correct them in the log where they are in another zone",
        )
    if reader.reader.naive:
        notes.about_file(
            "import-zone",
            f"stamps without an offset are read in {counts.zone} "
            f"({plural(reader.reader.naive, 'stamp')})",
            f"Set zone under import.{reader.layout.form.tool} where they are in another",
        )


def _words(meanings: Meanings) -> list[Finding]:
    tool = meanings.form.tool
    mapped = any(said != LEAVE for said in meanings.mapping.priority.values())
    findings = []
    for word, found in meanings.words["priority"].items():
        if word and found.rows and meanings.spec is not None and found.how not in _SETTLED:
            findings.append(_priority(word, found, tool, mapped=mapped))
    for word, found in meanings.words["category"].items():
        if found.rows and found.how in (How.DEFAULT, How.UNKNOWN):
            findings.append(_category(word, found, tool))
    for word, found in meanings.words["state"].items():
        if found.rows and found.how is How.UNKNOWN:
            what = (
                f"nobody knows what the state '{word[:80]}' is: its clocks are told by its stamps"
            )
            mend = f"Say under import.{tool}.state whether it is open, waiting, resolved, ..."
            findings.append(_about(Level.WARNING, "import-state", what, mend, word, found))
    return findings


def _priority(word: str, found: Word, tool: str, *, mapped: bool) -> Finding:
    mend = f"Add it under import.{tool}.priority in the spec"
    if found.how is How.UNKNOWN:
        instead = found.meaning or "the severity of the class"
        what = f"priority '{word[:80]}' says no severity; {instead} is taken"
        return _about(Level.WARNING, "import-priority", what, mend, word, found)
    what = f"priority '{word[:80]}' is not mapped; {found.meaning} is taken"
    level = Level.WARNING if mapped else Level.NOTE
    return _about(level, "import-priority", what, mend, word, found)


def _category(word: str, found: Word, tool: str) -> Finding:
    said = f"category '{word[:80]}' is not mapped" if word else "there is no category"
    then = f"class '{found.meaning}' is taken" if found.meaning else "the class stays empty"
    mend = f"Add it under import.{tool}.category in the spec, or correct it"
    return _about(Level.NOTE, "import-category", f"{said}; {then}", mend, word, found)


def _about(level: Level, code: str, what: str, mend: str, word: str, found: Word) -> Finding:
    return Finding(
        level, code, f"{what} ({rows_said(found.rows)})", f"{found.file}:{found.line}", mend,
        rows=found.rows, about=word[:80],
    )  # fmt: skip


def _cannot(made: Assembler, histories: Mapping[int, History]) -> list[Finding]:
    """What the form can never tell, and what only histories do, of the tickets without one."""
    told = sum(one.speaks_of_states for one in histories.values())
    bare = len(made.found.lines) - told
    of = f" ({plural(bare, 'ticket has', 'tickets have')} no history)" if told else ""
    return [
        Finding(
            Level.NOTE, "import-unknown", f"{form.title} does not tell {what}", name,
            "Type it where it is known; a target without it is in no share",
        )
        for form, name in ((one.layout.form, one.layout.tabled.name) for one in made.readers)
        for what in (*form.unknown, *(f"{one}{of}" for one in form.alone if bare))
    ]  # fmt: skip


def _nearly(made: Assembler, *, told: bool) -> list[Finding]:
    """What the form tells only nearly; ``told`` where histories stand beside a list."""
    findings = []
    said: set[tuple[str, str]] = set()
    for reader in made.readers:
        form = reader.layout.form
        for name, what in form.approximate.items():
            known = name not in made.found.stamps or (made.found.stamps[name] != NEVER).any()
            if not known or (name, what) in said:
                continue
            said.add((name, what))
            findings.append(
                Finding(
                    Level.NOTE, "import-approximate", f"{name} is only nearly known: {what}",
                    reader.layout.tabled.name, "Overwrite it where the true time is known",
                )
            )  # fmt: skip
    by_state = not any(name == "acknowledged" for name, _ in said)
    if told and by_state and (np.asarray(made.found.origin["acknowledged"]) == 3).any():
        findings.append(
            Finding(
                Level.NOTE, "import-acknowledged",
                "Acknowledged is the first time that a ticket left its first state",
                made.readers[0].layout.tabled.name,
                "Nothing to do; overwrite it where the true time is known",
            )
        )  # fmt: skip
    return findings


def _without_severity(made: Assembler, incidents: pd.DataFrame) -> list[Finding]:
    """Tickets of which neither a severity nor a class says what was promised."""
    if made.meanings.spec is None:
        return []
    bare = (incidents["severity"] == "") & (incidents["class"] == "")
    bare &= incidents["not_counted"] == ""
    rows = np.flatnonzero(bare)
    if not len(rows):
        return []
    shown = listed((incidents["id"].iloc[row][:40] for row in rows), ", ", 3)
    row, tool = incidents.iloc[rows[0]], made.meanings.form.tool
    say = plural(len(rows), "ticket says", "tickets say")
    return [
        Finding(
            Level.WARNING,
            "import-priority",
            f"{say} neither severity nor class, such as {shown}: no clock runs for them",
            f"{row['file']}:{row['line']}",
            f"Set default_severity or default_class under import.{tool}, or name the columns",
            rows=len(rows),
        )
    ]


def _not_counted(made: Assembler) -> list[Finding]:
    reasons: dict[str, list[str]] = {}
    whys = made.reasons()
    for row in np.flatnonzero(whys != "").tolist():
        reasons.setdefault(whys[row], []).append(made.found.texts["id"][row])
    return [
        Finding(
            Level.NOTE,
            "import-not-counted",
            f"{plural(len(ids), *_IN_LOG)} for nothing: "
            f"{why.lower()} "
            f"(such as {listed((one[:40] for one in ids), ', ', 3)})",
            made.readers[0].layout.tabled.name,
            "Say under state or reason of the import what counts after all",
            rows=len(ids),
            about=why,
        )
        for why, ids in reasons.items()
    ]


def _counts(counts: FileCounts) -> Finding:
    parts = [
        (counts.incidents, "incident", "incidents"),
        (counts.superseded, "earlier state of them", "earlier states of them"),
        (counts.not_counted, "not counted", "not counted"),
        (counts.entries, "entry of histories", "entries of histories"),
        (counts.refused, "not used", "not used"),
        (counts.blank, "blank", "blank"),
    ]
    always = ("not used", "blank")
    said = [plural(*one) for one in parts if one[0] or (one[1] in always and not counts.entries)]
    return Finding(
        Level.NOTE,
        "import-counts",
        f"{plural(counts.read, 'row')} read as {counts.form}: {', '.join(said)}",
        counts.name,
        _NOTHING if not counts.refused else "See the rows listed as not used",
    )
