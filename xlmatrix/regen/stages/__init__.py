"""The three-way update as stages: each makes one frozen value out of those before it.

The used workbook is understood by the reader. What it says is translated into the new spec's words
and stands on the new ground (:mod:`~xlmatrix.regen.stages.ground`); offers are merged with it, the
sheets drawn, typed cells laid over them, additions carried over, all of it reported and stamped.
"""
