# make mtcute: mtcute's own storage, by which make test-rust opens what we write in place, into target/mtcute

MTCUTE := target/mtcute

.PHONY: mtcute

# With the headers of this Node beside it, better-sqlite3 is compiled; without them, its own build of it is taken.
mtcute:
	make/setup.sh node c
	mkdir -p $(MTCUTE)
	cp tests/codec/in_place/mtcute/* $(MTCUTE)
	cd $(MTCUTE) && \
	  headers=$$(dirname "$$(dirname "$$(readlink -f "$$(command -v node)")")") && \
	  if [ -f "$$headers/include/node/node.h" ]; then \
	    export npm_config_nodedir="$$headers" npm_config_build_from_source=better-sqlite3; fi && \
	  $(NPM) install --silent --no-audit --no-fund
