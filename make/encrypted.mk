# make test-encrypted: encrypted files beside SQLCipher itself, with OpenSSL's cryptography, from Python's package
# Debian's sqlcipher is version 3, whose files are of another format.

SQLCIPHER := $(abspath $(TARGET_DIR))/tools/sqlcipher
export TGS_SQLCIPHER_PYTHON := $(SQLCIPHER)/bin/python

.PHONY: test-encrypted sqlcipher

test-encrypted: sqlcipher
	$(CARGO) test --locked --features "$(FEATURES)" --test encrypted -- --include-ignored

sqlcipher:
	@make/setup.sh c python
	@cmp -s tests/encrypted/requirements.txt $(SQLCIPHER)/installed.txt || { \
		echo "setup: SQLCipher is missing: installing it into $(TARGET_DIR)/tools/sqlcipher" && \
		$(PYTHON) -m venv --clear $(SQLCIPHER) && \
		$(SQLCIPHER)/bin/pip install --quiet --disable-pip-version-check -r tests/encrypted/requirements.txt && \
		cp tests/encrypted/requirements.txt $(SQLCIPHER)/installed.txt; }
