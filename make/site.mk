# make site: the manual, with the crate's documentation and the page for browsers, in target/site
# make test-site: the manual's snippets in C, C++, Go, Rust and for the shell, its links, and its pages in a browser

SITE := $(TARGET_DIR)/site
SITE_TOOLS := $(TARGET_DIR)/tools/site
# The page for browsers has its place in the site as soon as there is a goal that makes it.
SITE_PARTS := site-manual site-rustdoc $(if $(wildcard make/web.mk),site-web)

.PHONY: site site-manual site-rustdoc site-web test-site

site: $(SITE_PARTS)
	@echo "site: $(SITE)/index.html"

# An empty folder first: the other parts come after it.
site-manual: $(SITE_TOOLS)/installed.txt
	@$(if $(wildcard make/web.mk),TGS_SITE_WEB=1) NO_MKDOCS_2_WARNING=1 PYTHONDONTWRITEBYTECODE=1 $(SITE_TOOLS)/bin/mkdocs build --clean --strict \
	    --config-file docs/mkdocs.yml --site-dir $(abspath $(SITE))

# As make lint builds it, so that it is built once.
site-rustdoc: site-manual
	@make/setup.sh c
	@RUSTDOCFLAGS="-D warnings" $(CARGO) doc --quiet --locked --no-deps --all-features
	@rm -rf $(SITE)/rustdoc && cp -R $(TARGET_DIR)/doc $(SITE)/rustdoc

site-web: site-manual
	@$(MAKE) --no-print-directory web
	@rm -rf $(SITE)/web && cp -R $(TARGET_DIR)/web $(SITE)/web

# The file holds the pins: a change of them installs anew.
$(SITE_TOOLS)/installed.txt: docs/requirements.txt
	@make/setup.sh python
	@rm -rf $(SITE_TOOLS) && $(PYTHON) -m venv $(SITE_TOOLS)
	@$(SITE_TOOLS)/bin/pip install --quiet --disable-pip-version-check --no-deps -r docs/requirements.txt
	@cp docs/requirements.txt $@

# The command line is among the release: the snippets for the shell call it.
test-site: site
	@make/setup.sh c go chromium
	@$(subst --lib,--lib --bin tgsession,$(LIBRARY_BUILD))
	@$(PYTHON) -B tests/site/check.py $(SITE)
	@CC="$(CC)" CXX="$(CXX)" GO="$(GO)" $(PYTHON) -B tests/site/run.py $(LIBRARY_DIR)
	@$(PYTHON) -B tests/site/browser.py $(SITE)
