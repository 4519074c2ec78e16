# make npm: the packages for Node from what make dist has staged (set full), into target/dist/npm
# make wheels: the wheels and the sdist from what make dist has staged (set full), into target/dist/python
# make test-dist-node: the npm packages as their user has them
# make test-dist-python: the wheels and the sdist as their user has them

PYTHON_PACKAGING := target/python/packaging

.PHONY: npm wheels test-dist-node test-dist-python

npm: $(NODE_MODULES)
	cd $(NODE_DIR) && $(NPM) run --silent build
	node packaging/node/pack.mjs $(PLATFORMS)

test-dist-node:
	packaging/test/node.sh

# Exact versions, as in the other environments.
$(PYTHON_PACKAGING)/installed.txt: packaging/python/requirements.txt
	make/setup.sh c python dist
	$(PYTHON) -m venv --clear $(PYTHON_PACKAGING)
	$(PYTHON_PACKAGING)/bin/pip install --quiet --disable-pip-version-check -r $<
	cp $< $@

wheels: $(PYTHON_PACKAGING)/installed.txt
	rm -rf target/dist/python
	$(PYTHON_PACKAGING)/bin/python packaging/python/wheel.py $(PLATFORMS)
	cd $(PYTHON_PACKAGE) && $(abspath $(PYTHON_PACKAGING))/bin/python -c \
	    "import setuptools.build_meta as backend; print(backend.build_sdist('$(abspath target/dist/python)'))"

test-dist-python: $(PYTHON_PACKAGING)/installed.txt
	packaging/test/python.sh $(PLATFORMS)
