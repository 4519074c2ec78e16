# What every archive has. Sourced by run.
# shellcheck shell=sh disable=SC2154 # lib.sh names them

case $platform in
    linux-*) libraries="lib/libtgsession.so lib/libtgsession.so.$major lib/libtgsession.so.$version" program=bin/tgsession ;;
    macos-*)
        libraries="lib/libtgsession.dylib lib/libtgsession.$major.dylib lib/libtgsession.$version.dylib"
        program=bin/tgsession
        ;;
    windows-*) libraries="bin/tgsession.dll lib/libtgsession.dll.a lib/tgsession.lib" program=bin/tgsession.exe ;;
esac
for file in $libraries $program lib/libtgsession.a lib/pkgconfig/tgsession.pc lib/cmake/tgsession/tgsession-config.cmake \
    lib/cmake/tgsession/tgsession-config-version.cmake include/tgsession.h include/tgsession.hpp share/doc/tgsession/README.md \
    share/doc/tgsession/quickstart.c share/doc/tgsession/CHANGELOG.md share/doc/tgsession/sbom.cdx.json share/man/man1/tgsession.1 \
    share/bash-completion/completions/tgsession share/licenses/tgsession/LICENSE-MIT share/licenses/tgsession/LICENSE-APACHE \
    share/licenses/tgsession/THIRD-PARTY; do
    test -s "$archive/$file" || fail "there is no $file"
done
diff -r "$root/bindings/cpp/tgsession" "$archive/include/tgsession" || fail "the headers for C++ are others"
diff "$root/include/tgsession.h" "$archive/include/tgsession.h" || fail "the header is another"
passed "has the libraries, headers, command, man pages, completions"

listed() { python3 -c 'import json, sys; print(*(c["name"] for c in json.load(open(sys.argv[1]))["components"]), sep="\n")' "$1"; }
listed "$archive/share/doc/tgsession/sbom.cdx.json" | LC_ALL=C sort -u > "$place/components"
for component in sqlite rust-std rusqlite serde_json; do
    grep -qx "$component" "$place/components" || fail "the SBOM does not have $component"
done
case $set in
    small) grep -x 'age\|mongodb\|mysql\|tokio' "$place/components" | none "the small set has an engine" ;;
    full)
        for engine in age mongodb mysql tokio-postgres; do
            grep -qx "$engine" "$place/components" || fail "the full set does not have $engine"
        done
        ;;
esac
while read -r component; do
    grep -q "^$component [0-9]" "$archive/share/licenses/tgsession/THIRD-PARTY" || fail "THIRD-PARTY does not name $component"
done < "$place/components"
passed "SBOM and THIRD-PARTY name $(wc -l < "$place/components") components, SQLite and std among them"

"$root/packaging/no-paths" "$archive" || fail "a path of the machine that built it"
passed "no path of the builder in any file"
