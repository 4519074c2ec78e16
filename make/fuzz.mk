# make fuzz: each fuzz target for FUZZ_SECONDS under libFuzzer and the address sanitizer
# What is found is in target/fuzz/found/TARGET. The corpus stays in target/fuzz/corpus, so that the next run goes on from it.

FUZZ_TARGETS ?= strings json binary images calls
FUZZ_SECONDS ?= 60
CARGO_FUZZ := target/tools/cargo-fuzz-0.13.2
FUZZ_DIR := target/fuzz

.PHONY: fuzz

# The compiler's sanitizers are behind a switch that RUSTC_BOOTSTRAP opens.
fuzz: $(CARGO_FUZZ)/bin/cargo-fuzz
	make/setup.sh c
	TGS_FUZZ_RUNS=0 TGS_FUZZ_SAMPLES=$(abspath $(FUZZ_DIR))/samples $(CARGO) test --quiet --test fuzz
	set -e; for name in $(FUZZ_TARGETS); do \
	    mkdir -p $(FUZZ_DIR)/corpus/$$name $(FUZZ_DIR)/found/$$name; \
	    RUSTC_BOOTSTRAP=1 $(abspath $<) run --fuzz-dir fuzz --target-dir $(FUZZ_DIR)/build $$name \
	        $(FUZZ_DIR)/corpus/$$name $(FUZZ_DIR)/samples/$$name -- \
	        -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=2048 -artifact_prefix=$(FUZZ_DIR)/found/$$name/; \
	done

# The program, not its folder: that is there too after an installation that was interrupted.
$(CARGO_FUZZ)/bin/cargo-fuzz:
	make/setup.sh c
	@echo "make: installing cargo-fuzz into $(CARGO_FUZZ)"
	$(CARGO) install --quiet --locked --root $(CARGO_FUZZ) cargo-fuzz@0.13.2
