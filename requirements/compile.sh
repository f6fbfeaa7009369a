#!/bin/sh
# Compile the lock files anew: sh requirements/compile.sh [--upgrade]. Needs uv (pip install uv). No index address is recorded.
set -eu
cd "$(dirname -- "$0")"
lock() {
    name=$1
    shift
    uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet "$@" "$name.in" -o "$name.txt"
}
lock build "$@"
lock runtime --excludes excludes.in "$@"
lock dev "$@"
lock eval "$@"
lock servers "$@"
lock fuzz "$@"
