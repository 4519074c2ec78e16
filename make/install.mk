# make install PREFIX=/usr/local [DESTDIR=…]: the headers, both libraries, and what pkg-config and CMake need.

CARGO ?= cargo
PREFIX ?= /usr/local
INCLUDEDIR ?= $(PREFIX)/include
LIBDIR ?= $(PREFIX)/lib
RELEASE_DIR := $(or $(CARGO_TARGET_DIR),target)/release
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
FILL := sed -e 's|@PREFIX@|$(PREFIX)|g' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|g' -e 's|@LIBDIR@|$(LIBDIR)|g' \
    -e 's|@VERSION@|$(VERSION)|g'
CMAKEDIR := $(LIBDIR)/cmake/tgsession

.PHONY: install test-install

install:
	make/setup.sh c
	$(CARGO) build --release --lib --features "$(FEATURES)"
	install -d $(DESTDIR)$(INCLUDEDIR)/tgsession $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(CMAKEDIR)
	install -m 644 include/tgsession.h bindings/cpp/tgsession.hpp $(DESTDIR)$(INCLUDEDIR)
	install -m 644 bindings/cpp/tgsession/*.hpp $(DESTDIR)$(INCLUDEDIR)/tgsession
	install -m 755 $(RELEASE_DIR)/libtgsession.so $(DESTDIR)$(LIBDIR)/libtgsession.so.$(VERSION)
	ln -sf libtgsession.so.$(VERSION) $(DESTDIR)$(LIBDIR)/libtgsession.so.0
	ln -sf libtgsession.so.0 $(DESTDIR)$(LIBDIR)/libtgsession.so
	install -m 644 $(RELEASE_DIR)/libtgsession.a $(DESTDIR)$(LIBDIR)
	$(FILL) bindings/c/tgsession.pc.in > $(DESTDIR)$(LIBDIR)/pkgconfig/tgsession.pc
	install -m 644 bindings/c/tgsession-config.cmake $(DESTDIR)$(CMAKEDIR)
	$(FILL) bindings/c/tgsession-config-version.cmake.in > $(DESTDIR)$(CMAKEDIR)/tgsession-config-version.cmake

# Installs into a folder of its own and builds the quickstarts there as a user would.
test-install:
	make/setup.sh c cmake
	bindings/c/test-install.sh
