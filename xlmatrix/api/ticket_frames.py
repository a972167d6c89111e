"""The tickets of exports as data frames, whatever tool they come from."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xlmatrix.api.importing import Mapped, mappings_of, tickets_within
from xlmatrix.api.sources import Spec, read_source
from xlmatrix.exchange import Tickets, tickets_of

if TYPE_CHECKING:
    import pandas as pd


def read_incidents(
    given: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | pd.DataFrame | Any,
    spec: Spec | None = None,
    *,
    mapping: Mapped | None = None,
    format: str | None = None,  # noqa: A002
    zone: str | None = None,
) -> pd.DataFrame:
    """The incidents of an export, one row each, under the columns of one documented schema.

    Parameters
    ----------
    given
        The path of an export, or several of one tool (a list and its histories): CSV, TSV, JSON,
        JSON lines, XLSX, Parquet, or a zip of those; a data frame; anything with the Arrow stream
        interface; or tickets that were read before, of which nothing more is asked.
    spec
        The matrix whose severities, classes and ``import`` section say what words mean: a spec, the
        path of its YAML or of a workbook in use, or a shipped template's name. Without one the
        columns of severities and classes stay empty, and the tool's words stand beside them.
    mapping
        What the words of the tools mean, by tool: a file, or mappings as it has them. Of a tool
        that it has, what the spec says is not used.
    format
        A tool or one of its forms; None tells by the content.
    zone
        The zone of stamps that name none and are not in UTC; None takes the spec's, else UTC.

    Returns
    -------
    pandas.DataFrame
        The columns and dtypes of :class:`~xlmatrix.exchange.tickets.schema.Ticket`, in its order:
        stamps are ``datetime64[s, UTC]``, missing ones NaT, missing texts ``""``. Tickets that
        count for nothing are among them, with the reason in ``not_counted``.

    Raises
    ------
    XlmatrixError
        The file, the spec or the mapping cannot be read, the file is of no form that is known, or
        nothing decides the order of its dates.
    FindingsError
        Not one of its rows can be used.

    See Also
    --------
    read_tickets : the same with pauses, changes, reopenings, and what became of every row.
    """
    return read_tickets(given, spec, mapping=mapping, format=format, zone=zone).incidents


def read_tickets(
    given: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | pd.DataFrame | Any,
    spec: Spec | None = None,
    *,
    mapping: Mapped | None = None,
    format: str | None = None,  # noqa: A002
    zone: str | None = None,
) -> Tickets:
    """The tickets of an export: incidents, the logs beside them, findings and counts.

    Parameters and errors are those of :func:`read_incidents`.
    """
    known = None if spec is None else read_source(spec)[1]
    mappings = None if mapping is None else mappings_of(mapping, known)
    return tickets_of(tickets_within(given), known, mapping=mappings, format=format, zone=zone)
