"""One module a sheet: from the spec to plain :class:`~xlmatrix.sheets.plan.SheetPlan` data."""
