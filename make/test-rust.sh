#!/bin/sh
# test-rust.sh FEATURES SERVER...: the Rust suites beside these servers, with their files in memory: the release, and the debug
# build with its overflow checks and debug assertions. CARGO is the command.
#
# Most tests wait for servers and locks: so twice as many run at once as there are processors, and while the release is tested,
# the debug build is compiled. The unit tests are in no library that ships, and the slowest to optimize: their build is the debug
# one. Tests that are ignored elsewhere need the real clients, which are there.
# shellcheck disable=SC2086 # several words
set -u

suites="${CARGO:-cargo} test --no-fail-fast --locked --features $1"
release="$suites --release --test *"
shift
servers=$*
RUST_TEST_THREADS=$(($(getconf _NPROCESSORS_ONLN) * 2))
export RUST_TEST_THREADS
# The star is cargo's.
set -f

$release --no-run || exit 1
nice -n 19 $suites --quiet --no-run &
compiler=$!
failed=0
tests/memory/run tests/servers/run $servers -- $release -- --include-ignored || failed=1
wait "$compiler" || exit 1
tests/memory/run tests/servers/run $servers -- $suites -- --include-ignored || failed=1
exit "$failed"
