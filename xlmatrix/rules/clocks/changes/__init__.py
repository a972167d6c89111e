"""What a change of severity does to a running clock: one module a policy.

A policy gives its name and label, its formulas and the twin of them, see
:class:`~xlmatrix.rules.clocks.changes.change.ChangePolicy`. A new one is a module here, a place in
:data:`~xlmatrix.rules.clocks.changes.policies.POLICIES`, and its name with what the plain engine
does in :mod:`xlmatrix.worktime.severity`.
"""
