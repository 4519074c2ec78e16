# What every make file uses, each variable defined once. Variables with ?= may be set by the user.

CARGO ?= cargo
PYTHON ?= python3
GO ?= go
NPM ?= npm

# What is built: the command line, and the engines behind URLs. The smallest library is FEATURES= (none of them).
FEATURES ?= age,cli,mongodb,sql,sqlcipher
# What each library for C has beside them.
LIBRARY_FEATURES = wiping-allocator,$(FEATURES)

# Where cargo builds, and where the suites keep their own programs and environments.
TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)

# What the suites of every language test, and what is installed or measured: the release.
RELEASE_DIR := $(TARGET_DIR)/release
LIBRARY_DIR := $(abspath $(RELEASE_DIR))
LIBRARY := $(LIBRARY_DIR)/libtgsession$(if $(filter Darwin,$(shell uname -s)),.dylib,.so)
LIBRARY_BUILD = $(CARGO) build --quiet --release --locked --lib --features "$(LIBRARY_FEATURES)"
LIBRARY_LINK := -L$(LIBRARY_DIR) -ltgsession -lpthread -Wl,-rpath,'$(LIBRARY_DIR)'

# Targets that do not need each other, one for each processor at a time.
IN_PARALLEL = $(MAKE) --no-print-directory --jobs=$(shell getconf _NPROCESSORS_ONLN)

export RUST_BACKTRACE ?= 0
# Where make/setup.sh puts a Go or Node of its own.
export PATH := $(CURDIR)/target/tools/bin:$(PATH)

.PHONY: library help

library:
	@$(LIBRARY_BUILD)

# make help: this list
help:
	@awk '/^# make( [^:]+)?: / { \
		target = $$0; sub(/^# /, "", target); sub(/: .*/, "", target); split(target, words, " "); \
		text = $$0; sub(/^[^:]*: /, "", text); \
		printf "%-20s %s\n", words[1] " " words[2], text }' $(MAKEFILE_LIST)
