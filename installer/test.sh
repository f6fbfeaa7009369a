#!/bin/sh
# Install what is missing, then run every check: sh installer/test.sh [--full] [pytest arguments]
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/installer/setup.sh"
cd "$root"

marker="not full"
if [ "${1:-}" = --full ]; then
    marker=""
    shift
fi
# shellcheck disable=SC2086
install_packages $packages_run $packages_demo $packages_test
install_environment test
[ "$marker" ] || install_servers

step() {
    say "$*"
    "$@"
}
PATH="$venv/bin:$PATH"
export PATH
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS XAUTHORITY 2>/dev/null || true
step ruff check .
step ruff format --check .
step mypy
step lint-imports
step python -m pytest -m "$marker" -n 2 --dist loadfile "$@"
