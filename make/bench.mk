# make bench: the library beside plain SQLite, through one driver
# make bench-all: everybody beside everybody: all languages, plain SQLite, the clients' own classes; tables and plots
# make bench-plots: the tables and plots of the last bench-all, again
# make bench-cache: lookups of a million peers in a shared file, in an exclusive one, and from a cache that has all of them
# make bench-convert: conversions of a million peers by the command line, beside plain SQLite that inserts them
# make bench-salvage: how much comes back from 1,000 damaged files, beside .recover of sqlite3; minutes

BENCH_DIR := benches/all
BENCH_BUILD := $(abspath $(TARGET_DIR))/bench
BENCH_TOOLS := $(abspath target/tools)/bench
BENCH_NODE_MODULES := $(BENCH_BUILD)/node/node_modules/.package-lock.json
BENCH_CLIENTS := pyrogram-2.0.106 hydrogram-0.2.0 kurigram-2.2.26 pyrotgfork-2.2.24.1 pyrofork-2.3.69 electrogram-0.3.230 telethon-1.45.0

# A million peers too: BENCH_PEERS="1000 100000 1000000". BENCH_ARGS= goes to benches/all/bench.py, which says what it knows.
BENCH_PEERS ?= 1000 100000
BENCH_ROUNDS ?= 7
BENCH_RESULTS ?= benches/results

# The library has one of two copies of SQLite.
BENCH_SQLITE := $(BENCH_BUILD)/$(if $(findstring sqlcipher,$(FEATURES)),sqlite-of-sqlcipher,sqlite)

BENCH_CFLAGS := -O2 -Wall -Wextra -Wpedantic -Wshadow -Werror -D_GNU_SOURCE -I$(BENCH_DIR)/c -Iinclude
# As libsqlite3-sys compiles it for the release library, with .cargo/config.toml.
BENCH_SQLITE_FLAGS := -O3 -DHAVE_FDATASYNC=1 -DSQLITE_CORE -DSQLITE_DEFAULT_FOREIGN_KEYS=1 -DSQLITE_ENABLE_API_ARMOR \
	-DSQLITE_ENABLE_COLUMN_METADATA -DSQLITE_ENABLE_DBSTAT_VTAB -DSQLITE_ENABLE_JSON1 -DSQLITE_ENABLE_LOAD_EXTENSION=1 \
	-DSQLITE_ENABLE_STAT4 -DSQLITE_SOUNDEX -DSQLITE_THREADSAFE=1 -DSQLITE_USE_URI -DHAVE_USLEEP=1 -DHAVE_ISNAN -DHAVE_LOCALTIME_R

.PHONY: bench bench-all bench-plots bench-cache bench-convert bench-salvage bench-setup bench-programs bench-clients bench-node-clients bench-tools

bench:
	make/setup.sh c
	$(CARGO) bench --bench peers

bench-all: bench-setup bench-programs bench-clients bench-node-clients bench-tools
	$(BENCH_TOOLS)/bin/python -B $(BENCH_DIR)/bench.py --build $(BENCH_BUILD) --python $(abspath $(PYTHON_BIN))/python \
		--library $(LIBRARY) --peers $(BENCH_PEERS) --rounds $(BENCH_ROUNDS) --results $(BENCH_RESULTS) $(BENCH_ARGS)

bench-setup:
	make/setup.sh c python go node valgrind

bench-plots: bench-tools
	$(BENCH_TOOLS)/bin/python -B $(BENCH_DIR)/bench.py --draw $(BENCH_RESULTS)/results.json $(BENCH_ARGS)

# The programs in C, C++ and Go, plain SQLite, and grammers. They are small: only SQLite and grammers are kept from one run to the next.
bench-programs: python-wheel $(BENCH_SQLITE)/sqlite3.o
	@echo "bench-all: compiling the programs"
	$(CC) -std=c11 $(BENCH_CFLAGS) -c $(BENCH_DIR)/c/plan.c -o $(BENCH_BUILD)/plan.o
	$(CC) -std=c11 $(BENCH_CFLAGS) $(BENCH_DIR)/c/ours.c $(BENCH_BUILD)/plan.o $(LIBRARY_LINK) -o $(BENCH_BUILD)/ours
	$(CXX) -std=c++17 $(BENCH_CFLAGS) -Ibindings/cpp $(BENCH_DIR)/cpp/ours.cpp $(BENCH_BUILD)/plan.o $(LIBRARY_LINK) -o $(BENCH_BUILD)/ours-cpp
	$(CC) -std=c11 $(BENCH_CFLAGS) -I$(BENCH_SQLITE) $(BENCH_DIR)/c/floor.c $(BENCH_BUILD)/plan.o $(BENCH_SQLITE)/sqlite3.o -lpthread -ldl -lm -o $(BENCH_BUILD)/floor
	$(if $(filter Linux,$(shell uname -s)),$(CC) -std=gnu11 -O2 -Wall -Wextra -Werror -shared -fPIC $(BENCH_DIR)/counters.c -o $(BENCH_BUILD)/counters.so -ldl)
	cd $(BENCH_DIR)/go && CGO_LDFLAGS="-L$(LIBRARY_DIR) -Wl,-rpath,$(LIBRARY_DIR)" $(GO) build -o $(BENCH_BUILD)/ours-go .
	cd $(BENCH_DIR)/grammers && $(CARGO) build --quiet --release --locked --target-dir $(BENCH_BUILD)/grammers-target
	cp $(BENCH_BUILD)/grammers-target/release/bench-grammers $(BENCH_BUILD)/grammers

