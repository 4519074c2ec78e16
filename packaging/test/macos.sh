# What the files for macOS say of themselves, and that programs link. Nothing can be run here. Sourced by run.
# shellcheck shell=sh disable=SC2154 # lib.sh names them

shared="$archive/lib/libtgsession.dylib"
static="$archive/lib/libtgsession.a"
case $platform in
    macos-aarch64) machine=arm64 zig_target=aarch64-macos.11.0 ;;
    macos-x86_64) machine=x86_64 zig_target=x86_64-macos.11.0 ;;
esac
load_commands() { llvm-objdump --macho --private-headers "$1"; }
for file in "$shared" "$archive/bin/tgsession"; do
    llvm-readobj --file-headers "$file" | sed -n 's/^Format: Mach-O //p' | sed 's/64-bit x86-64/x86_64/' | same "the format of $file" "$machine"
    load_commands "$file" | sed -n 's/^ *minos //p' | same "the oldest macOS for $file" 11.0
    load_commands "$file" | grep -A 3 'cmd LC_LOAD_DYLIB' | sed -n 's/^ *name \(.*\) (offset.*/\1/p' |
        { grep -v '^/usr/lib/\|^/System/Library/Frameworks/' || true; } | none "$file needs a library that macOS does not have"
    load_commands "$file" | { grep LC_RPATH || true; } | none "$file has a path to libraries"
done
load_commands "$shared" | grep -A 3 'cmd LC_ID_DYLIB' | sed -n 's/^ *name \(.*\) (offset.*/\1/p' |
    same "the install name" "@rpath/libtgsession.$major.dylib"
passed "$machine, macOS 11.0 and later, install name, needs only what macOS has"

with_underscore=$(declared | sed 's/^/_/')
# zig's linker exports four names of its own, and knows no list of exports. A program for macOS asks each library for the
# names that it wants by the library's own name, so they meet no others.
llvm-objdump --macho --exports-trie "$shared" | awk '/^0x/ {print $2}' |
    grep -vx '___dso_handle\|___isOSVersionAtLeast\|___isPlatformVersionAtLeast\|__mh_dylib_header' | LC_ALL=C sort |
    same "what is exported" "$with_underscore"
passed "shared library: only tgs_* exported, and four names of the linker's"
llvm-nm --extern-only --defined-only "$static" 2>/dev/null | awk 'NF == 3 {print $3}' | LC_ALL=C sort -u > "$place/globals"
grep -v '^_tgs_' "$place/globals" | none "names that are not ours are global"
grep -v '^_tgs_private_' "$place/globals" | same "what is global" "$with_underscore"
passed "static library: only tgs_* global"

case $platform in
    macos-aarch64)
        for file in "$shared" "$archive/bin/tgsession"; do
            "$root/packaging/test/code-signature" "$file" || fail "the signature of $file"
        done
        passed "ad-hoc signed: the hashes are those of the files"
        ;;
esac

# What a static library needs of the system, as its pkg-config file says. zig has no iconv; that it links without shows that
# nothing asks for it.
private=$(sed -n 's/^Libs.private: *//p' "$archive/lib/pkgconfig/tgsession.pc" | sed 's/-liconv//')
links() { quietly "$root/packaging/test/zig-cc" "$zig_target" -std=c11 -I"$archive/include" -F"$root/packaging/frameworks" "$@"; }
abi_holds "$root/packaging/test/zig-cc" "$zig_target"
links "$archive/share/doc/tgsession/quickstart.c" -L"$archive/lib" -ltgsession -o "$place/shared"
load_commands "$place/shared" | grep -q "name @rpath/libtgsession.$major.dylib" || fail "a program does not ask for the install name"
for order in first last; do
    case $order in
        first) set -- "$root/packaging/test/c/another-sqlite.c" "$static" ;;
        last) set -- "$static" "$root/packaging/test/c/another-sqlite.c" ;;
    esac
    # shellcheck disable=SC2086 # several words
    links "$root/packaging/test/c/beside-another.c" "$@" $private -o "$place/static"
done
passed "C programs link with both libraries, beside another SQLite too (not run)"
