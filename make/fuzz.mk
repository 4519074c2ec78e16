# make fuzz: each fuzz target for SECONDS under libFuzzer and the address sanitizer

FUZZ_TARGETS := strings json images calls
CARGO_FUZZ := target/tools/cargo-fuzz-0.13.2
SECONDS ?= 60

.PHONY: fuzz

# The compiler's sanitizers are behind a switch that RUSTC_BOOTSTRAP opens.
fuzz: $(CARGO_FUZZ)
	TGS_FUZZ_RUNS=0 TGS_FUZZ_SAMPLES=$(abspath target/fuzz/samples) $(CARGO) test --quiet --test fuzz
	set -e; $(foreach fuzzed,$(FUZZ_TARGETS),mkdir -p target/fuzz/corpus/$(fuzzed) target/fuzz/found/$(fuzzed); \
	    RUSTC_BOOTSTRAP=1 $(abspath $(CARGO_FUZZ))/bin/cargo-fuzz run --fuzz-dir fuzz --target-dir target/fuzz/build $(fuzzed) \
	    target/fuzz/corpus/$(fuzzed) target/fuzz/samples/$(fuzzed) -- -max_total_time=$(SECONDS) -rss_limit_mb=2048 \
	    -artifact_prefix=target/fuzz/found/$(fuzzed)/;)

$(CARGO_FUZZ):
	$(CARGO) install --quiet --locked --root $@ cargo-fuzz@0.13.2