$(BENCH_SQLITE)/sqlite3.o: Cargo.lock $(BENCH_DIR)/sqlite_source.py
	@echo "bench-all: compiling plain SQLite, the one that the library has"
	mkdir -p $(BENCH_SQLITE)
	source=$$(CARGO="$(CARGO)" $(PYTHON) $(BENCH_DIR)/sqlite_source.py "$(FEATURES)") && cp "$$(dirname "$$source")/sqlite3.h" $(BENCH_SQLITE) && \
		$(CC) $(BENCH_SQLITE_FLAGS) -c "$$source" -o $@

bench-clients:
	$(PYTHON) tests/oracle/install.py $(BENCH_CLIENTS)

bench-node-clients: $(NODE_MODULES)
	cd $(NODE_DIR) && $(NPM) run --silent build
	@mkdir -p $(BENCH_BUILD)/node
	@cp $(BENCH_DIR)/node/*.mjs $(BENCH_DIR)/node/*.json $(BENCH_BUILD)/node
	@$(MAKE) --no-print-directory $(BENCH_NODE_MODULES) || echo "bench-all: goes on without mtcute and GramJS: npm could not install them"

# mtcute's better-sqlite3 is compiled where no binary of it can be had, which takes minutes: against the headers of the Node that runs.
$(BENCH_NODE_MODULES): $(BENCH_DIR)/node/package.json $(BENCH_DIR)/node/package-lock.json
	@echo "bench-all: installing mtcute and GramJS: minutes, if better-sqlite3 has to be compiled"
	cd $(BENCH_BUILD)/node && npm_config_nodedir="$$(node $(CURDIR)/$(BENCH_DIR)/node/headers.mjs)" $(NPM) ci --no-audit --no-fund --silent
	@touch $@

# The stamp holds the pins: a change of them installs anew.
bench-tools:
	@cmp -s $(BENCH_DIR)/requirements.txt $(BENCH_TOOLS)/installed.txt || { \
		echo "bench-all: installing matplotlib into target/tools" && make/setup.sh python && \
		$(PYTHON) -m venv --clear $(BENCH_TOOLS) && \
		$(BENCH_TOOLS)/bin/pip install --quiet --disable-pip-version-check -r $(BENCH_DIR)/requirements.txt && \
		cp $(BENCH_DIR)/requirements.txt $(BENCH_TOOLS)/installed.txt; }

BENCH_CACHE_PEERS ?= 1000000

bench-cache: library
	make/setup.sh c
	@mkdir -p $(BENCH_BUILD)
	$(CC) -std=c11 $(BENCH_CFLAGS) benches/cache.c $(LIBRARY_LINK) -o $(BENCH_BUILD)/cache
	@folder=$$(mktemp -d) && $(BENCH_BUILD)/cache "$$folder/account.session" $(BENCH_CACHE_PEERS); status=$$?; rm -r "$$folder"; exit $$status

BENCH_CONVERT_PEERS ?= 1000000

bench-convert: bench-setup bench-programs
	$(CARGO) build --quiet --release --locked --bin tgsession --features "$(LIBRARY_FEATURES)"
	$(PYTHON) -B benches/convert.py $(BENCH_BUILD) $(LIBRARY_DIR)/tgsession $(BENCH_CONVERT_PEERS)

RECOVERING_SQLITE3 := $(abspath $(TARGET_DIR))/tools/sqlite3-recover

bench-salvage:
	make/setup.sh c recover
	tests/salvage/build-sqlite3 $(RECOVERING_SQLITE3)
	TGS_SQLITE3=$(RECOVERING_SQLITE3) $(CARGO) bench --profile dev --bench salvage -- $(SALVAGE_FILES)
