# Sourced by the tests of an archive, which say one line for each thing that holds. They are given: $root (the checkout),
# $platform, $set, $archive (the unpacked folder) and $place (a folder to work in).
# shellcheck shell=sh disable=SC2154,SC2034 # the variables above; those below, which the tests use

passed() { echo "test-dist: $platform-$set: $*"; }

fail() {
    printf 'test-dist: %s-%s FAILED: %s\n' "$platform" "$set" "$*" >&2
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
declared() { "$root/tests/c/declared" "$archive/include/tgsession.h"; }

# abi_holds COMPILER...: the sizes, places and numbers that tests/c/abi-*.txt records hold on this platform too. A compiler
# sees to it, so nothing has to be run.
abi_holds() {
    {
        echo '#include <stddef.h>'
        echo '#include <tgsession.h>'
        sed -e 's/^sizeof \([a-z_]*\) \([0-9]*\)$/_Static_assert(sizeof(\1) == \2, "\1");/' \
            -e 's/^\([a-z_]*\)\.\([a-z0-9_]*\) \([0-9]*\) \([0-9]*\)$/_Static_assert(offsetof(\1, \2) == \3 \&\& sizeof(((\1 *)0)->\2) == \4, "\1.\2");/' \
            -e 's/^\([A-Z_]*\) \(-*[0-9]*\)$/_Static_assert(\1 == \2, "\1");/' "$root"/tests/c/abi-[0-9]*.txt
    } > "$place/abi.c"
    grep -c _Static_assert "$place/abi.c" | same "the number of checks" "$(cat "$root"/tests/c/abi-[0-9]*.txt | wc -l)"
    quietly "$@" -std=c11 -I"$archive/include" -c "$place/abi.c" -o "$place/abi.o"
    passed "the C interface: sizes, places and numbers as recorded"
}

major=0
version=$("$root/packaging/version")
tools=$("$root/packaging/platform" "$platform" tools)
