# TDLib itself, which the tests of td.binlog ask: from its package of npm, one for each platform

TDLIB := $(abspath $(TARGET_DIR))/tools/tdlib
TDLIB_PACKAGE := prebuilt-tdlib@0.1008065.0
export TGS_TDLIB := $(TDLIB)/libtdjson.so

.PHONY: tdlib

tdlib:
	@make/setup.sh node python
	@test "$$(cat $(TDLIB)/installed.txt 2>/dev/null)" = $(TDLIB_PACKAGE) || { \
		echo "setup: TDLib is missing: installing it into $(TARGET_DIR)/tools/tdlib" && \
		npm install --silent --no-audit --no-fund --no-save --ignore-scripts --prefix $(TDLIB) $(TDLIB_PACKAGE) && \
		ln -sf "$$(find $(TDLIB)/node_modules/@prebuilt-tdlib -name 'libtdjson.*' -type f)" $(TGS_TDLIB) && \
		echo $(TDLIB_PACKAGE) > $(TDLIB)/installed.txt; }
