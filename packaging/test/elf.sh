# What the libraries for Linux say of themselves. Sourced by run.
# shellcheck shell=sh disable=SC2154 # lib.sh names them

shared="$archive/lib/libtgsession.so"
static="$archive/lib/libtgsession.a"
case $platform in
    *x86_64*) machine="Advanced Micro Devices X86-64" ;;
    *aarch64*) machine="AArch64" ;;
esac
for file in "$shared" "$archive/bin/tgsession"; do
    LC_ALL=C "${tools}readelf" -h "$file" | sed -n 's/^ *Machine: *//p' | same "the machine of $file" "$machine"
done
dynamic() { LC_ALL=C "${tools}readelf" -d "$1"; }
dynamic "$shared" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p' | same "the soname" "libtgsession.so.$major"
for file in "$shared" "$archive/bin/tgsession"; do
    dynamic "$file" | { grep 'RPATH\|RUNPATH\|TEXTREL' || true; } | none "$file has a path or text relocations"
    # libgcc_s is not on every machine; what unwinds is inside.
    dynamic "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
        { grep -vx 'libc\.so\|libc\.so\.6\|libm\.so\.6\|libpthread\.so\.0\|libdl\.so\.2\|ld-linux-.*' || true; } |
        none "$file needs a library that not every machine has"
done
"${tools}nm" -D --defined-only "$shared" | awk '{print $3}' | sed 's/@.*//' | LC_ALL=C sort | same "what is exported" "$(declared)"
passed "shared library: soname, only tgs_* exported ($(declared | wc -l) functions), needs only libc"

"${tools}nm" -g --defined-only "$static" | awk 'NF == 3 {print $3}' | LC_ALL=C sort | same "what is global" "$(declared)"
passed "static library: only tgs_* global"

case $platform in
    *-musl) dynamic "$archive/bin/tgsession" | { grep NEEDED || true; } | none "the command is not static" ;;
    *)
        for file in "$shared" "$archive/bin/tgsession"; do
            highest=$("${tools}readelf" -W --version-info "$file" | grep -o 'GLIBC_[0-9.]*' | sort -V | tail -n 1)
            test "$(printf '%s\n' "$highest" GLIBC_2.17 | sort -V | tail -n 1)" = GLIBC_2.17 || fail "$file needs $highest"
        done
        passed "needs no later glibc than 2.17"
        ;;
esac
