"""The table of moments and facts of incidents."""

from __future__ import annotations

from xlmatrix.formula import Expr, F, exact, if_, iferror, lit, name, this
from xlmatrix.rules.instants import is_stamp, seconds_of, utc_of
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.plan import Table
from xlmatrix.sheets.reporting.day_exprs import LATER_FROM
from xlmatrix.sheets.reporting.reports import Desk
from xlmatrix.sheets.reporting.typed import happened_words, text
from xlmatrix.sheets.reporting.values import excel
from xlmatrix.sheets.reporting.workdays import ANSWERS, SAYS
from xlmatrix.tables.column import hidden_step
from xlmatrix.tables.reporting import MOMENTS
from xlmatrix.tables.vocabulary import HAPPENED, ZONES_THERE


def moment_table(found: Desk, row: int, column: int) -> Table:
    """The table with its header at (``row``, ``column``)."""
    lines = found.told.lines
    meant = {known.casefold(): says for known, says in happened_words(found.scene).items()}
    there = iferror(_zone_number(), 1)
    key = if_(
        F.AND(iferror(this("Incident") & "").ne(""), iferror(this("What") & "").ne("")),
        iferror(this("Incident") & "|" & this("What")),
    )
    stamped = F.IF(is_stamp(this("When")), this("key").ne(""), lit(False))
    later = F.IF(stamped, LATER_FROM - utc_of(seconds_of(this("When")), this("there")), 0)
    filled: list[Filled] = [
        (MOMENTS["Line"], [line.name for line in lines]),
        *((one, [line.cells[one.id] for line in lines]) for one in MOMENTS.typed),
        (
            MOMENTS["Means"].by(iferror(F.INDEX(SAYS, _what()))),
            [meant.get(text(one.cells["What"]).casefold(), "") for one in lines],
        ),
        (hidden_step("told", _told()), [line.answer for line in lines]),
        (hidden_step("there", there), [line.zone_number for line in lines]),
        (hidden_step("key", key), [line.shown_key for line in lines]),
        (
            hidden_step("later", later, look="helper.seconds"),
            [0 if line.at is None else LATER_FROM - int(str(excel(line.at))) for line in lines],
        ),
    ]
    return laid_out(MOMENTS, row, column, filled, filtered=False)


def _told() -> Expr:
    """The answer of a line; "" for what is none of its fact's."""
    said, known = F.TRIM(this("Answer") & ""), iferror(F.INDEX(ANSWERS, _what()) & "")
    found = F.ISNUMBER(F.FIND("," & F.LOWER(said) & ",", known))
    return iferror(if_(F.OR(F.LEFT(known, 1).ne(","), found), said))


def _what() -> Expr:
    return F.MATCH(exact(this("What") & ""), name(HAPPENED.list_name), 0)


def _zone_number() -> Expr:
    return F.MATCH(exact(this("Zone") & ""), name(ZONES_THERE.list_name), 0)
