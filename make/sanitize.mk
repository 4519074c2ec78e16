# make sanitize: the C tests under the address and thread sanitizers, and Miri over the Rust code that it can run
#
# The address sanitizer sees the library, its SQLite and the C programs: reads and writes past the end, use after free, leaks. The
# thread sanitizer sees races in the same. The standard library is instrumented for it too: without, it finds races that are none.
# Miri sees undefined behaviour in the unit tests of src/codec, src/model and src/redact.rs.
#
# Not run: abi, which only prints sizes, and residue, which reads all its memory, also what a sanitizer keeps it from. Miri runs
# no C, so nothing with SQLite in it, and has not ended secrets_are_hidden after minutes. `make test` runs all of these.

NIGHTLY ?= nightly-2026-05-20
SANITIZE_DIR := $(abspath $(TARGET_DIR))/sanitize
SANITIZE_HOST = $(shell rustc -vV | sed -n 's/^host: //p')
# The drivers of servers have no server here.
SANITIZE_FEATURES := wiping-allocator
SANITIZE_TESTS := $(filter-out abi residue,$(C_TESTS))
SANITIZE_FLAGS := -std=c99 -g -O1 -fno-omit-frame-pointer -D_GNU_SOURCE -Iinclude
# rustc brings the runtime for its own programs only, and gcc's is none for the code of LLVM.
TSAN_RUNTIME = $(shell rustc +$(NIGHTLY) --print sysroot)/lib/rustlib/$(SANITIZE_HOST)/lib/librustc-nightly_rt.tsan.a

.PHONY: sanitize sanitize-setup sanitize-address sanitize-thread miri

sanitize: sanitize-address sanitize-thread miri

sanitize-setup:
	make/setup.sh c
	@for component in miri rust-src; do \
	    rustup +$(NIGHTLY) component list --installed 2>/dev/null | grep -q "^$$component" && continue; \
	    echo "make: installing Rust's $(NIGHTLY) with $$component"; \
	    rustup toolchain install --no-self-update --profile minimal --component $$component $(NIGHTLY); \
	done

sanitize-address: sanitize-setup
	$(call sanitized_library,address,)
	$(call sanitized_tests,address,$(SANITIZE_TESTS),-fsanitize=address)

sanitize-thread: sanitize-setup
	$(call sanitized_library,thread,-Zbuild-std)
	$(call sanitized_tests,thread,$(SANITIZE_TESTS),-Wl$(comma)--whole-archive $(TSAN_RUNTIME) -Wl$(comma)--no-whole-archive -lstdc++)

# make miri: the unit tests that need no C, under Miri
# They make folders: without isolation they may.
miri: sanitize-setup
	MIRIFLAGS=-Zmiri-disable-isolation $(CARGO) +$(NIGHTLY) miri test --quiet --locked --lib --target-dir $(SANITIZE_DIR)/miri -- codec:: model:: redact:: \
	    --skip redact::tests::secrets_are_hidden

comma := ,

# sanitized_library SANITIZER FLAGS: the static library, and in it SQLite.
define sanitized_library
	RUSTFLAGS="-Zsanitizer=$(1) -Cforce-frame-pointers=yes" CFLAGS="-fsanitize=$(1) -fno-omit-frame-pointer" \
	    $(CARGO) +$(NIGHTLY) rustc --quiet --locked --lib --crate-type staticlib --features $(SANITIZE_FEATURES) $(2) \
	    --target $(SANITIZE_HOST) --target-dir $(SANITIZE_DIR)/$(1)
endef

# sanitized_tests SANITIZER NAMES LINK: builds and runs C programs, each in a new folder.
define sanitized_tests
	@set -e; dir=$(SANITIZE_DIR)/$(1); mkdir -p $$dir/c; \
	for name in $(C_TEST_SHARED) $(2); do \
	    $(CC) $(SANITIZE_FLAGS) -fsanitize=$(1) -c tests/c/$$name.c -o $$dir/c/$$name.o; \
	done; \
	for name in $(2); do \
	    $(CC) $$dir/c/$$name.o $(C_TEST_SHARED:%=$$dir/c/%.o) $$dir/$(SANITIZE_HOST)/debug/libtgsession.a $(3) \
	        -lpthread -ldl -lm -o $$dir/c/$$name; \
	    rm -rf $$dir/c/here; mkdir $$dir/c/here; \
	    (cd $$dir/c/here && RUST_BACKTRACE=0 TSAN_OPTIONS=halt_on_error=1 ../$$name) > $$dir/c/out 2>&1 || \
	        { cat $$dir/c/out; echo "sanitize: $$name failed ($(1)): its output is above" >&2; exit 1; }; \
	    printf '%-12s %-16s %s\n' $$name $(1) "$$(paste -s -d ';' $$dir/c/out)"; \
	done
endef
