"""What a route into Excel adds to a workbook, as :func:`xlmatrix.api.build` takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlmatrix.sheets.plan import BookPlan


@dataclass(frozen=True, slots=True)
class Dress:
    """What a route into Excel adds: to the plan before it is written, to the package afterwards.

    A dressed workbook has the sheets that a recalculation writes.
    """

    extension: str
    plan: Callable[[BookPlan], BookPlan]
    pack: Callable[[bytes, BookPlan], bytes]


def macro_book(
    modules: Mapping[str, str] | None = None, *, settings: Mapping[str, object] | None = None
) -> Dress:
    """Desktop Excel: an ``.xlsm`` with macros, functions, ribbon and button.

    Parameters
    ----------
    modules
        Further VBA modules by name, which a user wrote.
    settings
        What a user typed on the settings sheet, by key.
    """
    from xlmatrix.routes.macros import with_conf, with_macros

    return Dress(
        ".xlsm",
        lambda book: with_conf(book, settings),
        lambda data, _: with_macros(data, modules),
    )


def lite_book(files: Mapping[str, str] | None = None) -> Dress:
    """Xlwings Lite: an ``.xlsx`` that carries the script, and ``files`` that a user added to it."""
    from xlmatrix.routes.lite import stamp_pieces, version_in, with_lite

    return Dress(
        ".xlsx",
        lambda book: book,
        lambda data, book: with_lite(data, stamp_pieces(book), files, version=version_in(book)),
    )
