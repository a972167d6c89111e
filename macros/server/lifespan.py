"""Lets nobody start this project past its guard; the server loads this file before it answers."""

import os
from contextlib import asynccontextmanager

from xlmatrix.addin import guard

if os.environ.get(guard.STARTED) != str(os.getpid()):
    raise RuntimeError(
        "This project is started by `python run.py`, which asks for a login and bounds what it "
        "reads; `xlwings-server run` would do neither."
    )


@asynccontextmanager
async def lifespan(app):
    yield
