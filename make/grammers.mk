# make test-grammers: grammers' Session trait over files of several clients, beside grammers' own storage

.PHONY: test-grammers

test-grammers:
	@make/setup.sh c
	@cd bindings/rust/grammers && $(CARGO) test --quiet --locked --target-dir $(abspath $(TARGET_DIR))/grammers
