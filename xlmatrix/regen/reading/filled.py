"""A formula that a file writes once for many cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlmatrix.formula.render import column_letters

if TYPE_CHECKING:
    from openpyxl.formula.translate import Translator


class Filled:
    """A formula as it stands in one cell, and as it reads when it is filled into others.

    It is taken apart once, for the first of them.
    """

    def __init__(self, formula: str, origin: tuple[int, int]) -> None:
        self.formula, self.origin = formula, origin
        self._translator: Translator | None = None

    def at(self, target: tuple[int, int]) -> str:
        """The formula in the cell at (row, column).

        Raises
        ------
        ValueError
            For what is no formula.
        """
        from openpyxl.formula.tokenizer import TokenizerError
        from openpyxl.formula.translate import Translator, TranslatorError

        try:
            if self._translator is None:
                self._translator = Translator(f"={self.formula}", origin=_place(self.origin))
            return str(self._translator.translate_formula(_place(target)))[1:]
        except (TokenizerError, TranslatorError, LookupError, TypeError, ValueError) as fault:
            # What the library makes of half a reference is its own affair.
            raise ValueError(f"this is no formula: {self.formula[:80]}") from fault


def _place(spot: tuple[int, int]) -> str:
    return f"{column_letters(spot[1])}{spot[0]}"
