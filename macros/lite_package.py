# The package xlmatrix as this script's own copy, for a Python without it: a zip archive as text,
# the stamp of the workbook that the script was built for, and what that calls its policy.
PACKAGE = "@package@"
STAMP = "@stamp@"
VERSION = "@version@"


def _unpack():
    import base64
    import hashlib
    import io
    import sys
    import tempfile
    import zipfile
    from pathlib import Path

    data = base64.b64decode(PACKAGE)
    mark = hashlib.sha256(data).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"xlmatrix-{mark}"
    if not folder.exists():
        part = Path(tempfile.mkdtemp(prefix="xlmatrix-"))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            archive.extractall(part)
        part.rename(folder)
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


_unpack()


def _start():
    import json

    from xlmatrix.addin.bridge import STATES
    from xlmatrix.sheets.stamp import read_stamp

    if STAMP:
        STATES.base = read_stamp([tuple(piece) for piece in json.loads(STAMP)], "this script")
        STATES.base_version = VERSION


_start()
