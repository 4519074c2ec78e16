# make test-dist-cargo: the crate as it is packaged, and a project elsewhere that depends on it
# ALLOW_DIRTY=1 packages what is not committed too.

.PHONY: test-dist-cargo

test-dist-cargo:
	@make/setup.sh c
	@ALLOW_DIRTY="$(ALLOW_DIRTY)" tests/crate/run
