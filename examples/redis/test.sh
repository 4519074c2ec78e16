#!/bin/sh
# test.sh BINARIES: the test program as it is and under valgrind, and what README.md says of the command.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
binaries=$(cd "$1" && pwd)
fixture=$root/tests/fixtures/kurigram-2.2.26/account.session
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

# run HOW COMMAND...: in a new folder, which is the program's own.
run() {
    how=$1
    shift
    mkdir "$place/$how"
    if ! (cd "$place/$how" && "$@" "$root/tests/servers/redis.sh" "$fixture") >"$place/$how.out" 2>&1; then
        cat "$place/$how.out"
        echo "test-redis: the C engine failed ($how): its output is above" >&2
        exit 1
    fi
    printf 'redis in C   %-16s %s\n' "$how" "$(tail -n 1 "$place/$how.out")"
}

run plain "$binaries/test"
run valgrind valgrind --fair-sched=yes --quiet --error-exitcode=9 --leak-check=full \
    --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect \
    --suppressions="$root/tests/c/valgrind.supp" "$binaries/test"

# A file goes into Redis and comes out as another client's.
export fixture binaries place
"$root/tests/servers/run" redis -- sh -euc '
    address=${TGS_REDIS#redis://}
    address=${address%/*}
    "$binaries/session" "$address" my_account import "$fixture"
    "$binaries/session" "$address" my_account show > "$place/shown"
    grep -q custom "$place/shown"
    "$binaries/session" "$address" my_account export "$place/exported.session"
    test -s "$place/exported.session"
    if "$binaries/session" 127.0.0.1:1 my_account show 2> "$place/refused"; then exit 1; fi
    grep -q "Connection refused" "$place/refused"
'
echo "redis in C   command          imported, shown, exported"
