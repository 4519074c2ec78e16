#!/bin/sh
# run.sh BINARIES HEADER LIBRARY: runs the programs of this folder (see program), one for each processor at a time, and compares
# what the library exports with symbols-2.txt.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
binaries=$(cd "$1" && pwd)
header=$2
library=$3
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

for function in $(grep -o 'tgs_[a-z_0-9]*(' "$header" | sort -u); do
    name=${function%(}
    # FIELD(dc_id, …) stands for tgs_get_dc_id and tgs_set_dc_id.
    field=${name#tgs_?et_}
    grep -qF "$function" "$here/null.c" || grep -qF "FIELD($field," "$here/null.c" || {
        echo "test-c: null.c does not call $name with NULL" >&2
        exit 1
    }
done

# The largest, which take longest, begin first.
# shellcheck disable=SC2012 # names without blanks
ls -S "$here" | sed -n 's/\.c$//p' | grep -vxE 'check|key|shelf' |
    xargs -n 1 -P "$(getconf _NPROCESSORS_ONLN)" "$here/program" "$binaries"

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
