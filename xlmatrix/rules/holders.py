"""Who holds a role as the sheet Owners names people, whatever the hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlmatrix.formula import BLANK, Expr, F, col, if_, place_among_texts
from xlmatrix.model.models import MatrixSpec
from xlmatrix.tables.people import ROLES


@dataclass(frozen=True, slots=True)
class Holders:
    """Role names to (primary, backup), "" for nobody; looked up without case, as Excel does."""

    by_role: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, spec: MatrixSpec) -> Holders:
        """The holders of a spec's roles."""
        named = [role for role in reversed(spec.roles) if role.name]
        return cls({r.name.casefold(): (r.primary, r.backup or "") for r in named})

    def primary(self, role: str) -> str:
        """Who holds a role; the backup where the primary's cell is empty."""
        primary, backup = self.by_role.get(role.casefold(), ("", ""))
        return primary or backup

    def backup(self, role: str) -> str:
        """Who takes over."""
        return self.by_role.get(role.casefold(), ("", ""))[1]


def stands_expr(column: str, row: Expr | int) -> Expr:
    """Who stands in a row of tRoles; empty text for nobody, and for an error value."""
    return F.IFERROR(F.INDEX(col(ROLES.name, column), row) & "", BLANK)


def holder_expr(role: Expr, column: str) -> Expr:
    """The person in a column of tRoles for a role's name; empty text for none."""
    return stands_expr(column, place_among_texts(role, col(ROLES.name, "Role")))


def primary_expr(role: Expr) -> Expr:
    """Who holds a role; the backup where the primary's cell is empty."""
    primary = holder_expr(role, "Primary")
    return if_(primary.filled(), primary, holder_expr(role, "Backup"))
