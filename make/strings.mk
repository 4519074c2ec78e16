# make test-strings: the session strings that we write, read by the real JavaScript and Go libraries

STRINGS := $(abspath $(TARGET_DIR))/strings
# The tests of tdata ask these libraries too.
export TGS_JAVASCRIPT := $(STRINGS)

.PHONY: test-strings javascript

javascript:
	@make/setup.sh node
	@mkdir -p $(STRINGS)
	@cp tests/codec/package.json tests/codec/*.mjs $(STRINGS)
	@cd $(STRINGS) && npm install --silent --no-audit --no-fund --ignore-scripts

test-strings: oracle javascript
	make/setup.sh go
	TGSESSION_CHECK_STRINGS="$$(printf '%s\n%s' \
	  'node $(STRINGS)/check_strings.mjs' \
	  'cd tests/codec/go && go run . check')" \
	  $(CARGO) test --release --locked --features "$(FEATURES)" --test codec real_libraries_read_what_is_written -- --ignored
