#!/bin/sh
# run.sh BINARIES NAME...: runs each in a folder of its own. One line for each; the first that fails ends all.
set -eu
binaries=$(cd "$1" && pwd)
shift
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export RUST_BACKTRACE=0

for name in "$@"; do
    rm -rf "$place/here"
    mkdir "$place/here"
    if ! (cd "$place/here" && "$binaries/$name") >"$place/out" 2>&1; then
        cat "$place/out"
        echo "test-cpp: $name failed: its output is above" >&2
        exit 1
    fi
    printf '%-12s %-14s %s\n' "$name" "C++17, ASan+UB" "$(tail -n 1 "$place/out")"
done
