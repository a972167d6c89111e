"""The ways into Excel, as :func:`xlmatrix.api.build` takes them."""

from __future__ import annotations

from xlmatrix.addin.lite import stamp_pieces, with_lite
from xlmatrix.addin.macros import with_conf, with_macros
from xlmatrix.api import Dress


def macro_book() -> Dress:
    """Desktop Excel: an ``.xlsm`` with macros, functions, ribbon and button."""
    return Dress(".xlsm", with_conf, lambda data, _: with_macros(data))


def lite_book() -> Dress:
    """Xlwings Lite: an ``.xlsx`` that carries the script."""
    return Dress(".xlsx", lambda book: book, lambda data, book: with_lite(data, stamp_pieces(book)))
