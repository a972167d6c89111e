"""Pictures of a real window: what a manager sees first, at 1366 x 768 and 100 %.

Usage: ``python -m tools.screens BOOK FOLDER --only "Start,Incidents"``

LibreOffice opens the workbook on a screen of its own (Xvfb), so frozen panes, arrows of filters and
colours of tabs are in the pictures. Debian, Ubuntu: ``apt-get install xvfb xdotool imagemagick``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.pictures import file_name, sheets

SIZE = (1366, 768)
_PATIENCE_S = 120
_SETTLED_S = 2.0


def main() -> int:
    """Read the arguments and take the pictures; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("book", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", required=True, help="sheets to show, by title, commas between")
    parser.add_argument("--display", type=int, default=91, help="number of the screen")
    options = parser.parse_args()
    wanted = [title.strip() for title in options.only.split(",")]
    try:
        for path in take(options.book, options.folder, wanted, display=options.display):
            print(path)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"screens: {error}", file=sys.stderr)
        return 1
    return 0


def take(book: Path, folder: Path, wanted: list[str], *, display: int = 91) -> Iterator[Path]:
    """A picture of the first screen of each of the sheets, in the order of the tabs.

    Raises
    ------
    FileNotFoundError
        For a program that is not installed.
    ValueError
        For a title that no visible sheet has, or where no window comes.
    """
    for program in ("soffice", "Xvfb", "xdotool", "import", "convert"):
        if shutil.which(program) is None:
            raise FileNotFoundError(f"{program} is not installed: see tools/screens.py")
    shown = [title for title, visible in sheets(book) if visible]
    if unknown := set(wanted) - set(shown):
        raise ValueError(f"no visible sheet is called {sorted(unknown)}")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="xlmatrix-screens-") as scratch:
        # A copy, so that no lock is left beside the workbook.
        copy = Path(shutil.copy(book, scratch))
        with _window(copy, Path(scratch), display) as screen:
            for title in shown[: max(map(shown.index, wanted)) + 1]:
                if title in wanted:
                    time.sleep(_SETTLED_S)
                    yield _picture(folder / f"{file_name(title)}.png", screen)
                _run(screen, "xdotool", "key", "ctrl+Next")


@contextmanager
def _window(book: Path, scratch: Path, display: int) -> Iterator[Mapping[str, str]]:
    """The environment of a screen on which LibreOffice has opened the workbook; ends both."""
    screen = os.environ | {"DISPLAY": f":{display}", "HOME": str(scratch)}
    size = "x".join(map(str, (*SIZE, 24)))
    server = subprocess.Popen(
        ["Xvfb", f":{display}", "-screen", "0", size], stderr=subprocess.DEVNULL
    )
    try:
        _seen(screen, "xdotool", "getdisplaygeometry")
        profile = (scratch / "profile").as_uri()
        switches = ["--norestore", "--nologo", "--nofirststartwizard", "--nolockcheck"]
        office = subprocess.Popen(
            ["soffice", f"-env:UserInstallation={profile}", *switches, str(book)],
            env=screen,
            start_new_session=True,
            stderr=subprocess.DEVNULL,
        )
        try:
            _settle(screen)
            yield screen
        finally:
            # The program that was started hands over to another of its group.
            os.killpg(office.pid, 9)
            office.wait()
    finally:
        server.terminate()
        server.wait()


def _settle(screen: Mapping[str, str]) -> None:
    """Wait for the window, and let it fill the screen."""
    search = ("xdotool", "search", "--onlyvisible", "--name", "LibreOffice Calc")
    window = _seen(screen, *search).splitlines()[0]
    time.sleep(3 * _SETTLED_S)
    _run(screen, "xdotool", "windowsize", window, *map(str, SIZE), "windowmove", window, "0", "0")
    time.sleep(_SETTLED_S)
    _run(screen, "xdotool", "key", "Escape")


def _seen(screen: Mapping[str, str], *command: str) -> str:
    """What a command says once it says anything."""
    until = time.monotonic() + _PATIENCE_S
    while not (said := _run(screen, *command)):
        if time.monotonic() > until:
            raise ValueError(f"nothing came of {' '.join(command)}")
        time.sleep(1)
    return said


def _picture(path: Path, screen: Mapping[str, str]) -> Path:
    _run(screen, "import", "-window", "root", str(path))
    # A window has few colours, and a gallery is loaded whole.
    subprocess.run(
        ["convert", str(path), "-strip", "+dither", "-colors", "256", f"png8:{path}"], check=True
    )
    return path


def _run(screen: Mapping[str, str], *command: str) -> str:
    done = subprocess.run(command, env=dict(screen), capture_output=True, text=True, check=False)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
