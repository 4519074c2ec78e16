# make test-node: the binding for Node. make test-cases: what every language replays, against the C library itself.

CARGO ?= cargo
PYTHON ?= python3
NPM ?= npm
NODE_DIR := bindings/node
NODE_MODULES := $(NODE_DIR)/node_modules/.package-lock.json
RELEASE_LIBRARY := $(abspath $(or $(CARGO_TARGET_DIR),target))/release/$(if $(filter Darwin,$(shell uname -s)),libtgsession.dylib,libtgsession.so)

.PHONY: test-cases test-node release-library


release-library:
	$(CARGO) build --release --lib --features "$(FEATURES)"

test-cases: release-library
	$(PYTHON) bindings/cases/run_c.py $(RELEASE_LIBRARY)

test-node: release-library $(NODE_MODULES)
	cd $(NODE_DIR) && TGSESSION_LIBRARY=$(RELEASE_LIBRARY) $(NPM) test

# Exact versions. No install script of a package is run: koffi's binary comes ready-made.
$(NODE_MODULES): $(NODE_DIR)/package.json $(NODE_DIR)/package-lock.json
	cd $(NODE_DIR) && $(NPM) ci --ignore-scripts --no-audit --no-fund
	@touch $@
