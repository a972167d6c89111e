"""What is installed, what is shipped, and what it is made of."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.sbom import bill, licences, pins

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ROOT / "locks"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
ASKED = {
    "run.txt": PROJECT["dependencies"],
    "dev.txt": [*PROJECT["dependencies"], *EXTRAS["dev"], *EXTRAS["server-test"]],
    "lowest.txt": PROJECT["dependencies"],
}
#: Licences that let anybody use, change and pass on; whoever adds another one looks at it first.
FREE = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "PSF-2.0",
    "Zlib",
}  # fmt: skip


@pytest.mark.parametrize("lock", ASKED)
def test_a_lock_holds_what_the_project_asks_for(lock: str) -> None:
    """After a change of dependencies: make lock."""
    found = pins(LOCKS / lock)
    for text in ASKED[lock]:
        wanted = Requirement(text)
        name = canonicalize_name(wanted.name)
        versions = [pin.version for pin in found if canonicalize_name(pin.name) == name]
        assert versions, f"{text} is not in {lock}: make lock"
        assert all(wanted.specifier.contains(one) for one in versions), f"{text}: make lock"


@pytest.mark.parametrize("lock", ASKED)
def test_a_lock_has_a_hash_for_every_package_and_names_no_index(lock: str) -> None:
    text = (LOCKS / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z])", text.partition("make lock\n")[2].strip())
    assert len(entries) == len(pins(LOCKS / lock))
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)
    assert not re.search(r"://|--index-url|--find-links", text)


def test_the_bill_lists_every_package_of_the_lock_and_is_the_same_twice() -> None:
    found = pins(LOCKS / "run.txt")
    told = bill(found)
    assert told == bill(found)
    assert [one["purl"] for one in told["components"]] == [pin.purl for pin in found]
    refs = {one["bom-ref"] for one in told["components"]}
    for link in told["dependencies"]:
        assert set(link["dependsOn"]) <= refs
    (own,) = (link for link in told["dependencies"] if link["ref"].startswith("pkg:pypi/xlmatrix@"))
    direct = {canonicalize_name(Requirement(text).name) for text in PROJECT["dependencies"]}
    assert {ref.removeprefix("pkg:pypi/").partition("@")[0] for ref in own["dependsOn"]} == direct


def test_everything_that_is_shipped_with_may_be_passed_on() -> None:
    found = pins(LOCKS / "run.txt")
    versions = {(canonicalize_name(pin.name), pin.version) for pin in found}
    for text in PROJECT["dependencies"]:
        name = canonicalize_name(Requirement(text).name)
        if (name, version(name)) not in versions:
            pytest.skip(f"the {name} of the lock is not the one that is installed")
    told = bill(found)
    for one in told["components"]:
        # What is for another system alone is not here to be asked.
        if "licenses" not in one:
            assert "sys_platform" in one["properties"][0]["value"], one["name"]
            continue
        (said,) = one["licenses"]
        text = said.get("expression") or next(iter(said["license"].values()))
        assert set(re.split(r" (?:AND|OR) ", text)) <= FREE, f"{one['name']}: {text}"
    assert "| numpy |" in licences(told)


def test_the_command_writes_both_files(tmp_path: Path) -> None:
    files = tmp_path / "out" / "bom.json", tmp_path / "out" / "licences.md"
    subprocess.run([sys.executable, ROOT / "tools" / "sbom.py", *files], check=True, cwd=tmp_path)
    assert json.loads(files[0].read_text(encoding="utf-8"))["bomFormat"] == "CycloneDX"
