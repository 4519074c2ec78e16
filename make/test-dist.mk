# make test-dist: the archives of PLATFORMS and SETS, and the packages made of them, as their users have them
# Each is unpacked elsewhere and tested as far as its platform goes here. What is missing is an error.

.PHONY: test-dist test-dist-archives test-dist-setup

test-dist: test-dist-archives test-dist-node test-dist-python test-dist-go test-dist-cargo

test-dist-archives: test-dist-setup
	@set -e; $(foreach platform,$(PLATFORMS),$(foreach set,$(SETS),packaging/test/run $(platform) $(set);))
	@echo "test-dist: every archive passed: $(PLATFORMS), each $(SETS)"

test-dist-setup:
	@make/setup.sh test_dist $(if $(filter %-musl,$(PLATFORMS)),test_dist_musl dist) $(if $(filter linux-aarch64%,$(PLATFORMS)),test_dist_arm64) \
	    $(if $(filter windows-%,$(PLATFORMS)),test_dist_windows) $(if $(filter macos-%,$(PLATFORMS)),dist_macos)
