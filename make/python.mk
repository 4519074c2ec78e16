# make test-python: the Python package, built as a wheel, installed into its own venv and tested there
# make bench-python: the price of a call, and the adapters beside the clients' own storages
# make bench-sql: the engine for SQL databases beside AlchemySession

PYTHON_PACKAGE := bindings/python
PYTHON_TARGET := target/python
PYTHON_BIN := $(PYTHON_TARGET)/venv/bin

# The clients whose code the tests run.
PYTHON_CLIENTS := pyrogram-2.0.106 hydrogram-0.2.0 kurigram-2.2.26 electrogram-0.3.230 pyrofork-2.3.69 pyrofork-2.3.69-mongodb \
	pyrotgfork-2.2.24.1 telethon-1.24.0 telethon-1.36.0 telethon-1.40.0 telethon-1.43.2 telethon-1.45.0

.PHONY: test-python python-wheel python-venv python-library python-clients bench-python bench-sql

# The whole build is cargo's to keep fresh.
python-library:
	$(LIBRARY_BUILD)

# The stamp holds the pins: a change of them installs anew.
python-venv:
	@mkdir -p $(PYTHON_TARGET)
	@cmp -s $(PYTHON_PACKAGE)/requirements-dev.txt $(PYTHON_TARGET)/venv/installed.txt || { \
		$(PYTHON) -m venv --clear $(PYTHON_TARGET)/venv && \
		$(PYTHON_BIN)/pip install --quiet --disable-pip-version-check -r $(PYTHON_PACKAGE)/requirements-dev.txt && \
		cp $(PYTHON_PACKAGE)/requirements-dev.txt $(PYTHON_TARGET)/venv/installed.txt; }

# From a copy: setuptools would leave its folders in the tree.
python-wheel: python-library python-venv
	rm -rf $(PYTHON_TARGET)/source $(PYTHON_TARGET)/wheel
	cp -R $(PYTHON_PACKAGE) $(PYTHON_TARGET)/source
	TGSESSION_INCLUDE_DIR=$(CURDIR)/include TGSESSION_STATIC_LIBRARY=$(LIBRARY_DIR)/libtgsession.a \
		$(PYTHON_BIN)/pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps \
		--wheel-dir $(PYTHON_TARGET)/wheel $(PYTHON_TARGET)/source
	$(PYTHON_BIN)/pip install --quiet --disable-pip-version-check --no-deps --force-reinstall $(PYTHON_TARGET)/wheel/*.whl

python-clients:
	$(PYTHON) tests/oracle/install.py $(PYTHON_CLIENTS)

test-python: python-wheel python-clients
	make/setup.sh go postgresql mariadb
	cd $(PYTHON_PACKAGE) && $(CURDIR)/$(PYTHON_BIN)/python -B -m mypy --cache-dir $(CURDIR)/$(PYTHON_TARGET)/mypy src/libtgsession
	cd $(PYTHON_PACKAGE) && $(CURDIR)/tests/servers/run postgresql mariadb mongodb -- \
		$(CURDIR)/$(PYTHON_BIN)/python -B -m pytest -p no:cacheprovider -n $$(($$(getconf _NPROCESSORS_ONLN) * 2)) --dist worksteal

bench-python: python-wheel python-clients
	$(PYTHON_BIN)/python -B $(PYTHON_PACKAGE)/bench/calls.py
	$(PYTHON_BIN)/python -B $(PYTHON_PACKAGE)/bench/adapters.py

# Beside AlchemySession, on servers that are started for it.
bench-sql: python-wheel
	make/setup.sh postgresql mariadb
	$(PYTHON) tests/oracle/install.py alchemysession-0.2.16
	tests/servers/run postgresql mariadb -- $(PYTHON_BIN)/python -B $(PYTHON_PACKAGE)/bench/sql.py
