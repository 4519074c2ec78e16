# Sourced by the tests of an archive, which say one line for each thing that holds. They are given: $root (the checkout),
# $platform, $set, $archive (the unpacked folder) and $place (a folder to work in).
# shellcheck shell=sh disable=SC2154,SC2034 # the variables above; those below, which the tests use

passed() { echo "test-dist: $platform-$set: $*"; }

fail() {
    echo "test-dist: $platform-$set FAILED: $*" >&2
    exit 1
}

# quietly COMMAND...: shows what it printed only if it fails.
quietly() {
    if ! "$@" >"$place/log" 2>&1; then
        cat "$place/log" >&2
        fail "$*"
    fi
}

# ... | none WHY: fails with what it reads, if that is anything.
none() {
    if grep . >&2; then fail "$1"; fi
}

# ... | same WHAT EXPECTED: fails if it does not read exactly that.
same() {
    read_in=$(cat)
    test "$read_in" = "$2" || fail "$1 is '$read_in', not '$2'"
}

# The exported functions, as the header declares them.
declared() {
    sed 's|^ *\*.*||' "$archive/include/tgsession.h" | grep -o '\btgs_[a-z0-9_]*(' | tr -d '(' | LC_ALL=C sort -u
}

major=0
version=$("$root/packaging/version")
tools=$("$root/packaging/platform" "$platform" tools)
