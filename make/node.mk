# make test-node: the binding for Node
# make bench-node: what the calls of the binding for Node cost
# make test-cases: the cases that every language replays (bindings/cases), against the C library itself

NODE_DIR := bindings/node
NODE_MODULES := $(NODE_DIR)/node_modules/.package-lock.json

.PHONY: test-cases test-node bench-node

test-cases: library
	$(PYTHON) bindings/cases/run_c.py $(LIBRARY)

test-node: library $(NODE_MODULES)
	cd $(NODE_DIR) && TGSESSION_LIBRARY=$(LIBRARY) $(NPM) test

bench-node: library $(NODE_MODULES)
	cd $(NODE_DIR) && $(NPM) run --silent build && TGSESSION_LIBRARY=$(LIBRARY) node bench/calls.mjs

# Exact versions. No install script of a package runs: koffi's package contains its binary.
$(NODE_MODULES): $(NODE_DIR)/package.json $(NODE_DIR)/package-lock.json
	make/setup.sh node
	cd $(NODE_DIR) && $(NPM) ci --ignore-scripts --no-audit --no-fund
	@touch $@
