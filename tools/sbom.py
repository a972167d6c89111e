"""Writes what a release brings along: a bill of materials (CycloneDX 1.6) and the licences.

Its packages are those of ``locks/run.txt``, which hold for every system; what is said of them comes
from the metadata of the installed ones. Two runs give equal bytes.

    python tools/sbom.py build/sbom.cdx.json build/licences.md
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "locks" / "run.txt"
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?:\s*;\s*(?P<marker>[^\\]+))?")
_CLASSIFIER = "License :: OSI Approved :: "
#: SPDX names of what packages call their licences in other words.
_SPDX = {
    "MIT License": "MIT",
    "The MIT License (MIT)": "MIT",
    "BSD License": "BSD-3-Clause",
    "BSD 3-clause": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache-2.0": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "PSFL": "PSF-2.0",
    "ISC License (ISCL)": "ISC",
}


@dataclass(frozen=True, slots=True)
class Pin:
    """One package of a lock; ``marker`` says where it is installed, empty for everywhere."""

    name: str
    version: str
    marker: str = ""

    @property
    def purl(self) -> str:
        """Its address as other tools know it."""
        return f"pkg:pypi/{canonicalize_name(self.name)}@{self.version}"


def pins(lock: Path) -> list[Pin]:
    """The packages of a lock, in its order."""
    found = (_PIN.match(line) for line in lock.read_text(encoding="utf-8").splitlines())
    return [Pin(m["name"], m["version"], (m["marker"] or "").strip()) for m in found if m]


def licence(known: Distribution) -> str:
    """The licence in SPDX's words where the package says it, else in its own; empty where not."""
    told = known.metadata
    if "License-Expression" in told:
        return told["License-Expression"]
    (written,) = told.get_all("License") or [""]
    classified: list[str] = [
        text.removeprefix(_CLASSIFIER)
        for text in told.get_all("Classifier") or ()
        if text.startswith(_CLASSIFIER)
    ]
    named = [text for text in (*classified, written) if text in _SPDX]
    if named:
        return _SPDX[named[0]]
    return (classified or [written.split("\n")[0].strip()])[0]


def components(found: list[Pin]) -> Iterator[dict[str, Any]]:
    """Every package as CycloneDX has it; one that is for other systems has no licence here."""
    for pin in found:
        entry: dict[str, Any] = {
            "type": "library",
            "bom-ref": pin.purl,
            "name": pin.name,
            "version": pin.version,
            "purl": pin.purl,
        }
        known = _installed(pin)
        if known is not None and (said := licence(known)):
            simple = re.fullmatch(r"[A-Za-z0-9.+-]+", said)
            compound = " AND " in said or " OR " in said
            entry["licenses"] = (
                [{"expression": said}]
                if compound
                else [{"license": {"id": said} if simple else {"name": said}}]
            )
        if pin.marker:
            entry["scope"] = "optional"
            entry["properties"] = [{"name": "python:marker", "value": pin.marker}]
        yield entry


def _installed(pin: Pin) -> Distribution | None:
    try:
        return distribution(pin.name)
    except PackageNotFoundError:
        return None


def needs(known: Distribution, among: list[Pin]) -> list[str]:
    """What a package needs of the others, by their addresses."""
    wanted = (Requirement(text) for text in known.requires or ())
    names = {
        canonicalize_name(one.name) for one in wanted if one.marker is None or _holds(one.marker)
    }
    return sorted(pin.purl for pin in among if canonicalize_name(pin.name) in names)


def _holds(marker: Marker) -> bool:
    return bool(marker.evaluate({"extra": ""}))


def bill(found: list[Pin]) -> dict[str, Any]:
    """The whole bill."""
    own = distribution("xlmatrix")
    root = Pin("xlmatrix", own.version)
    listed = list(components(found))
    linked = [{"ref": root.purl, "dependsOn": needs(own, found)}]
    for pin in found:
        known = _installed(pin)
        if known is not None:
            linked.append({"ref": pin.purl, "dependsOn": needs(known, found)})
    content = json.dumps([root.purl, listed, linked], sort_keys=True)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, content)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root.purl,
                "name": root.name,
                "version": root.version,
                "purl": root.purl,
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": listed,
        "dependencies": linked,
    }


def licences(told: dict[str, Any]) -> str:
    """The licences as a page to read."""
    own = told["metadata"]["component"]
    lines = [
        f"# Licences of what xlmatrix {own['version']} uses",
        "",
        "xlmatrix itself is under the MIT licence. Workbooks with macros hold xlwings' own module"
        " `xlwings.bas` (BSD-3-Clause). None of xlwings' `pro` part is used without a key.",
        "",
        "| package | version | licence | where |",
        "|---|---|---|---|",
    ]
    for entry in told["components"]:
        (said,) = entry.get("licenses") or [{"license": {"name": "see the package"}}]
        named = said.get("expression") or next(iter(said["license"].values()))
        where = entry.get("properties", [{"value": "everywhere"}])[0]["value"]
        lines.append(f"| {entry['name']} | {entry['version']} | {named} | {where} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write both files."""
    bom, page = (Path(name) for name in sys.argv[1:3])
    told = bill(pins(LOCK))
    for path, text in ((bom, json.dumps(told, indent=2) + "\n"), (page, licences(told))):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
