#!/bin/sh
# test-rust.sh FEATURES SERVER...: the Rust suites twice, beside these servers: the release, and the debug build with its
# overflow checks and debug assertions, whose files are in memory. CARGO is the command.
#
# Most tests wait for servers, locks and disks: so twice as many run at once as there are processors, and while the release is
# tested, the debug build is compiled. Tests that are ignored elsewhere need the real clients, which are there.
# shellcheck disable=SC2086 # several words
set -u

suites="${CARGO:-cargo} test --no-fail-fast --locked --features $1"
shift
servers=$*
RUST_TEST_THREADS=$(($(getconf _NPROCESSORS_ONLN) * 2))
export RUST_TEST_THREADS

$suites --release --no-run || exit 1
nice -n 19 $suites --quiet --no-run &
compiler=$!
failed=0
tests/servers/run $servers -- $suites --release -- --include-ignored || failed=1
wait "$compiler" || exit 1
tests/memory/run tests/servers/run $servers -- $suites -- --include-ignored || failed=1
exit "$failed"
