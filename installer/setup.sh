# Sourced by run.sh and test.sh: brings the machine and the virtual environment to the state that the lock files name.
# Expects $root. Sets $venv.

venv="$root/.venv"

# What the program needs; what the demo and the tests need besides.
packages_run="python3 python3-venv python3-tk python3-dev g++ libseccomp2 at-spi2-core dbus libegl1 libgl1 libfontconfig1 libdbus-1-3
libglib2.0-0 libgomp1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0
libxcb-shape0 libxcb-xinerama0"
packages_demo="xvfb openbox trayer mousepad galculator fonts-dejavu-core fonts-noto-cjk"
packages_test="xterm chromium chromium-driver xserver-xephyr xserver-xorg-core xserver-xorg-video-dummy x11-xserver-utils xdotool"

say() { printf '%s\n' "-- $*" >&2; }

fail() {
    printf '%s\n' "!! $*" >&2
    exit 1
}

# Install what is missing of the given Debian packages, or say which they are.
install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        say "This is no Debian or Ubuntu. Please see to it that these are installed under your system's names: $*"
        return 0
    fi
    # dpkg-query fails when it has never heard of one of them, which is the case on a bare machine.
    # shellcheck disable=SC2016 # the format is dpkg's, not the shell's
    present=" $(dpkg-query -W -f '${Package}:${db:Status-Status} ' "$@" 2>/dev/null || true) "
    missing=""
    for package in "$@"; do
        case "$present" in
            *" $package:installed "*) ;;
            *) missing="$missing $package" ;;
        esac
    done
    [ -z "$missing" ] && return 0
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        as_root="sudo"
    else
        fail "These packages are missing, and installing them needs root. Please run:
   apt-get install --no-install-recommends$missing"
    fi
    say "Installing system packages:$missing"
    # shellcheck disable=SC2086
    $as_root apt-get update -qq || say "apt-get update failed; trying with the lists that are there"
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
        fail "apt-get could not install:$missing. Its message stands above."
}

# The first Python that is new enough and has venv and tkinter (pyautogui ends the program without tkinter).
find_python() {
    for candidate in python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys, venv, ensurepip, tkinter; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

# Fill an environment of its own with transformers' server, which the full tests start.
install_servers() {
    servers="$root/.venv-servers"
    wanted="$(cksum <"$root/requirements/servers.txt") $root"
    [ "$(cat "$servers/installed" 2>/dev/null)" = "$wanted" ] && return 0
    say "Installing transformers' server for the tests: about six gigabytes on Linux, since PyTorch comes with CUDA. Please wait."
    "$venv/bin/python" -m venv --clear "$servers" || fail "The environment $servers could not be made."
    "$servers/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$root/requirements/servers.txt" ||
        fail "pip could not install transformers' server. Its message stands above."
    printf '%s' "$wanted" >"$servers/installed"
}

# Fill the virtual environment from the lock files: $1 is "run" or "test".
install_environment() {
    wanted="$1 $(cat "$root"/requirements/*.txt "$root/pyproject.toml" | cksum) $root"
    if [ -x "$venv/bin/python" ] && "$venv/bin/python" -c '' 2>/dev/null; then
        for level in test "$1"; do
            [ "$(cat "$venv/installed-$level" 2>/dev/null)" = "$level ${wanted#* }" ] && return 0
        done
    else
        python=$(find_python) || fail "No Python 3.11 or newer with venv and tkinter was found. Install python3, python3-venv and python3-tk."
        say "Making the virtual environment with $python"
        rm -rf "$venv"
        "$python" -m venv "$venv" || fail "The virtual environment could not be made."
    fi
    say "Installing the locked Python packages. The first time llama.cpp is compiled, which takes four to eight minutes on two cores. Please wait."
    locked() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$@" || fail "pip could not install ($*). Its message stands above."; }
    locked --require-hashes -r "$root/requirements/build.txt"
    CMAKE_ARGS="${CMAKE_ARGS:--DGGML_NATIVE=OFF}" locked --require-hashes --no-build-isolation -r "$root/requirements/runtime.txt"
    if [ "$1" != run ]; then
        locked --require-hashes -r "$root/requirements/dev.txt"
        locked --require-hashes -r "$root/requirements/eval.txt"
    fi
    locked --no-build-isolation --editable "$root"
    printf '%s' "$wanted" >"$venv/installed-$1"
}
