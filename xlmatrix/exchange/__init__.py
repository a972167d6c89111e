"""Reads the tickets that other tools export, and the CSVs of the logs beside them."""

from __future__ import annotations

from xlmatrix.exchange.imported import (
    Imported,
    imported_of,
    logs_of,
    read_incidents,
    tickets_of,
)
from xlmatrix.exchange.side_logs import LOGS, SideRows, read_side_log
from xlmatrix.exchange.tickets.dates import DateOrderError
from xlmatrix.exchange.tickets.reading import FileCounts, Tickets, read_tickets
from xlmatrix.exchange.tools.catalogue import NAMES as FORMATS

__all__ = [
    "FORMATS",
    "LOGS",
    "DateOrderError",
    "FileCounts",
    "Imported",
    "SideRows",
    "Tickets",
    "imported_of",
    "logs_of",
    "read_incidents",
    "read_side_log",
    "read_tickets",
    "tickets_of",
]
