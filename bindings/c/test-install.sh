#!/bin/sh
# Installs into a folder of its own (with DESTDIR, then with PREFIX), and builds and runs the quickstarts there by way
# of pkg-config and of CMake. The smallest library will do.
set -eu
cd "$(dirname "$0")/../.."

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

make --silent install FEATURES= DESTDIR="$place/stage" PREFIX=/usr
test -f "$place/stage/usr/lib/libtgsession.so.0"
grep -q '^libdir=/usr/lib$' "$place/stage/usr/lib/pkgconfig/tgsession.pc"

make --silent install FEATURES= PREFIX="$place/usr"
export PKG_CONFIG_PATH="$place/usr/lib/pkgconfig" LD_LIBRARY_PATH="$place/usr/lib"
# shellcheck disable=SC2046 # several flags
cc -std=c99 bindings/c/quickstart.c $(pkg-config --cflags --libs tgsession) -o "$place/by-pkg-config"
"$place/by-pkg-config" :memory: >/dev/null
readelf -d "$place/by-pkg-config" | grep -q 'libtgsession.so.0'

cmake -S bindings/c -B "$place/build" -DCMAKE_PREFIX_PATH="$place/usr" >"$place/log" || { cat "$place/log"; exit 1; }
cmake --build "$place/build" >"$place/log" 2>&1 || { cat "$place/log"; exit 1; }
for program in quickstart quickstart_static quickstart_cpp; do
    "$place/build/$program" :memory: >/dev/null
done
echo "test-install: pkg-config and CMake find the installed library; quickstarts run"
