#!/usr/bin/env bash
# Writes locks/: exact versions of everything that is installed, with the hashes of their files. They
# hold for every system and for Python 3.11 and newer, and name no index: where packages come from
# is a setting of the machine that installs them.
set -euo pipefail
cd "$(dirname "$0")/.."

uv=${UV:-.tools/uv/bin/uv}
if [ ! -x "$uv" ]; then
    "$(tools/find_python.sh)" -m venv .tools/uv
    .tools/uv/bin/pip install -q uv
fi

lock() { # FILE OPTION...
    local file=$1
    shift
    "$uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --no-annotate --no-emit-index-url --no-emit-find-links \
        --custom-compile-command "make lock" "$@" --output-file "$file"
}

mkdir -p locks
# UPGRADE=1 takes the newest versions; else those that the locks have stay.
upgrade=()
[ -z "${UPGRADE:-}" ] || upgrade=(--upgrade)
lock locks/run.txt "${upgrade[@]}"
lock locks/dev.txt --extra dev --extra server-test "${upgrade[@]}"
# The oldest that pyproject.toml promises to work with, for make compat.
rm -f locks/lowest.txt
lock locks/lowest.txt --resolution lowest-direct
