#!/usr/bin/env bash
# Sees to what `make engines` needs beside LibreOffice: BetterOffice in .venv, and the packages that
# tools/engines/package.json names in .tools/engines. HyperFormula is GPL: for tests alone, never shipped.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
target=$root/.tools/engines

"$root/.venv/bin/python" -m pip install -q -e "$root[engines]"

for program in node npm; do
    command -v "$program" >/dev/null 2>&1 || {
        echo "make engines needs Node.js and npm (Debian, Ubuntu: apt-get install nodejs npm)." >&2
        exit 1
    }
done

mkdir -p "$target"
if [ -d "$target/node_modules/hyperformula" ] &&
    cmp -s "$here/engines/package.json" "$target/package.json"; then
    exit 0
fi
cp "$here/engines/package.json" "$target/package.json"
(cd "$target" && npm install --no-package-lock --ignore-scripts --no-audit --no-fund </dev/null)
