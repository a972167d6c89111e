"""The law of time: which edition of IANA's zone data is used, and zones from it.

A machine has its own edition, and the package ``tzdata`` brings another. ``zoneinfo`` takes the
machine's wherever it knows the zone, however old it is: with data of 2025 every clock of Vancouver
is an hour wrong after 2026-11-01. Here the newer of the two is used, and every zone of xlmatrix
comes from here.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: Files in which an edition says its number, in whatever words: Linux, macOS, others.
_SAYING: Final = ("tzdata.zi", "+VERSION", "version")
_EDITION: Final = re.compile(r"\b(20\d\d[a-z]{1,2})\b")
_KEY: Final = re.compile(r"[A-Za-z0-9_+\-]+(?:/[A-Za-z0-9_+\-]+)*")
_MAGIC: Final = b"TZif"


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of the zone data.

    Attributes
    ----------
    number
        As IANA counts them, such as ``2026f``; empty where the data do not say.
    place
        The folder, or ``tzdata`` for the package.
    """

    number: str
    place: str

    def __str__(self) -> str:
        """As a sentence names it."""
        return f"IANA {self.number}" if self.number else "an edition without a number"


@dataclass(frozen=True, slots=True)
class Editions:
    """What there is on this machine; either may be missing.

    An edition without a number counts as older than any that has one.
    """

    system: Edition | None
    package: Edition | None

    @property
    def used(self) -> Edition:
        """The newer one: where both are the same, the system's."""
        if self._packaged:
            assert self.package is not None
            return self.package
        return self.system or Edition("", "nowhere")

    @property
    def passed_over(self) -> Edition | None:
        """The machine's own edition, where the package's is newer."""
        return self.system if self._packaged else None

    @property
    def _packaged(self) -> bool:
        if self.package is None or self.system is None:
            return self.system is None and self.package is not None
        # 2025z is followed by 2025za, so that text sorts as time does.
        return self.package.number > self.system.number


class _Zone(ZoneInfo):
    """A zone of the package's edition; unlike others read from a file it can be copied."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return zone_info, (self.key,)


def editions() -> Editions:
    """What there is in the folders of ``zoneinfo.TZPATH`` and in the package ``tzdata``."""
    return _editions(tuple(zoneinfo.TZPATH))


def zone_info(key: str) -> ZoneInfo:
    """A zone by its IANA name, from the newer edition; the same object for the same name.

    Raises
    ------
    ZoneInfoNotFoundError, ValueError, OSError, TypeError
        As ``ZoneInfo`` does: unknown, malformed or absolute, a folder, not a string.
    """
    return _zone(key, tuple(zoneinfo.TZPATH))


def system_zone_info(key: str) -> ZoneInfo | None:
    """A zone as the machine's own, older edition has it; None where it is not passed over."""
    if editions().passed_over is None:
        return None
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=8)
def _editions(folders: Sequence[str]) -> Editions:
    places = (Path(folder) for folder in folders)
    system = next((place for place in places if place.is_dir() and any(place.iterdir())), None)
    package = _package()
    return Editions(
        None if system is None else Edition(_number(system), str(system)),
        None if package is None else Edition(_number(package), "tzdata"),
    )


def _package() -> Traversable | None:
    try:
        folder = resources.files("tzdata") / "zoneinfo"
    except ModuleNotFoundError:
        return None
    return folder if folder.is_dir() else None


def _number(folder: Traversable) -> str:
    for name in _SAYING:
        try:
            with (folder / name).open("r", encoding="utf-8", errors="replace") as file:
                found = _EDITION.search(file.readline())
        except OSError:
            continue
        if found:
            return found[1]
    return ""


@lru_cache(maxsize=256)
def _zone(key: str, folders: Sequence[str]) -> ZoneInfo:
    editions_, package = _editions(folders), _package()
    if editions_.passed_over is not None and package is not None and _KEY.fullmatch(key):
        file = package.joinpath(*key.split("/"))
        if file.is_file():
            with file.open("rb") as data:
                if data.read(len(_MAGIC)) == _MAGIC:
                    data.seek(0)
                    return _Zone.from_file(data, key=key)
    return ZoneInfo(key)
