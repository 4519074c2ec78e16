# An archive for Windows, under Wine. Sourced by run.
# shellcheck shell=sh disable=SC2154 # lib.sh names them

programs=$root/packaging/test/windows
shared="$archive/bin/tgsession.dll"
static="$archive/lib/libtgsession.a"
compiler=${tools}gcc
# What a static library needs of the system, as its pkg-config file says.
private=$(sed -n 's/^Libs.private: *//p' "$archive/lib/pkgconfig/tgsession.pc")

"$root/packaging/exports-windows" "$shared" "$tools" | same "what is exported" "$(declared)"
for file in "$shared" "$archive/bin/tgsession.exe"; do
    "${tools}objdump" -p "$file" | sed -n 's/^[[:space:]]*DLL Name: //p' | tr '[:upper:]' '[:lower:]' |
        { grep -vx 'kernel32\.dll\|ntdll\.dll\|msvcrt\.dll\|advapi32\.dll\|bcrypt\.dll\|bcryptprimitives\.dll\|crypt32\.dll\|ws2_32\.dll\|userenv\.dll\|iphlpapi\.dll\|ole32\.dll\|oleaut32\.dll\|ktmw32\.dll\|shell32\.dll\|secur32\.dll\|ncrypt\.dll\|user32\.dll\|api-ms-win-.*\.dll' || true; } |
        none "$file needs a DLL that Windows does not have"
done
passed "DLL: only tgs_* exported ($(declared | wc -l) functions), needs only Windows' own DLLs"
llvm-readobj --file-headers "$archive/lib/tgsession.lib" | sed -n 's/^Format: //p' | sort -u | grep -q '^COFF-import-file' ||
    fail "tgsession.lib is no import library"
llvm-nm "$archive/lib/tgsession.lib" 2>/dev/null | sed -n 's/.* T \(tgs_.*\)/\1/p' | LC_ALL=C sort -u | same "what tgsession.lib imports" "$(declared)"
passed "import library for MSVC's linker: short import files of every function"
"${tools}nm" -g --defined-only "$static" 2>/dev/null | awk 'NF == 3 {print $3}' | { grep '^\(sqlite3_\|rust_\|_R\|_ZN\)' || true; } |
    none "the static library's own SQLite or std is global"
passed "static library: its SQLite and std are nobody else's"

abi_holds "$compiler"

export WINEPREFIX="$place/wine" WINEDEBUG=-all
wine() { /usr/lib/wine/wine64 "$@"; }
in_windows() { printf 'Z:%s' "$1" | tr / '\\'; }
quietly wine wineboot --init
# Wine's server outlives its programs by a while, and writes into its folder.
trap '/usr/lib/wine/wineserver -k || true; /usr/lib/wine/wineserver -w || true; rm -rf "$place"' EXIT
if ! [ -e "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" ]; then
    quietly "$compiler" -shared "$programs/process-prng.c" -o "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" -ladvapi32
fi

# compiled NAME SOURCE...: with either library.
compiled() {
    name=$1
    shift
    mkdir -p "$place/shared" "$place/static"
    quietly "$compiler" -std=c11 -Wall -I"$archive/include" "$@" "$archive/lib/libtgsession.dll.a" -lshell32 -o "$place/shared/$name.exe"
    # shellcheck disable=SC2086 # several libraries
    quietly "$compiler" -std=c11 -Wall -DTGS_STATIC -I"$archive/include" "$@" "$static" $private -lshell32 -o "$place/static/$name.exe"
    cp "$shared" "$place/shared"
}
compiled quickstart "$archive/share/doc/tgsession/quickstart.c"
compiled windows "$programs/windows.c"
for kind in shared static; do
    quietly wine "$place/$kind/quickstart.exe" "$(in_windows "$place/$kind.session")"
    mkdir "$place/$kind/földer"
    quietly wine "$place/$kind/windows.exe" "$(in_windows "$place/$kind/földer")"
    passed "$kind library: quickstart.c; names, long paths, locks and leases between processes"
done

tgsession() { wine "$archive/bin/tgsession.exe" "$@"; }
tgsession --version | tr -d '\r' | same "the version" "tgsession $version"
for file in "$root"/tests/fixtures/*/account.session; do
    quietly tgsession inspect "$(in_windows "$file")"
done
source=$(in_windows "$root/tests/fixtures/kurigram-2.2.26/account.session")
export_of() { tgsession export "$1" --to pyrogram 2>/dev/null | tr -d '\r'; }
expected=$(export_of "$source")
test -n "$expected" || fail "nothing is exported"
mkdir "$place/mäde"
for format in pyrogram@3 telethon@8 telethon@10; do
    made=$(in_windows "$place/mäde/$format.session")
    quietly tgsession convert "$source" "$made" --to "$format"
    quietly tgsession convert "$made" "$(in_windows "$place/$format.back")" --to kurigram@7
    test "$(export_of "$(in_windows "$place/$format.back")")" = "$expected" || fail "$format does not give back the login"
done
test "$(tgsession list "$(in_windows "$place/mäde")" --json | wc -l)" -eq 3 || fail "list does not list the three"
passed "the command: inspect, convert, export, list; Telethon 2 too"
