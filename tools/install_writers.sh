#!/usr/bin/env bash
# Sees to node and to the programs that tools/writers/package-lock.json pins, in .tools/writers: they
# open and save workbooks as other people's tools do. For tests alone, never shipped.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
target=$(dirname "$here")/.tools/writers

give_up() {
    echo "$1" >&2
    echo "The tests of workbooks saved by other programs need Node.js and npm (Debian, Ubuntu:" >&2
    echo "apt-get install nodejs npm), then run make again." >&2
    echo "XLMATRIX_ALLOW_MISSING=1 skips the tests that need them." >&2
    [ "${XLMATRIX_ALLOW_MISSING:-}" = 1 ] && exit 0
    exit 1
}

# `make web` comes first and installs both where it may.
for program in node npm; do
    command -v "$program" >/dev/null 2>&1 || give_up "There is no $program here."
done

mkdir -p "$target"
if [ -d "$target/node_modules/exceljs" ] && [ -d "$target/node_modules/xlsx" ] &&
    cmp -s "$here/writers/package-lock.json" "$target/package-lock.json"; then
    exit 0
fi
cp "$here/writers/package.json" "$here/writers/package-lock.json" "$target/"
(cd "$target" && npm ci --ignore-scripts --no-audit --no-fund </dev/null) ||
    give_up "npm could not install its packages."
