# make npm, make wheels: the packages of Node and Python, from what `make dist` has staged (set full), into
# target/dist/npm and target/dist/python. make test-dist-node, make test-dist-python: the packages as a user has them.

PLATFORMS ?= linux-x86_64 linux-aarch64 linux-x86_64-musl linux-aarch64-musl windows-x86_64 macos-aarch64 macos-x86_64

.PHONY: npm wheels test-dist-node test-dist-python

npm: $(NODE_MODULES)
	cd $(NODE_DIR) && $(NPM) run --silent build
	node packaging/node/pack.mjs $(PLATFORMS)

test-dist-node:
	packaging/test/node.sh
