# make test-dist [PLATFORMS=…] [SETS=…]: unpacks the archives of `make dist` elsewhere and tests each as far as its
# platform goes here. An archive that is missing is an error. What is needed is installed.

.PHONY: test-dist test-dist-setup

test-dist: test-dist-setup
	@set -e; $(foreach platform,$(PLATFORMS),$(foreach set,$(SETS),packaging/test/run $(platform) $(set);))
	@echo "test-dist: everything passed: $(PLATFORMS), each $(SETS)"

test-dist-setup:
	@make/setup.sh test_dist $(if $(filter %-musl,$(PLATFORMS)),test_dist_musl dist) $(if $(filter linux-aarch64%,$(PLATFORMS)),test_dist_arm64) \
	    $(if $(filter windows-%,$(PLATFORMS)),test_dist_windows) $(if $(filter macos-%,$(PLATFORMS)),dist_macos)
