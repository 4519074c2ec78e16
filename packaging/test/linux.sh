# C programs with the archive's libraries, by plain flags, pkg-config and CMake. Sourced by run.
# shellcheck shell=sh disable=SC2154,SC2086 # lib.sh names them; commands of several words

quickstart="$archive/share/doc/tgsession/quickstart.c"
programs=$root/packaging/test/c
fully_static="" shared_compiler=""
case $platform in
    linux-x86_64) compiler=cc runner="" ;;
    linux-aarch64) compiler=aarch64-linux-gnu-gcc runner="qemu-aarch64 -L /usr/aarch64-linux-gnu" ;;
    # Debian's musl-gcc takes the unwinder of its gcc, which is made for glibc, into a static program; zig has one for musl.
    # zig's musl is later than Debian's, which runs the programs with the shared library.
    linux-x86_64-musl)
        compiler="$root/packaging/test/zig-cc x86_64-linux-musl" runner="" fully_static=-static
        shared_compiler=musl-gcc
        ;;
    # zig has the musl of arm64, but not its loader: programs with the shared library are linked, not run.
    linux-aarch64-musl) compiler="$root/packaging/test/zig-cc aarch64-linux-musl" runner="qemu-aarch64" fully_static=-static ;;
esac
shared_compiler=${shared_compiler:-$compiler}

runs() { quietly $runner "$@"; }
# env would be a program of another machine under qemu: -E is its word for it.
runs_shared() {
    case $platform in
        linux-aarch64-musl) quietly test -x "$1" ;;
        linux-aarch64) quietly $runner -E "LD_LIBRARY_PATH=$archive/lib" "$@" ;;
        *) quietly env "LD_LIBRARY_PATH=$archive/lib" "$@" ;;
    esac
}

abi_holds $compiler

quietly $shared_compiler -std=c99 "$quickstart" -I"$archive/include" -L"$archive/lib" -ltgsession -o "$place/shared"
runs_shared "$place/shared" :memory:
quietly $compiler -std=c99 $fully_static "$quickstart" -I"$archive/include" "$static" -lpthread -ldl -lm -o "$place/static"
runs "$place/static" "$place/static.session"
passed "quickstart.c with both libraries, by plain flags"

# pkg-config's flags, which have blanks quoted.
config() { PKG_CONFIG_PATH="$archive/lib/pkgconfig" pkg-config "$@" tgsession; }
eval "quietly $shared_compiler -std=c99 \"\$quickstart\" $(config --cflags --libs) -o \"\$place/shared\""
runs_shared "$place/shared" :memory:
mkdir "$place/only-static"
cp -R "$archive/lib" "$archive/include" "$place/only-static"
rm "$place/only-static/lib/"*.so*
config() { PKG_CONFIG_PATH="$place/only-static/lib/pkgconfig" pkg-config "$@" tgsession; }
eval "quietly $compiler -std=c99 $fully_static \"\$quickstart\" $(config --cflags --static --libs) -o \"\$place/static\""
runs "$place/static" :memory:
eval "quietly $compiler -static -std=c99 \"\$quickstart\" $(config --cflags --static --libs) -o \"\$place/all-static\""
runs "$place/all-static" :memory:
"${tools}readelf" -d "$place/all-static" | { grep NEEDED || true; } | none "-static is not static"
passed "quickstart.c with both libraries, and with -static, by pkg-config"

quietly $compiler -std=c11 $fully_static -I"$archive/include" "$programs/unwind.c" "$static" -lpthread -ldl -lm -o "$place/unwind"
runs "$place/unwind"
passed "the stack can be unwound through the static library"

quietly $compiler -c "$programs/another-sqlite.c" -o "$place/another-sqlite.o"
for order in "$place/another-sqlite.o LIBRARY" "LIBRARY $place/another-sqlite.o"; do
    ordered() { quietly $compiler -std=c11 $fully_static -I"$archive/include" "$programs/beside-another.c" "$@" -lpthread -ldl -lm -o "$place/beside"; }
    case $order in
        LIBRARY*) ordered "$static" "$place/another-sqlite.o" ;;
        *) ordered "$place/another-sqlite.o" "$static" ;;
    esac
    rm -f "$place/beside.session"
    runs "$place/beside" "$place/beside.session"
done
quietly $shared_compiler -std=c11 -I"$archive/include" "$programs/beside-another.c" "$programs/another-sqlite.c" -L"$archive/lib" -ltgsession -o "$place/beside"
rm -f "$place/beside.session"
runs_shared "$place/beside" "$place/beside.session"
passed "beside another SQLite, in both orders: each is called by its own"

if [ "$platform" = linux-x86_64 ]; then
    for order in "-lsqlite3 -l:libtgsession.a" "-l:libtgsession.a -lsqlite3" "-lsqlite3 -ltgsession" "-ltgsession -lsqlite3"; do
        quietly $compiler -std=c99 -I"$archive/include" "$root/bindings/c/beside-sqlite.c" -L"$archive/lib" $order -lpthread -ldl -lm \
            -o "$place/beside"
        rm -f "$place/beside.session"
        runs_shared "$place/beside" "$place/beside.session"
    done
    passed "beside the system's libsqlite3, shared and static, in both orders"

    quietly cmake -S "$root/bindings/c" -B "$place/cmake" -DCMAKE_PREFIX_PATH="$archive"
    quietly cmake --build "$place/cmake"
    for program in quickstart quickstart_static quickstart_cpp; do quietly "$place/cmake/$program" :memory:; done
    "${tools}readelf" -d "$place/cmake/quickstart_static" | { grep libtgsession || true; } | none "tgsession::static is shared"
    passed "find_package: tgsession::tgsession, tgsession::static, tgsession::cpp"
fi

# Optimized as a whole, the library could lose what overwrites keys. Encrypted files are among those that the program makes.
if [ "$platform-$set" = linux-x86_64-full ]; then
    leaves_no_key() {
        rm -rf "$place/residue"
        mkdir "$place/residue"
        quietly $compiler -std=c99 -D_GNU_SOURCE -I"$archive/include" "$root/tests/c/residue.c" "$root/tests/c/check.c" \
            "$root/tests/c/key.c" "$root/tests/c/shelf.c" "$@" -lpthread -ldl -lm -o "$place/residue/program"
        (cd "$place/residue" && runs_shared ./program)
    }
    leaves_no_key -L"$archive/lib" -ltgsession
    leaves_no_key "$static"
    passed "no key is left in memory, with both libraries"
fi
