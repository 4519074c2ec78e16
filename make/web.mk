# make web: the page that inspects and converts in a browser: target/web, for any static host or to open from a disk
# make test-web: the WebAssembly module, its layer for JavaScript in Node, and the page in Chromium

WEB_DIR := web
WEB_LIBRARY_DIR := bindings/web
WEB_OUT := $(abspath $(TARGET_DIR))/web
WEB_WASM_DIR := $(abspath $(TARGET_DIR))/wasm
WEB_MODULES := $(WEB_DIR)/node_modules/.package-lock.json $(WEB_LIBRARY_DIR)/node_modules/.package-lock.json $(NODE_MODULES)

.PHONY: web web-library test-web

# The package tgsession-web, in bindings/web/dist.
web-library: $(WEB_MODULES)
	wasm=$$(CARGO="$(CARGO)" make/wasm.sh $(WEB_WASM_DIR)) && cd $(WEB_LIBRARY_DIR) && TGSESSION_WASM=$$wasm $(NPM) run --silent build

web: web-library
	cd $(WEB_DIR) && $(NPM) run --silent build -- $(WEB_OUT)

# The command line is what the page's results are compared with.
test-web: web
	make/setup.sh c chromium
	cd $(WEB_LIBRARY_DIR) && $(NPM) test
	$(CARGO) build --quiet --locked --features "$(FEATURES)"
	cd $(WEB_DIR) && TGSESSION_PAGE=$(WEB_OUT) TGSESSION_COMMAND=$(abspath $(TARGET_DIR))/debug/tgsession \
		TGSESSION_SCREENSHOTS=$(abspath $(TARGET_DIR))/web-screenshots $(NPM) test

$(WEB_DIR)/node_modules/.package-lock.json $(WEB_LIBRARY_DIR)/node_modules/.package-lock.json: %/node_modules/.package-lock.json: %/package.json %/package-lock.json
	make/setup.sh node
	cd $* && $(NPM) ci --ignore-scripts --no-audit --no-fund
	@touch $@
