# An archive for Windows, under Wine. Sourced by run.
# shellcheck shell=sh disable=SC2154 # lib.sh names them

cc=x86_64-w64-mingw32-gcc
objdump=x86_64-w64-mingw32-objdump
export WINEPREFIX="$place/wine" WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml="
wine=$(command -v wine64 || echo /usr/lib/wine/wine64)
bin="$archive/bin"

system_only() {
    "$objdump" -p "$1" | sed -n 's/.*DLL Name: //p' | tr '[:upper:]' '[:lower:]' \
        | { grep -v -x -E "(kernel32|ntdll|advapi32|bcrypt|bcryptprimitives|ws2_32|userenv|iphlpapi|msvcrt|ucrtbase|shell32|ole32|user32|crypt32|secur32|api-ms-win-[a-z0-9-]*${2-})\.dll" || true; } \
        | none "$1 needs more than the system's DLLs"
}
system_only "$bin/tgsession.dll"
system_only "$bin/tgsession.exe"
"$objdump" -p "$bin/tgsession.dll" | sed -n 's/.* +base\[.*\] *[0-9a-f]* *\([A-Za-z_][A-Za-z0-9_]*\)$/\1/p' | LC_ALL=C sort -u > "$place/exports"
declared | diff - "$place/exports" >&2 || fail "the DLL exports other functions than the header declares"
passed "tgsession.dll exports what the header declares, and needs the system's DLLs only"

"${tools}nm" --defined-only --extern-only "$archive/lib/libtgsession.a" 2>/dev/null | awk '$2 ~ /[A-Z]/ { print $3 }' \
    | { grep -v '^tgs_' || true; } | none "the static library has other global symbols"
llvm-nm "$archive/lib/tgsession.lib" 2>/dev/null | grep -q '__imp_tgs_open$' || fail "tgsession.lib does not import tgs_open"
passed "the static library has tgs_* only; MSVC's import library names them"

# Wine 8 lacks one DLL that Rust's std asks for.
mkdir -p "$WINEPREFIX"
quietly "$wine" wineboot --init
quietly "$cc" -shared "$root/packaging/test/windows/bcryptprimitives.c" -ladvapi32 -o "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll"

native="-lws2_32 -luserenv -lntdll -lbcrypt -ladvapi32 -liphlpapi -lsynchronization"
work="$WINEPREFIX/drive_c/work"
mkdir -p "$work"
program() { # NAME SOURCE
    # shellcheck disable=SC2086 # several flags
    quietly "$cc" -std=c11 -D_WIN32_WINNT=0x0a00 -I"$archive/include" "$2" "$archive/lib/libtgsession.dll.a" -lshell32 -o "$work/$1.exe"
    # shellcheck disable=SC2086
    quietly "$cc" -std=c11 -D_WIN32_WINNT=0x0a00 -I"$archive/include" "$2" "$archive/lib/libtgsession.a" $native -lshell32 -o "$work/$1-static.exe"
}
program quickstart "$archive/share/doc/tgsession/quickstart.c"
program session "$root/packaging/test/windows/session.c"
cp "$bin/tgsession.dll" "$work"
wine() { (cd "$work" && "$wine" "$@" </dev/null); }

for name in quickstart quickstart-static; do
    quietly wine "$name.exe" "$name.session"
    test -s "$work/$name.session" || fail "$name wrote no file"
done
passed "quickstart.c with the import library and with the static one"

long=$(printf 'l%.0s' $(seq 60))
for file in 'plain.session' 'Ünïcødé сессия 会话.session' 'C:\work\absolute.session' '\\?\C:\work\unc.session' \
    "\\\\?\\C:\\work\\$long\\$long\\$long\\$long\\long.session"; do
    mkdir -p "$work/$long/$long/$long/$long"
    for name in session session-static; do
        quietly wine "$name.exe" check "$file"
        rm -f "$work"/*.session
    done
    passed "open, update, find, export, convert: $(echo "$file" | cut -c1-50)"
done

quietly wine session.exe check shared.session
pids=""
for first in 100000 200000 300000 400000; do
    wine session.exe write shared.session $first >"$place/writer-$first" 2>&1 &
    pids="$pids $!"
done
for pid in $pids; do wait "$pid" || { cat "$place"/writer-* >&2; fail "a writer among four"; }; done
quietly wine session.exe count shared.session 2025
passed "four processes write one file at once: every peer is there"

mkfifo "$place/until"
(cd "$work" && exec "$wine" session.exe hold shared.session) <"$place/until" >"$place/held" 2>&1 &
holder=$!
exec 9>"$place/until"
for _ in $(seq 100); do grep -q held "$place/held" && break; sleep 0.1; done
grep -q held "$place/held" || { cat "$place/held" >&2; fail "nobody holds the lock"; }
quietly wine session.exe locked shared.session
grep -q 'shared.session' "$place/log" || fail "the error does not name the file"
exec 9>&-
wait "$holder" || fail "the holder"
quietly wine session.exe write shared.session 500000
passed "another process's lock is TGS_ERROR_LOCKED, and writing goes on after it"

quietly wine session.exe lease shared.session
passed "a lease is refused to another process, and given back"

command() { wine "$bin/tgsession.exe" "$@"; }
command --version | tr -d '\r' | same "the version" "tgsession $version"
for library in telethon-1.45.0 pyrogram-2.0.106 kurigram-2.2.26; do
    cp "$root/tests/fixtures/$library/account.session" "$work/$library.session"
    command inspect "$library.session" | grep -q '^format ' || fail "inspect $library"
done
for format in pyrogram@3 telethon@8 telethon@10 kurigram@7; do
    quietly command convert kurigram-2.2.26.session "to-$format.session" --to "$format"
    command inspect "to-$format.session" | tr -d '\r' | sed -n 's/^format *//p' | same "the format" "$format"
done
command export kurigram-2.2.26.session --to pyrogram | tr -d '\r\n' | wc -c | same "the length of the string" 362
quietly command list .
passed "the command reads, converts, exports and lists; Telethon 2 too"
