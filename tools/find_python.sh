#!/usr/bin/env bash
# Prints the first Python that is new enough and can make a virtual environment.
set -euo pipefail

for candidate in python3.11 python3.12 python3.13 python3.14 python3 python; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
            >/dev/null 2>&1; then
        command -v "$candidate"
        exit 0
    fi
done
echo "xlmatrix needs Python 3.11 or newer with its venv module, and found none." >&2
echo "Install it (Debian, Ubuntu: apt-get install python3 python3-venv), then run make again." >&2
exit 1
