"""What is built must work where the checkout is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from xlmatrix import resources

ROOT = Path(__file__).resolve().parents[1]

ASK = """
import json, xlmatrix.resources as found
print(json.dumps([
    found.__file__,
    {name: found.template_text(name) for name in found.template_names()},
    {name: found.macro_text(name) for name in found.macro_names()},
    found.shared_text("frameworks.yaml"),
]))
"""


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(kind: str, source: Path, folder: Path) -> Path:
    run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", folder, cwd=source)
    (made,) = folder.iterdir()
    return made


@pytest.mark.slow
def test_an_installed_wheel_finds_the_same_templates_and_macros(tmp_path: Path) -> None:
    archive = build("sdist", ROOT, tmp_path / "sdist")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    wheel = build("wheel", source, tmp_path / "wheel")
    # Whoever builds it, where and when: the same bytes.
    for file in source.rglob("*"):
        os.utime(file, (1_000_000_000, 1_000_000_000))
    again = build("wheel", source, tmp_path / "again")
    here = build("wheel", ROOT, tmp_path / "here")
    assert wheel.read_bytes() == again.read_bytes() == here.read_bytes()
    installed = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    run(*pip, "--target", installed, wheel, cwd=tmp_path)
    said = run(sys.executable, "-c", ASK, cwd=tmp_path, PYTHONPATH=str(installed))
    place, templates, macros, codes = json.loads(said)
    assert Path(place).is_relative_to(installed)
    assert templates == {name: resources.template_text(name) for name in resources.template_names()}
    assert macros == {name: resources.macro_text(name) for name in resources.macro_names()}
    assert codes == resources.shared_text("frameworks.yaml")
    assert templates
    assert (installed / "xlmatrix" / "_macros").is_dir()
    assert (installed / "xlmatrix" / "py.typed").is_file()
