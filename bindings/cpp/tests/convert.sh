#!/bin/sh
# convert.sh PROGRAM: the README's example on a client's own file: it says what is missing, converts, exports, and fails as told.
set -eu
program=$1
fixture=$(cd "$(dirname "$0")/../../.." && pwd)/tests/fixtures/telethon-1.24.0
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

fail() {
    echo "test-cpp: convert: $1; it said:" >&2
    cat "$place/out" >&2
    exit 1
}

# run STATUS ARGUMENT...: the program ends with this status.
run() {
    wanted=$1
    shift
    status=0
    "$program" "$@" >"$place/out" 2>&1 || status=$?
    [ "$status" -eq "$wanted" ] || fail "it ended with $status instead of $wanted"
}

says() {
    grep -q "$1" "$place/out" || fail "it does not say '$1'"
}

source=$(find "$fixture" -name '*.session' | LC_ALL=C sort | head -n 1)
cp "$source" "$place/telethon.session"
run 3 "$place/telethon.session" "$place/new.session" pyrogram@3
says '^TGS_ERROR_INCOMPLETE: pyrogram@3 cannot do without'
run 0 "$place/telethon.session" "$place/new.session" pyrogram@3 api_id=12345 user_id=777000101 is_bot=false
says '^source: telethon@'
says '^target: pyrogram@3$'
says '^user_id: overridden$'
says '^auth_key: kept$'
says ' peers with '
says 'a session string of [0-9]* characters'
run 1 "$place/no-such.session" "$place/other.session" pyrogram@3
says '^TGS_ERROR_FILE_NOT_FOUND: '
printf '%-12s %-14s %s\n' convert "C++17, ASan+UB" "as the README shows it"
