#!/usr/bin/env bash
# Sees to Chromium, node, and the packages that tools/web/package.json names, in .tools/web.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
target=$(dirname "$here")/.tools/web

give_up() {
    echo "$1" >&2
    echo "The tests of the server and Lite routes need Chromium, Node.js and npm (Debian, Ubuntu:" >&2
    echo "apt-get install chromium nodejs npm), then run make again." >&2
    echo "XLMATRIX_ALLOW_MISSING=1 skips the tests that need them." >&2
    [ "${XLMATRIX_ALLOW_MISSING:-}" = 1 ] && exit 0
    exit 1
}

missing=()
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
    command -v google-chrome >/dev/null 2>&1 || missing+=(chromium)
command -v node >/dev/null 2>&1 || missing+=(nodejs)
command -v npm >/dev/null 2>&1 || missing+=(npm)

if [ ${#missing[@]} -gt 0 ]; then
    command -v apt-get >/dev/null 2>&1 || give_up "There is no apt-get here."
    if [ "$(id -u)" -eq 0 ]; then
        as_root=()
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root=(sudo -n)
    else
        give_up "This user may not install packages."
    fi
    echo "Installing ${missing[*]} ..."
    export DEBIAN_FRONTEND=noninteractive
    "${as_root[@]}" apt-get update -q </dev/null || give_up "apt-get could not update its lists."
    "${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}" </dev/null ||
        give_up "apt-get could not install them."
fi

mkdir -p "$target"
if [ -d "$target/node_modules/pyodide" ] && [ -d "$target/node_modules/playwright-core" ] &&
    cmp -s "$here/web/package.json" "$target/package.json"; then
    exit 0
fi
cp "$here/web/package.json" "$target/package.json"
(cd "$target" && npm install --no-package-lock --ignore-scripts --no-audit --no-fund </dev/null) ||
    give_up "npm could not install its packages."
