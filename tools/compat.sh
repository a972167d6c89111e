#!/usr/bin/env bash
# Runs the quick tests on one Python with one set of versions: locks/lowest.txt, or the newest.
#   tools/compat.sh python3.12 newest [TESTS...]
# Prints what was run; its environments are in .tools/compat/, or where COMPAT says.
set -euo pipefail
cd "$(dirname "$0")/.."

python=$1 versions=$2
shift 2
tests=("$@")
[ ${#tests[@]} -gt 0 ] || tests=(tests)
name=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
folder=${COMPAT:-.tools/compat}/$name-$versions
bin=$folder/bin

"$python" -m venv --clear "$folder"
"$bin/pip" install -q --upgrade pip
case $versions in
lowest) "$bin/pip" install -q --require-hashes -r locks/lowest.txt ;;
newest) "$bin/pip" install -q . ;;
locked) "$bin/pip" install -q --require-hashes -r locks/run.txt ;;
*) echo "the versions are lowest, locked or newest" >&2 && exit 2 ;;
esac
# What the tests need comes on top and changes none of these.
"$bin/pip" freeze --exclude xlmatrix >"$folder/versions.txt"
"$bin/pip" install -q -c "$folder/versions.txt" editables hatchling httpx hypothesis ironcalc lxml oletools \
    pytest pytest-xdist XlsxWriter
"$bin/pip" uninstall -q -y xlmatrix
"$bin/pip" install -q --no-deps --no-build-isolation -e .
"$bin/python" -m pytest -q -p no:cacheprovider -n "${WORKERS:-2}" \
    -m "not slow and not office and not validator and not noncommercial" "${tests[@]}"
echo "passed on Python $name with the $versions versions: ${tests[*]}"
