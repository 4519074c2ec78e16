# make test-node: the binding for Node
# make test-cases: the cases that every language replays (bindings/cases), against the C library itself

NODE_DIR := bindings/node
NODE_MODULES := $(NODE_DIR)/node_modules/.package-lock.json

.PHONY: test-cases test-node

test-cases: library
	$(PYTHON) bindings/cases/run_c.py $(LIBRARY)

test-node: library $(NODE_MODULES)
	cd $(NODE_DIR) && TGSESSION_LIBRARY=$(LIBRARY) $(NPM) test

# Exact versions. No install script of a package runs: koffi's package contains its binary.
$(NODE_MODULES): $(NODE_DIR)/package.json $(NODE_DIR)/package-lock.json
	make/setup.sh node
	cd $(NODE_DIR) && $(NPM) ci --ignore-scripts --no-audit --no-fund
	@touch $@
