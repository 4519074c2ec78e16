# make test-go: both Go modules under the race detector, and tests/e2e against a Telegram server on this machine
# In tests/e2e, gotd, Kurigram, Pyrogram, Telethon and a C++ program share one login on the loopback interface, and gotd's own
# test of its update manager runs on our storages.

# make bench-go: what the calls of the Go package cost beside the same calls in C

GO_CPP_READER := $(abspath $(TARGET_DIR))/tests-go/reader
GO_CLIENTS := kurigram-2.2.26 pyrogram-2.0.106 telethon-1.45.0

# What make/setup.sh had to install comes first.
GO_ENV = PATH="$(abspath target/tools/bin):$$PATH" GODEBUG=cgocheck=1 \
	CGO_LDFLAGS="-L$(LIBRARY_DIR) -Wl,-rpath,$(LIBRARY_DIR)"

.PHONY: test-go test-go-setup test-dist-go bench-go

test-go: test-go-setup $(GO_CPP_READER)
	@cd bindings/go && $(GO_ENV) $(GO) test -race -count=1 ./...
	@cd bindings/go && $(GO_ENV) $(GO) test -tags tgsession_static -count=1 -run Example .
	@cd bindings/go/gotd && $(GO_ENV) $(GO) test -race -count=1 ./...
	@cd tests/e2e && $(GO_ENV) TGS_CPP_READER=$(GO_CPP_READER) $(GO) test -race -count=1 -timeout 8m ./...

test-go-setup:
	@make/setup.sh c python go
	@$(LIBRARY_BUILD)
	@$(PYTHON) tests/oracle/install.py $(GO_CLIENTS)

bench-go: library
	@make/setup.sh c go
	@cd bindings/go && $(GO_ENV) $(GO) run ./bench

$(GO_CPP_READER): tests/e2e/reader/reader.cpp bindings/cpp/tgsession.hpp $(wildcard bindings/cpp/tgsession/*.hpp) \
    include/tgsession.h | test-go-setup
	@mkdir -p $(@D)
	@$(CXX) -std=c++17 -Wall -Wextra -Wpedantic -Werror -O1 -Iinclude -Ibindings/cpp $< \
	    $(LIBRARY_LINK) -o $@

# make test-dist-go: a project outside of the checkout, with the modules as a proxy serves them
# It links the library of the archive that TGSESSION_ARCHIVE names, or what make install installs.
test-dist-go:
	@make/setup.sh c cmake go
	@FEATURES="$(FEATURES)" GO="$(GO)" TGSESSION_ARCHIVE="$(TGSESSION_ARCHIVE)" tests/go-module/run
