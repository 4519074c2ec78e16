# make demo: two Python clients and a C program share one session file

DEMO_CLIENTS := pyrogram-2.0.106 hydrogram-0.2.0

.PHONY: demo

demo:
	@make/setup.sh c python
	@echo "Building tgsession and installing the clients (about two minutes the first time) ..."
	@$(CARGO) build --quiet --release --lib
	@$(PYTHON) tests/oracle/install.py $(DEMO_CLIENTS)
	@mkdir -p $(RELEASE_DIR)/demo
	@cc -std=c99 -Wall -Wextra -Wpedantic -Werror -O1 -Iinclude bindings/c/quickstart.c \
	    $(LIBRARY_LINK) -o $(RELEASE_DIR)/demo/quickstart
	@$(PYTHON) demo/demo.py $(RELEASE_DIR)/demo/quickstart $(DEMO_CLIENTS)
