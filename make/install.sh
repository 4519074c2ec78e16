#!/bin/sh
# install.sh install|uninstall: puts what `make install` built where it belongs, or takes exactly that away again.
# make/install.mk gives the folders, the target triple and the version by the environment.
set -eu

action=$1
share=$DESTDIR$DATADIR

# put MODE FILE PLACE: one file of the installation.
put() {
    if [ "$action" = uninstall ]; then
        rm -f "$3"
        return
    fi
    mkdir -p "$(dirname "$3")"
    install -m "$1" "$2" "$3"
}

# link NAME PLACE: a symbolic link to a file beside it.
link() {
    rm -f "$2"
    if [ "$action" = install ]; then ln -s "$1" "$2"; fi
}

# fill TEMPLATE PLACE: a file that tells where the others are.
fill() {
    rm -f "$2"
    if [ "$action" = uninstall ]; then return; fi
    mkdir -p "$(dirname "$2")"
    sed -e "s|@PREFIX@|$PREFIX|g" -e "s|@VERSION@|$VERSION|g" \
        -e "s|@PC_INCLUDEDIR@|$(below "\${prefix}" "$INCLUDEDIR")|g" -e "s|@PC_LIBDIR@|$(below "\${prefix}" "$LIBDIR")|g" \
        -e "s|@PC_LIBS_PRIVATE@|$private_flags|g" -e "s|@FOUND_PREFIX@|$(prefix_from "$LIBDIR/cmake/tgsession")|g" \
        -e "s|@INCLUDEDIR@|$(below "\${_tgsession_prefix}" "$INCLUDEDIR")|g" \
        -e "s|@SHARED@|$(below "\${_tgsession_prefix}" "$shared")|g" -e "s|@SONAME@|$soname|g" \
        -e "s|@IMPORT@|$(below "\${_tgsession_prefix}" "$import")|g" \
        -e "s|@STATIC@|$(below "\${_tgsession_prefix}" "$static")|g" -e "s|@STATIC_LIBS@|$private_targets|g" "$1" > "$2"
    chmod 644 "$2"
}

# below NAME PATH: the path with the prefix called by a name, so that the whole can be moved.
below() {
    case $2 in
        "$PREFIX"/*) printf '%s' "$1/${2#"$PREFIX"/}" ;;
        *) printf '%s' "$2" ;;
    esac
}

# prefix_from PATH: the prefix, found from a folder below it.
prefix_from() {
    case $1 in
        "$PREFIX"/*) printf '%s' "\${CMAKE_CURRENT_LIST_DIR}/$(printf '%s' "${1#"$PREFIX"/}" | sed 's|[^/][^/]*|..|g')" ;;
        *) printf '%s' "$PREFIX" ;;
    esac
}

# What the platform calls things, and what a static library needs beside the compiler's own: never -lgcc_s, which
# a compiler adds where it is needed, and which is in the way of -static.
program=tgsession
import=""
import_built=""
case $TRIPLE in
    *-windows-gnu*)
        program=tgsession.exe
        built=tgsession.dll soname="" shared=$BINDIR/tgsession.dll
        import_built=libtgsession.dll.a import=$LIBDIR/libtgsession.dll.a
        static_built=libtgsession.a static=$LIBDIR/libtgsession.a
        private_targets="ws2_32;userenv;ntdll;bcrypt;advapi32;iphlpapi;secur32"
        ;;
    *-windows-msvc)
        program=tgsession.exe
        built=tgsession.dll soname="" shared=$BINDIR/tgsession.dll
        import_built=tgsession.dll.lib import=$LIBDIR/tgsession.lib
        static_built=tgsession.lib static=$LIBDIR/tgsession_static.lib
        private_targets="ws2_32;userenv;ntdll;bcrypt;advapi32;iphlpapi;secur32"
        ;;
    *-apple-*)
        soname=libtgsession.0.dylib
        built=libtgsession.dylib shared=$LIBDIR/libtgsession.$VERSION.dylib
        static_built=libtgsession.a static=$LIBDIR/libtgsession.a
        private_targets="-framework Security;-framework SystemConfiguration;-framework CoreFoundation;iconv;m"
        ;;
    *)
        soname=libtgsession.so.0
        built=libtgsession.so shared=$LIBDIR/libtgsession.so.$VERSION
        static_built=libtgsession.a static=$LIBDIR/libtgsession.a
        private_targets="pthread;dl;m"
        ;;
esac
private_flags=$(printf '%s\n' "$private_targets" | tr ';' '\n' | sed 's/^[^-]/-l&/' | tr '\n' ' ' | sed 's/ $//')

shared_library() {
    put 755 "$BUILT/$built" "$DESTDIR$shared"
    if [ -n "$import" ]; then put 644 "$BUILT/$import_built" "$DESTDIR$import"; fi
    # That of MinGW's build for the linker of MSVC, where one was made.
    case $TRIPLE in
        *-windows-gnu*) if [ "$action" = uninstall ] || [ -f "$BUILT/tgsession.lib" ]; then put 644 "$BUILT/tgsession.lib" "$DESTDIR$LIBDIR/tgsession.lib"; fi ;;
    esac
    if [ -z "$soname" ]; then return; fi
    link "${shared##*/}" "$DESTDIR$LIBDIR/$soname"
    link "$soname" "$DESTDIR$LIBDIR/$built"
    # Programs for macOS look for a library where it says that it lies.
    case $action-$TRIPLE in
        install-*-apple-*) ${INSTALL_NAME_TOOL:-install_name_tool} -id "$LIBDIR/$soname" "$DESTDIR$shared" ;;
    esac
}

