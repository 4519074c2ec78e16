#!/bin/sh
# Installs into folders of its own (with DESTDIR, then with PREFIX), and builds and runs the quickstarts there by way of
# pkg-config and of CMake, against the shared and the static library. Then uninstalls: nothing stays.
set -eu
cd "$(dirname "$0")/../.."

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
quickstart=bindings/c/quickstart.c

fail() {
    echo "test-install: $1" >&2
    exit 1
}

# ... | none WHY: fails with what it reads, if that is anything.
none() { if grep . >&2; then fail "$1"; fi; }

quietly() { "$@" >"$place/log" 2>&1 || { cat "$place/log" >&2; fail "failed: $*"; }; }

# Debian's folder of libraries, which is not PREFIX/lib.
staged() { make --silent "$@" DESTDIR="$place/stage" PREFIX=/usr LIBDIR=/usr/lib/x86_64-linux-gnu MANDIR=/usr/man; }

quietly staged install
for file in lib/x86_64-linux-gnu/libtgsession.so.0 lib/x86_64-linux-gnu/libtgsession.a bin/tgsession man/man1/tgsession.1 \
    man/man1/tgsession-convert.1 share/zsh/site-functions/_tgsession share/bash-completion/completions/tgsession \
    share/fish/vendor_completions.d/tgsession.fish share/licenses/tgsession/LICENSE-MIT include/tgsession.h; do
    test -f "$place/stage/usr/$file" || fail "not installed: $file"
done
grep -qx 'prefix=/usr' "$place/stage/usr/lib/x86_64-linux-gnu/pkgconfig/tgsession.pc"
{ grep -rIl "$place" "$place/stage" || true; } | none "the folder of the packager is in an installed file"
quietly staged uninstall
find "$place/stage" ! -type d | none "make uninstall left files"
find "$place/stage" -name '*tgsession*' | none "make uninstall left folders"

# A target that was not built is an error: nothing of the host is installed for it.
if make --silent install TARGET=no-such-target DESTDIR="$place/none" CARGO=true >/dev/null 2>&1; then
    fail "a target that was not built was installed"
fi
find "$place" -path "$place/none/*" ! -type d | none "something was installed for a target that was not built"

quietly make --silent install PREFIX="$place/first"
mv "$place/first" "$place/usr" # CMake and the headers follow; pkg-config is told
"$place/usr/bin/tgsession" --version >/dev/null
LC_ALL=C.UTF-8 man -l "$place/usr/share/man/man1/tgsession-convert.1" 2>"$place/log" | grep -q 'tgsession.convert'
test ! -s "$place/log" || fail "man: $(cat "$place/log")"
bash -n "$place/usr/share/bash-completion/completions/tgsession"

# Only our own names are global in the static library: it stands beside any other SQLite.
nm -g --defined-only "$place/usr/lib/libtgsession.a" 2>/dev/null | awk 'NF == 3 && $3 !~ /^tgs_/' | none "the static library exports names that are not its own"

config() { PKG_CONFIG_PATH="$place/usr/lib/pkgconfig" pkg-config --define-variable=prefix="$place/usr" "$@" tgsession; }
runs() { "$@" :memory: >/dev/null || fail "does not run: $*"; }

# shellcheck disable=SC2046 # several flags
{
    cc -std=c99 $quickstart $(config --cflags --libs) -o "$place/shared"
    LD_LIBRARY_PATH="$place/usr/lib" runs "$place/shared"
    readelf -d "$place/shared" | grep -q 'libtgsession.so.0'

    # Alone in a folder, the static library is what -ltgsession finds. It needs no libgcc_s, so -static works too.
    mkdir "$place/static-only"
    cp "$place/usr/lib/libtgsession.a" "$place/static-only"
    cc -std=c99 $quickstart -L"$place/static-only" $(config --cflags --static --libs) -o "$place/static"
    runs "$place/static"
    readelf -d "$place/static" | { grep 'libtgsession' || true; } | none "linked with the shared library"
    # glibc warns that it looks up hosts by shared libraries of its own, even in such a program.
    cc -static -std=c99 $quickstart $(config --cflags --static --libs) -o "$place/all-static" 2>"$place/log" ||
        { cat "$place/log"; fail "cc -static"; }
    runs "$place/all-static"
    readelf -d "$place/all-static" | { grep 'NEEDED' || true; } | none "not static"

    # Beside the system's SQLite, in both orders: each calls its own.
    for order in "-L$place/static-only $(config --static --libs) -lsqlite3" "-lsqlite3 -L$place/static-only $(config --static --libs)"; do
        cc -std=c99 bindings/c/beside-sqlite.c $(config --cflags) $order -o "$place/beside"
        "$place/beside" "$place/beside.session" || fail "beside SQLite, linked with $order"
        rm "$place/beside.session"
    done
    cc -std=c99 -static bindings/c/beside-sqlite.c $(config --cflags --static --libs) -lsqlite3 -lm -o "$place/beside" 2>"$place/log" ||
        { cat "$place/log"; fail "beside SQLite, static"; }
    "$place/beside" "$place/beside.session"
}

# builds NAME SOURCE PROGRAM... -- OPTION...: a CMake project, and runs its programs.
builds() {
    name=$1 source=$2
    shift 2
    programs=""
    while [ "$1" != -- ]; do programs="$programs $1" && shift; done
    shift
    quietly cmake -S "$source" -B "$place/$name" "$@"
    quietly cmake --build "$place/$name"
    for program in $programs; do runs "$place/$name/$program"; done
}

builds by-find-package bindings/c quickstart quickstart_static quickstart_cpp -- -DCMAKE_PREFIX_PATH="$place/usr"
readelf -d "$place/by-find-package/quickstart_static" | { grep 'libtgsession' || true; } | none "tgsession::static is shared"

# Fetched by CMake: of this checkout, built by cargo where the installed library was built, and of an archive.
fetches() {
    name=$1
    shift
    builds "$name" bindings/c/fetch-content quickstart quickstart_static quickstart_cpp -- \
        -DFETCHCONTENT_SOURCE_DIR_TGSESSION="$PWD" "$@"
}
target=$PWD/target
CARGO_NET_OFFLINE=true fetches by-cargo -DTGSESSION_FEATURES="$FEATURES" -DTGSESSION_CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$target}"

tar -C "$place" -czf "$place/archive.tar.gz" usr
sum=$(sha256sum "$place/archive.tar.gz" | cut -d ' ' -f 1)
fetches by-archive -DTGSESSION_ARCHIVE="$place/archive.tar.gz" -DTGSESSION_ARCHIVE_SHA256="$sum" -DTGSESSION_CARGO=/nowhere
if cmake -S bindings/c/fetch-content -B "$place/wrong" -DFETCHCONTENT_SOURCE_DIR_TGSESSION="$PWD" \
    -DTGSESSION_ARCHIVE="$place/archive.tar.gz" -DTGSESSION_ARCHIVE_SHA256="$(echo "$sum" | tr 0-9 1-90)" >/dev/null 2>&1; then
    fail "an archive with another sum was taken"
fi
echo "test-install: pkg-config and CMake find the installed library; quickstarts run; nothing stays"
