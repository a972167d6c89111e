"""What the add-in reads beside the open workbook: its file's stamp."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError

_STAMP_PART: Final = "customXml/item1.xml"


def stamp_of(fullname: str) -> str:
    """The spec text in a workbook's file; empty where there is no file or no stamp in it.

    A workbook that OneDrive or SharePoint holds has an address instead of a path, and is then
    read from its hidden sheet alone.
    """
    if not fullname or "://" in fullname:
        return ""
    from defusedxml.ElementTree import fromstring

    try:
        with zipfile.ZipFile(Path(fullname)) as archive:
            root = fromstring(archive.read(_STAMP_PART))
    except (OSError, KeyError, zipfile.BadZipFile, ParseError):
        return ""
    return root.text or "" if root.tag == "{urn:xlmatrix:stamp}stamp" else ""
