#!/bin/sh
# Install what is missing, then run Desktop Agent. Arguments are passed on: sh installer/run.sh do 'click "OK"'
# Without arguments: the tray, or, where there is no display, the demo on a virtual one.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/installer/setup.sh"

if [ $# = 0 ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    set -- demo
fi
packages="$packages_run"
case "${1:-}" in
    demo | bench | eval) packages="$packages_run $packages_demo" ;;
esac
# shellcheck disable=SC2086
install_packages $packages
install_environment run
exec "$venv/bin/desktop-agent" "$@"
