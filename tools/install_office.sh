#!/usr/bin/env bash
# Sees to LibreOffice Calc and Writer, the fonts that give true column widths, and pdftoppm.
set -euo pipefail

missing=()

# The part of LibreOffice with that library: Calc is libsclo, Writer libswlo.
has_part() {
    local office
    office=$(command -v soffice) || return 1
    [ -e "$(dirname "$(readlink -f "$office")")/$1.so" ] && return 0
    # Elsewhere than on Debian the library lies in another place: a working soffice is enough.
    ! command -v dpkg >/dev/null 2>&1
}

has_font() {
    command -v fc-list >/dev/null 2>&1 && fc-list : family | grep -qi "$1"
}

has_part libsclo || missing+=(libreoffice-calc)
# The brief becomes a PDF through Writer.
has_part libswlo || missing+=(libreoffice-writer)
has_font carlito || missing+=(fonts-crosextra-carlito)
has_font "liberation sans" || missing+=(fonts-liberation)
command -v fc-list >/dev/null 2>&1 || missing+=(fontconfig)
command -v pdftoppm >/dev/null 2>&1 || missing+=(poppler-utils)

# Tests edit workbooks through LibreOffice's own API.
/usr/bin/python3 -c 'import uno' >/dev/null 2>&1 || missing+=(python3-uno)

[ ${#missing[@]} -eq 0 ] && exit 0

give_up() {
    echo "$1" >&2
    echo "Please install: ${missing[*]}" >&2
    echo "(Debian, Ubuntu: apt-get install --no-install-recommends ${missing[*]})," >&2
    echo "then run make again. XLMATRIX_ALLOW_MISSING=1 skips the tests that need them." >&2
    [ "${XLMATRIX_ALLOW_MISSING:-}" = 1 ] && exit 0
    exit 1
}

command -v apt-get >/dev/null 2>&1 || give_up "The tests need LibreOffice, and there is no apt-get here."
if [ "$(id -u)" -eq 0 ]; then
    as_root=()
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
else
    give_up "The tests need LibreOffice, and this user may not install packages."
fi

echo "Installing ${missing[*]} ..."
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q </dev/null || give_up "apt-get could not update its lists."
"${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}" </dev/null ||
    give_up "apt-get could not install them."
