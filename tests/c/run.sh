#!/bin/sh
# run.sh BINARIES HEADER LIBRARY: runs the programs of this folder, as C99 under valgrind and as C++17 without (residue, which
# looks through all its memory, always without), and compares what the library exports with symbols-2.txt. One line for
# each; the first that fails ends all, with its output.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
binaries=$(cd "$1" && pwd)
header=$2
library=$3

valgrind="valgrind --fair-sched=yes --quiet --error-exitcode=9 --leak-check=full --show-leak-kinds=definite,indirect,possible
    --errors-for-leak-kinds=definite,indirect,possible --suppressions=$here/valgrind.supp"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export RUST_BACKTRACE=0

# run NAME HOW COMMAND...: in a new folder, which is the program's own.
run() {
    name=$1 how=$2
    shift 2
    rm -rf "$place/here"
    mkdir "$place/here"
    if ! (cd "$place/here" && "$@") >"$place/out" 2>&1; then
        cat "$place/out"
        echo "test-c: $name failed ($how): its output is above" >&2
        exit 1
    fi
    printf '%-12s %-16s %s\n' "$name" "$how" "$(paste -s -d ';' "$place/out")"
}

for function in $(grep -o 'tgs_[a-z_0-9]*(' "$header" | sort -u); do
    name=${function%(}
    # FIELD(dc_id, …) stands for tgs_get_dc_id and tgs_set_dc_id.
    field=${name#tgs_?et_}
    grep -qF "$function" "$here/null.c" || grep -qF "FIELD($field," "$here/null.c" || {
        echo "test-c: null.c does not call $name with NULL" >&2
        exit 1
    }
done

for source in "$here"/*.c; do
    name=$(basename "$source" .c)
    case $name in
        check | key | shelf) ;;
        abi) run abi "C99 = abi-2.txt" sh -c "'$binaries/abi-c99' | diff '$here/abi-2.txt' - && echo the same" ;;
        residue) run residue C99 "$binaries/residue-c99" && run residue "C++17" "$binaries/residue-c++17" ;;
        *)
            # shellcheck disable=SC2086 # several words
            run "$name" "C99, valgrind" $valgrind "$binaries/$name-c99"
            run "$name" "C++17" "$binaries/$name-c++17"
            ;;
    esac
done
run abi "C++17 = abi-2.txt" sh -c "'$binaries/abi-c++17' | diff '$here/abi-2.txt' - && echo the same"

# A function that is gone or new is another binary interface: abi-2.txt and symbols-2.txt change with TGS_ABI_VERSION only,
# but for functions that are added before a release.
nm -D --defined-only "$library" | awk '{ print $3 }' | LC_ALL=C sort >"$place/symbols"
"$here/declared" "$here/../../include/tgsession.h" >"$place/declared"
for what in symbols declared; do
    diff "$here/symbols-2.txt" "$place/$what" || {
        echo "test-c: symbols-2.txt has not the functions that the library exports and the header declares" >&2
        exit 1
    }
done
printf '%-12s %-16s %s\n' symbols "symbols-2.txt" "the same"
