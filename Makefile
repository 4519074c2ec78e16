# The commands of the README. Each does its own set-up: what is missing is installed, and said.

CARGO ?= cargo
PYTHON ?= python3
# What is built: the command line, and the engines behind URLs. The smallest library is FEATURES= (none of them).
FEATURES ?= cli,mongodb,sql
# What the suites of every language test, and what is installed or measured: the release.
LIBRARY_DIR = $(abspath $(or $(CARGO_TARGET_DIR),target))/release
LIBRARY = $(LIBRARY_DIR)/libtgsession$(if $(filter Darwin,$(shell uname -s)),.dylib,.so)
LIBRARY_BUILD = $(CARGO) build --quiet --release --locked --lib --features "$(FEATURES)"
export RUST_BACKTRACE ?= 0
# Where make/setup.sh puts a Go or Node of its own.
export PATH := $(CURDIR)/target/tools/bin:$(PATH)

.PHONY: all header man lint check oracle test test-rust test-fresh bench clean

all:
	$(CARGO) build --release --features "$(FEATURES)"

include make/install.mk make/demo.mk make/c.mk make/cpp.mk make/strings.mk make/node.mk make/go.mk make/python.mk
include make/mongodb.mk make/redis.mk make/packages.mk make/dist.mk make/test-dist.mk

# Writes include/tgsession.h anew from src/ffi.
header:
	TGS_WRITE_HEADER=1 $(CARGO) test --quiet --test header the_committed_header

# Writes the man pages and shell completions in share anew from src/bin/tgsession.
man:
	TGS_WRITE_MAN=1 $(CARGO) test --quiet --features cli --test manual

lint:
	make/setup.sh c
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets --all-features -- -D warnings

# The real clients, with which the tests work on the same files.
oracle:
	make/setup.sh c python
	$(PYTHON) tests/oracle/install.py

# The quick check while one works: no server, no real client, no network.
check:
	$(CARGO) fmt --check
	$(CARGO) clippy --quiet --all-targets --features cli -- -D warnings
	$(CARGO) test --quiet --features cli

RUST_TEST_SERVERS := postgresql pgbouncer mariadb mongodb

# The Rust suites twice: the release, and the debug build with its overflow checks and debug assertions. Tests that are
# ignored elsewhere need the real clients, which are there now.
test-rust: oracle
	make/setup.sh go postgresql pgbouncer mariadb
	tests/servers/run $(RUST_TEST_SERVERS) -- $(CARGO) test --release --locked --features "$(FEATURES)" -- --include-ignored
	tests/servers/run $(RUST_TEST_SERVERS) -- $(CARGO) test --locked --features "$(FEATURES)" -- --include-ignored

SUITES := lint test-rust test-c test-cpp test-install test-cases test-strings test-node test-go test-python test-redis

test:
	@MAKE="$(MAKE)" make/suites.sh $(SUITES)

# Both in a bare root file system (tests/fresh): for each distribution that is named, of Debian or Ubuntu.
DISTRIBUTIONS ?= bookworm trixie

test-fresh:
	make/setup.sh debootstrap
	set -e; for distribution in $(DISTRIBUTIONS); do tests/fresh/run $$distribution; done

bench:
	make/setup.sh c
	$(CARGO) bench --bench peers

clean:
	$(CARGO) clean
