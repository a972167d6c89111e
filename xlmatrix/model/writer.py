"""A spec as YAML text again."""

from __future__ import annotations

import io

from ruamel.yaml import YAML

from xlmatrix.model.models import MatrixSpec


def dump(spec: MatrixSpec) -> str:
    """The spec as YAML that ``loads`` reads back to an equal one; defaults are left out."""
    values = {"xlmatrix": spec.xlmatrix} | spec.model_dump(
        mode="json", by_alias=True, exclude_defaults=True
    )
    for level in values["severities"]:
        # A ladder left out is not an empty one.
        level.setdefault("ladder", [])
    writer = YAML(typ="rt", pure=True)
    writer.default_flow_style = False
    writer.width = 100
    writer.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    writer.dump(values, out)
    return out.getvalue()
