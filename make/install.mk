# make install PREFIX=/usr/local [DESTDIR=…] [TARGET=aarch64-unknown-linux-gnu]: headers, both libraries, what pkg-config
# and CMake need, the command with its man pages and completions, licences. make uninstall takes exactly that away.
# Nothing but cargo and the compiler is called: no packages are installed.

CARGO ?= cargo
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
INCLUDEDIR ?= $(PREFIX)/include
LIBDIR ?= $(PREFIX)/lib
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
TARGET ?= $(CARGO_BUILD_TARGET)
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
INSTALL_BUILT = $(or $(CARGO_TARGET_DIR),target)/$(if $(TARGET),$(TARGET)/)release
# The command is a feature; without it only the library is built.
INSTALL_COMMAND = $(filter cli,$(shell echo "$(FEATURES)" | tr , ' '))
INSTALL_TRIPLE = $(or $(TARGET),$(shell rustc -vV | sed -n 's/^host: //p'))
INSTALL = env PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" BINDIR="$(BINDIR)" INCLUDEDIR="$(INCLUDEDIR)" LIBDIR="$(LIBDIR)" \
    DATADIR="$(DATADIR)" MANDIR="$(MANDIR)" VERSION="$(VERSION)" TRIPLE="$(INSTALL_TRIPLE)" BUILT="$(INSTALL_BUILT)" \
    COMMAND="$(INSTALL_COMMAND)" make/install.sh

.PHONY: install uninstall test-install

# What an earlier build left, cargo puts back if it is still right; if cargo builds elsewhere, there is nothing to install
# by mistake.
install:
	rm -f $(addprefix $(INSTALL_BUILT)/,libtgsession.so libtgsession.dylib libtgsession.a tgsession.dll tgsession.lib tgsession tgsession.exe)
	$(CARGO) build --release --locked --lib $(if $(INSTALL_COMMAND),--bin tgsession) --features "$(LIBRARY_FEATURES)" \
	    $(if $(TARGET),--target $(TARGET))
	$(INSTALL) install

uninstall:
	$(INSTALL) uninstall

# Installs into a folder of its own and builds the quickstarts there as a user would.
test-install:
	make/setup.sh c cmake sqlite man
	FEATURES="$(FEATURES)" bindings/c/test-install.sh
