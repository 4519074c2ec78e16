#!/bin/sh
# python.sh PLATFORM...: the wheels of target/dist/python, each as far as this machine can look into it, and the sdist; this
# machine's wheel installed in a clean environment, as its user would.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
tools=$root/target/python/packaging/bin
wheels=$root/target/dist/python
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
passed() { echo "test-dist-python: $*"; }
fail() {
    echo "test-dist-python: $*" >&2
    exit 1
}

# The one wheel with a tag.
wheel() {
    set -- "$wheels"/libtgsession-*-cp39-abi3-"$1".whl
    [ $# -eq 1 ] && [ -f "$1" ] || fail "there is not one wheel $1"
    echo "$1"
}

no_builder() {
    if grep -r -a -q -F -e "$root" -e "$HOME/.cargo" -e "$HOME/.rustup" -e "$HOME/.pyenv" "$1"; then
        fail "$2 has a path of the machine that built it"
    fi
}

elf() { # MODULE NAME
    readelf -d "$1" | grep -q -E 'RPATH|RUNPATH' && fail "$2 has a run path"
    exports=$(readelf --wide --dyn-syms "$1" | awk '$5 == "GLOBAL" && $7 != "UND" { print $8 }')
    [ "$exports" = PyInit__tgsession ] || fail "$2 exports $exports"
}

look_at() { # PLATFORM TAG MODULE
    file=$(wheel "$2")
    rm -rf "$place/look"
    mkdir "$place/look"
    python3 -m zipfile -e "$file" "$place/look"
    module=$place/look/libtgsession/$3
    "$tools/twine" check --strict "$file" >"$place/log" || { cat "$place/log"; fail "twine"; }
    no_builder "$place/look" "$(basename "$file")"
    ls "$place"/look/*.dist-info/licenses/LICENSE-THIRD-PARTY >/dev/null || fail "$(basename "$file") lacks the licences of what is linked in"
    case $1 in
        linux-*) elf "$module" "$(basename "$file")" ;;
        windows-*)
            dlls=$(x86_64-w64-mingw32-objdump -p "$module" | sed -n 's/.*DLL Name: //p' | tr '[:upper:]' '[:lower:]')
            others=$(echo "$dlls" | grep -v -E '^(python3|kernel32|msvcrt|ntdll|advapi32|bcrypt|bcryptprimitives|ws2_32|userenv|iphlpapi|secur32|ole32|oleaut32|ktmw32|api-ms-win-.*)\.dll$' || true)
            [ -z "$others" ] || fail "the module for Windows needs $others"
            ;;
        macos-*) file "$module" | grep -q -E 'Mach-O 64-bit .*(bundle|dynamically linked shared library)' || fail "$3 is no Mach-O library" ;;
    esac
    case $1 in
        *-musl | macos-* | windows-*) ;;
        *) "$tools/auditwheel" show "$file" | tr '\n' ' ' | grep -q 'manylinux_2_17' || fail "auditwheel does not call it manylinux_2_17" ;;
    esac
    "$tools/abi3audit" --strict "$file" >"$place/log" 2>&1 || { cat "$place/log"; fail "abi3audit"; }
    passed "$(basename "$file"): metadata, stable ABI, imports and exports, no path of the builder"
}

for platform in "$@"; do
    case $platform in
        linux-x86_64) look_at "$platform" manylinux2014_x86_64 _tgsession.abi3.so ;;
        linux-aarch64) look_at "$platform" manylinux2014_aarch64 _tgsession.abi3.so ;;
        linux-x86_64-musl) look_at "$platform" musllinux_1_2_x86_64 _tgsession.abi3.so ;;
        linux-aarch64-musl) look_at "$platform" musllinux_1_2_aarch64 _tgsession.abi3.so ;;
        windows-x86_64) look_at "$platform" win_amd64 _tgsession.pyd ;;
        macos-aarch64) look_at "$platform" macosx_11_0_arm64 _tgsession.abi3.so ;;
        macos-x86_64) look_at "$platform" macosx_11_0_x86_64 _tgsession.abi3.so ;;
    esac
done

clean_venv() { python3 -m venv --clear "$place/venv" && mkdir -p "$place/run" && rm -rf "$place/run"/*; }

clean_venv
"$place/venv/bin/pip" install --quiet --disable-pip-version-check "$(wheel "manylinux2014_$(uname -m)")"
"$place/venv/bin/python" "$root/packaging/test/python/quickstart.py" "$root/tests/fixtures" "$place/run"
passed "the wheel runs in a clean environment"

set -- "$wheels"/libtgsession-*.tar.gz
[ $# -eq 1 ] && [ -f "$1" ] || fail "there is not one sdist"
"$tools/twine" check --strict "$1" >/dev/null
clean_venv
mkdir "$place/no-programs"
if PATH=$place/no-programs "$place/venv/bin/pip" install --quiet --disable-pip-version-check "$1" >"$place/log" 2>&1; then
    fail "the sdist was installed without Rust"
fi
grep -q "building it needs Rust" "$place/log" || { cat "$place/log"; fail "without Rust the sdist does not say so"; }
passed "without Rust the sdist says what is missing"
clean_venv
CARGO_TARGET_DIR=$root/target/python/sdist "$place/venv/bin/pip" install --quiet --disable-pip-version-check "$1"
"$place/venv/bin/python" "$root/packaging/test/python/quickstart.py" "$root/tests/fixtures" "$place/run"
passed "the sdist builds with cargo, and runs"
