# make mtcute: mtcute's own storage, by which make test-rust opens what we write in place, into target/mtcute

MTCUTE := target/mtcute

.PHONY: mtcute

# Where there is no build of better-sqlite3 for this Node, npm makes one: with the headers that stand beside Node, if they do.
mtcute:
	make/setup.sh node c
	mkdir -p $(MTCUTE)
	cp tests/codec/in_place/mtcute/* $(MTCUTE)
	cd $(MTCUTE) && \
	  headers=$$(dirname "$$(dirname "$$(readlink -f "$$(command -v node)")")") && \
	  if [ -f "$$headers/include/node/node.h" ]; then export npm_config_nodedir="$$headers"; fi && \
	  $(NPM) install --silent --no-audit --no-fund
