# make dist: an archive of each of PLATFORMS and SETS of features, and their checksums, in target/dist
# What is needed is installed; packaging/README.md tells how.

PLATFORMS ?= linux-x86_64 linux-aarch64 linux-x86_64-musl linux-aarch64-musl windows-x86_64 macos-aarch64 macos-x86_64
SETS ?= small full


.PHONY: dist dist-setup dist-archives

dist: dist-archives
	@cd target/dist && LC_ALL=C sha256sum $$(find tgsession-$(VERSION)-* -maxdepth 0 -type f | LC_ALL=C sort) > SHA256SUMS
	@cat target/dist/SHA256SUMS

dist-setup:
	@make/setup.sh c dist $(if $(filter linux-aarch64%,$(PLATFORMS)),dist_arm64) $(if $(filter windows-%,$(PLATFORMS)),dist_windows) \
	    $(if $(filter macos-%,$(PLATFORMS)),dist_macos)

# One after the other: the sets of a platform are built in one folder, and cargo takes every core anyway.
dist-archives: dist-setup
	@set -e; $(foreach platform,$(PLATFORMS),$(foreach set,$(SETS),packaging/build $(platform) $(set);))
