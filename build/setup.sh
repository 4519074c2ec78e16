#!/bin/sh
# setup.sh COMPONENT...: installs, through apt, what a component needs and this machine lacks. It says what and why;
# where all is there it says nothing. Components: c valgrind cmake python
set -eu

missing=""

# need PACKAGE WHY COMMAND...: the package is missing if the command fails.
need() {
    package=$1 why=$2
    shift 2
    if ! "$@" >/dev/null 2>&1; then
        echo "setup: $package is missing, $why"
        missing="$missing $package"
    fi
}

has_headers() { echo '#include <stdio.h>' | cc -E -; }
has_pip() { python3 -c 'import pip' || python3 -c 'import ensurepip, venv'; }

component_c() {
    need gcc "which compiles C and links Rust" command -v cc
    need g++ "which compiles C++" command -v c++
    need libc6-dev "which has the headers of C" has_headers
}

# On some systems valgrind does not start without the symbols of libc.
component_valgrind() { need "valgrind libc6-dbg" "which watches the memory of the C programs" valgrind --quiet true; }

component_cmake() {
    need cmake "which finds the installed library" command -v cmake
    need pkg-config "which finds the installed library" command -v pkg-config
}

component_python() {
    need python3 "which runs the real clients" command -v python3
    need python3-venv "which installs the real clients" has_pip
}

install() {
    if [ "$(id -u)" -eq 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null 2>&1; then
        as_root="sudo"
    else
        echo "setup: cannot install: this is not root, and there is no sudo. As root: apt-get install$missing" >&2
        exit 1
    fi
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "setup: cannot install: there is no apt-get. Install by the means of this system:$missing" >&2
        exit 1
    fi
    echo "setup: installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    # shellcheck disable=SC2086 # several packages
    if ! { $as_root apt-get update && $as_root apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        echo "setup: apt-get could not install$missing: its last lines are above" >&2
        exit 1
    fi
    rm -f "$log"
}

for component in "$@"; do
    if ! command -v "component_$component" >/dev/null 2>&1; then
        echo "setup: there is no component '$component'" >&2
        exit 2
    fi
    "component_$component"
done
if [ -n "$missing" ]; then
    install
fi
