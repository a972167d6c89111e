"""The state of a workbook that is no value: filters, what is hidden, passwords, links, properties.

Each kind has a module that reads it from the old workbook, compares it with what this release
writes, and gives what stays (:class:`~xlmatrix.regen.carrying.state.stay.Stay`) or says what
cannot. The finished package takes what stays, and is read back.
"""