# Where the tools can, only tgs_* stays global in it: it stands beside another SQLite then.
static_library() {
    case $action-$TRIPLE in
        install-*-linux-*)
            mkdir -p "$DESTDIR$LIBDIR"
            packaging/localise "$BUILT/$static_built" "$DESTDIR$static" "$(binutils)"
            ;;
        *) put 644 "$BUILT/$static_built" "$DESTDIR$static" ;;
    esac
}

# The prefix of the binutils for another machine than this, as Debian and most others call them.
binutils() {
    case $TRIPLE in
        "$(uname -m)"-*) ;;
        *) printf '%s' "${BINUTILS-${TRIPLE%%-*}-linux-gnu-}" ;;
    esac
}

headers() {
    put 644 include/tgsession.h "$DESTDIR$INCLUDEDIR/tgsession.h"
    put 644 bindings/cpp/tgsession.hpp "$DESTDIR$INCLUDEDIR/tgsession.hpp"
    for header in bindings/cpp/tgsession/*.hpp; do
        put 644 "$header" "$DESTDIR$INCLUDEDIR/tgsession/${header##*/}"
    done
}

# For pkg-config and for CMake.
descriptions() {
    fill bindings/c/tgsession.pc.in "$DESTDIR$LIBDIR/pkgconfig/tgsession.pc"
    fill bindings/c/tgsession-config.cmake.in "$DESTDIR$LIBDIR/cmake/tgsession/tgsession-config.cmake"
    fill bindings/c/tgsession-config-version.cmake.in "$DESTDIR$LIBDIR/cmake/tgsession/tgsession-config-version.cmake"
}

# The command, its man pages and its completions, where the command is built at all.
command_line() {
    if [ "$action" = install ] && [ -z "$COMMAND" ]; then return; fi
    put 755 "$BUILT/$program" "$DESTDIR$BINDIR/$program"
    for page in share/man/man1/*.1; do
        put 644 "$page" "$DESTDIR$MANDIR/man1/${page##*/}"
    done
    for file in bash-completion/completions/tgsession zsh/site-functions/_tgsession fish/vendor_completions.d/tgsession.fish; do
        put 644 "share/$file" "$share/$file"
    done
}

licences() {
    for licence in LICENSE-*; do
        put 644 "$licence" "$share/licenses/tgsession/$licence"
    done
}

# The folders that are only ours.
own_folders() {
    for folder in "$INCLUDEDIR/tgsession" "$LIBDIR/cmake/tgsession" "$DATADIR/licenses/tgsession"; do
        if [ -d "$DESTDIR$folder" ]; then rmdir "$DESTDIR$folder" || true; fi
    done
}

shared_library
static_library
headers
descriptions
command_line
licences
if [ "$action" = uninstall ]; then own_folders; fi
