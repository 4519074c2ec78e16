# make test-strings: the session strings that we write, read by the real JavaScript and Go libraries

STRINGS := target/strings

.PHONY: test-strings

test-strings: oracle
	make/setup.sh node go
	mkdir -p $(STRINGS)
	cp tests/codec/package.json tests/codec/*.mjs $(STRINGS)
	cd $(STRINGS) && npm install --silent --no-audit --no-fund
	TGSESSION_CHECK_STRINGS="$$(printf '%s\n%s' \
	  'node $(STRINGS)/check_strings.mjs' \
	  'cd tests/codec/go && go run . check')" \
	  $(CARGO) test --release --locked --features "$(FEATURES)" --test codec real_libraries_read_what_is_written -- --ignored
