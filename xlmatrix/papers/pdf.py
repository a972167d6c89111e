"""A document as PDF, by LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.papers.blocks import Document
from xlmatrix.papers.word import to_docx

_PROGRAMS: Final = ("soffice", "libreoffice")
_PATIENCE_S: Final = 180


def to_pdf(document: Document) -> bytes:
    """The bytes of a PDF, printed from the Word file.

    Raises
    ------
    XlmatrixError
        LibreOffice is not installed, or makes no PDF.
    """
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise XlmatrixError(
            "a PDF needs LibreOffice, which is not installed",
            where="PDF",
            mend="Install LibreOffice, or write .html or .docx and print that",
        )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "brief.docx").write_bytes(to_docx(document))
        profile = (folder / "profile").as_uri()
        command = [program, "--headless", f"-env:UserInstallation={profile}", "--convert-to",
                   "pdf", "--outdir", str(folder), str(folder / "brief.docx")]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=_PATIENCE_S, check=True)
            return (folder / "brief.pdf").read_bytes()
        except (subprocess.SubprocessError, OSError) as failed:
            raise XlmatrixError(
                "LibreOffice made no PDF",
                where="PDF",
                mend="Install LibreOffice Writer too, or write .docx and print that",
            ) from failed
