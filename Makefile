# The commands of the README. Each installs what it needs, through make/setup.sh, which says so.
# A line "# make TARGET: TEXT" beside a target is what `make help` shows.

# make: the release library and the command line, in target/release
# make test: everything, as CI runs it
# make test-rust: the Rust suites, with the servers and the real clients

.DEFAULT_GOAL := all
include make/common.mk

.PHONY: all header man check oracle test test-rust test-fresh clean

all:
	$(CARGO) build --release --features "$(LIBRARY_FEATURES)"

include make/install.mk make/demo.mk make/c.mk make/cpp.mk make/strings.mk make/node.mk make/go.mk make/python.mk
include make/web.mk make/mongodb.mk make/redis.mk make/packages.mk make/dist.mk make/test-dist.mk make/cargo.mk make/fuzz.mk make/lint.mk
include make/encrypted.mk make/tdlib.mk make/tdata.mk make/mtcute.mk make/sanitize.mk make/grammers.mk make/site.mk make/bench.mk make/instructions.mk

# make header: generates include/tgsession.h from src/ffi, and its copy in Go's module
header:
	TGS_WRITE_HEADER=1 $(CARGO) test --quiet --test header the_committed_header
	cp include/tgsession.h bindings/go/tgsession.h

# make man: generates the man pages and shell completions in share from src/bin/tgsession
man:
	TGS_WRITE_MAN=1 $(CARGO) test --quiet --features cli --test manual

# make oracle: installs the real clients, which the tests run on the same files
oracle:
	make/setup.sh c python
	$(PYTHON) tests/oracle/install.py

# make check: the quick check while one works; no server, no real client, no network
check:
	$(CARGO) fmt --check
	$(CARGO) clippy --quiet --all-targets --features cli -- -D warnings
	$(CARGO) test --no-fail-fast --quiet --features cli

RUST_TEST_SERVERS := postgresql pgbouncer mariadb mongodb

test-rust: oracle sqlcipher tdlib opentele javascript mtcute
	make/setup.sh age go postgresql pgbouncer mariadb
	CARGO="$(CARGO)" make/test-rust.sh "$(FEATURES)" $(RUST_TEST_SERVERS)

SUITES := lint test-rust test-c test-instructions test-residue test-cpp test-install test-cases test-strings test-node test-go test-python test-redis test-grammers test-web test-site

test:
	@MAKE="$(MAKE)" make/suites.sh $(SUITES)

# make test-fresh: make demo and make test in a bare root file system of each of DISTRIBUTIONS, Debian's or Ubuntu's
DISTRIBUTIONS ?= bookworm trixie

test-fresh:
	make/setup.sh debootstrap
	set -e; for distribution in $(DISTRIBUTIONS); do tests/fresh/run $$distribution; done

# make clean: removes target/
clean:
	$(CARGO) clean
