# opentele2 and opentele-ng, which the tests of Telegram Desktop's tdata ask

OPENTELE := $(abspath $(TARGET_DIR))/tools/opentele
export TGS_OPENTELE_PYTHON := $(OPENTELE)/bin/python

.PHONY: opentele

opentele:
	@make/setup.sh c python
	@cmp -s tests/tdata/requirements.txt $(OPENTELE)/installed.txt || { \
		echo "setup: opentele is missing: installing it into $(TARGET_DIR)/tools/opentele" && \
		$(PYTHON) -m venv --clear $(OPENTELE) && \
		$(OPENTELE)/bin/pip install --quiet --disable-pip-version-check --no-deps -r tests/tdata/requirements.txt && \
		cp tests/tdata/requirements.txt $(OPENTELE)/installed.txt; }
