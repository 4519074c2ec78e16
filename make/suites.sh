#!/bin/sh
# suites.sh TARGET...: makes each target in turn, goes on after one that fails, and ends with a table of what passed and how
# long it took.
set -u

table=""
failed=0
for target in "$@"; do
    began=$(date +%s)
    if ${MAKE:-make} --no-print-directory "$target"; then
        outcome=passed
    else
        outcome=FAILED
        failed=$((failed + 1))
    fi
    table="$table$(printf '%-14s %s in %4d s' "$target" "$outcome" $(($(date +%s) - began)))
"
done
echo "make test:"
printf '%s' "$table" | sed 's/^/    /'
echo "$(($# - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
