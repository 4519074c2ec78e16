# The commands of the README. Each installs what it needs, through make/setup.sh, which says so.
# A line "# make TARGET: TEXT" beside a target is what `make help` shows.

# make: the release library and the command line, in target/release
# make test: everything, as CI runs it
# make test-rust: the Rust suites, with the servers and the real clients

.DEFAULT_GOAL := all
include make/common.mk

.PHONY: all header oracle test test-rust bench clean

all:
	$(CARGO) build --release --features "$(FEATURES)"

include make/install.mk make/demo.mk make/c.mk make/cpp.mk make/strings.mk make/node.mk make/go.mk make/python.mk
include make/mongodb.mk make/redis.mk make/lint.mk

# make header: generates include/tgsession.h from src/ffi
header:
	TGS_WRITE_HEADER=1 $(CARGO) test --quiet --test header the_committed_header

# make oracle: installs the real clients, which the tests run on the same files
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

# make bench: the library beside plain SQLite
bench:
	make/setup.sh c
	$(CARGO) bench --bench peers

# make clean: removes target/
clean:
	$(CARGO) clean
