# The commands of the README. Each does its own set-up: what is missing is installed, and said.

CARGO ?= cargo
PYTHON ?= python3
# What is built: the command line, and the engines behind URLs. The smallest library is FEATURES= (none of them).
FEATURES ?= cli,mongodb,sql
# Tests take the debug library, which `cargo test` has built already; what is installed or measured is the release.
LIBRARY_PROFILE ?= release
LIBRARY_DIR = $(abspath $(or $(CARGO_TARGET_DIR),target))/$(LIBRARY_PROFILE)
LIBRARY = $(LIBRARY_DIR)/libtgsession$(if $(filter Darwin,$(shell uname -s)),.dylib,.so)
LIBRARY_BUILD = $(CARGO) build --quiet --lib --features "$(FEATURES)" $(if $(filter release,$(LIBRARY_PROFILE)),--release)
export RUST_BACKTRACE ?= 0
# Where make/setup.sh puts a Go or Node of its own.
export PATH := $(CURDIR)/target/tools/bin:$(PATH)

.PHONY: all header man lint oracle test test-rust bench clean

all:
	$(CARGO) build --release --features "$(FEATURES)"

include make/install.mk make/demo.mk make/c.mk make/cpp.mk make/strings.mk make/node.mk make/go.mk make/python.mk
include make/mongodb.mk make/redis.mk

# Writes include/tgsession.h anew from src/ffi, and its copy in Go's module.
header:
	TGS_WRITE_HEADER=1 $(CARGO) test --quiet --test header the_committed_header
	cp include/tgsession.h bindings/go/tgsession.h

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

test-rust: oracle
	make/setup.sh go postgresql pgbouncer mariadb
	tests/servers/run postgresql pgbouncer mariadb mongodb -- $(CARGO) test --all-features

test test-cases test-node test-go test-python: LIBRARY_PROFILE = debug
test-redis test-redis-c test-redis-go test-redis-python: LIBRARY_PROFILE = debug

test: lint test-rust test-c test-cpp test-install test-cases test-strings test-node test-go test-python test-redis
	@echo "make test: everything passed"

bench:
	make/setup.sh c
	$(CARGO) bench --bench peers

clean:
	$(CARGO) clean

include make/cargo.mk
