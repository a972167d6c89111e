"""No garbage is looked for while many objects come into being of which none is garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Within this, Python looks for no cycles.

    A plan is a quarter of a million objects without cycles, a table of tickets has millions of
    texts: looking for garbage all the same takes a fifth of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
