"""Where things are and who can get in: one answer on every sheet, in Python and in two programs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import openpyxl
import pytest

from tests.matrices import few_spare_rows
from tests.model.small import SMALL
from tests.office.compare import assert_confirmed_by_ironcalc, compare
from tests.office.libre import recomputed
from tests.office.package import formula_cells
from xlmatrix import api
from xlmatrix.model import Access, loads
from xlmatrix.model.secrets import looks_secret
from xlmatrix.sheets.access import TO_FILL
from xlmatrix.tables.access import NOT_SHOWN, SECRET
from xlmatrix.tables.flags import MARK

pytestmark = pytest.mark.office

_KEY: Final = "abcDEFghi0123456789"
#: Where it is, who has access, and whether that looks like a password or a token: by the rules as
#: docs/templates.md has them. All are invented.
CASES: Final = (
    # A word for a secret, and a sign after which the secret itself stands.
    ("The vault", "password: hunter2", True),
    ("The vault", "Password = hunter2", True),
    ("Bridge, API key : abc", None, True),
    ("https://meet.example.com/j/1?pwd=abc", None, True),
    (None, "Passwort: geheim", True),
    ("The password is in the vault", "Token holders: see RB-7", False),
    # A word, and no sign behind it: nothing is given away.
    ("Password manager, folder Incidents", "Whoever holds a token", False),
    # How keys of services begin, at the start of a word and long enough (20 signs).
    (f"sk-{_KEY}", None, True),
    (f"Key ({'ghp_' + _KEY})", None, True),
    ("eyJ" + _KEY, "Security", True),
    ("sk-short", None, False),
    ("help desk-abcdefghijklmnopqrstu", None, False),
    # An address with a name and a password before its host; a mail address is none.
    ("https://ops:hunter2@status.example.com/admin", None, True),
    ("https://status.example.com/@ops:admin", None, False),
    ("https://status.example.com", "ops@example.com", False),
    # An address that lets in whoever has it.
    ("https://hooks.slack.com/services/T0/B0/x", None, True),
    # A cell that is one long word of letters and digits; names of flags and channels have signs.
    ("abcdef0123456789abcdef01", None, True),
    (" 0123456789abcdefABCDEF ", None, True),
    ("012345678901234567890123", None, False),
    ("abcdefghijklmnopqrstuvwxyz", None, False),
    ("agents.writes.enabled.v2.everywhere", None, False),
    ("#inc-2026-11-13-voice-bot", "incident-commander-2026-rota", False),
    ("550e8400-e29b-41d4-a716-446655440000", None, False),
    # An error value that somebody pasted as text is none.
    ("#N/A", "Security", False),
    # Nothing yet.
    (None, None, False),
)  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small matrix with a row a case."""
    rows = tuple(
        Access(name=f"Thing {number}", where=where, who=who)
        for number, (where, who, _) in enumerate(CASES)
    )
    spec = loads(SMALL).spec.model_copy(update={"access": rows})
    path = tmp_path_factory.mktemp("access") / "book.xlsx"
    with pytest.MonkeyPatch.context() as patch:
        few_spare_rows(patch)
        api.build(spec, as_of=datetime(2026, 11, 16, 12), output=path)
    return path


@pytest.mark.parametrize(("where", "who", "expected"), CASES, ids=range(len(CASES)))
def test_what_looks_like_a_password_is_told_by_its_text(
    where: str | None, who: str | None, expected: bool
) -> None:
    assert looks_secret(["Thing", where or "", who or ""]) == expected


def test_the_sheet_flags_the_same_and_no_other_sheet_repeats_it(book: Path) -> None:
    workbook = openpyxl.load_workbook(book, data_only=True)
    access, worst = workbook["Access"], workbook["SEV-1"]
    top = next(r for r in range(1, 200) if worst.cell(r, 2).value == "Thing")
    for number, (where, who, expected) in enumerate(CASES):
        cells = [access.cell(6 + number, column).value for column in (2, 5)]
        said = f"{MARK}Where is an error value" if where == "#N/A" else None
        assert cells == [f"Thing {number}", f"{MARK}{SECRET}" if expected else said], where
        shown = [worst.cell(top + 1 + number, column).value for column in (2, 3, 7)]
        seen = TO_FILL if where in (None, "#N/A") else where
        told = [NOT_SHOWN] * 2 if expected else [seen, who or TO_FILL]
        assert shown == [f"Thing {number}", *told]


def test_two_programs_confirm_every_cell_of_both(book: Path) -> None:
    cells = {at: cell for at, cell in formula_cells(book).items() if at[0] in ("Access", "SEV-1")}
    assert len(cells) > 10 * len(CASES)
    assert compare(cells, recomputed(book)) == []
    assert_confirmed_by_ironcalc(book, cells)
