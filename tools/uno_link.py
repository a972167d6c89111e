"""Talks with a running LibreOffice; for scripts that the Python with UNO runs."""

from __future__ import annotations

import time
from typing import Any

import uno
from com.sun.star.beans import PropertyValue


def prop(name: str, value: object) -> Any:
    """A property as UNO takes it."""
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def connect(pipe: str) -> Any:
    """LibreOffice's desktop once it answers at a pipe."""
    return service(context_of(pipe), "com.sun.star.frame.Desktop")


def service(context: Any, name: str) -> Any:
    """A service of a running LibreOffice."""
    return context.ServiceManager.createInstanceWithContext(name, context)


def context_of(pipe: str) -> Any:
    """What LibreOffice's services are made in, once it answers at a pipe."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    for _ in range(300):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # noqa: BLE001 - uno raises its own kinds while the office starts
            time.sleep(0.2)
    raise SystemExit("LibreOffice does not answer")
