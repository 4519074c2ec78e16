# make test-c: the C programs of tests/c, compiled as C99 and as C++17, against the release library

C_TEST_DIR := $(TARGET_DIR)/tests-c
C_TEST_SHARED := check key shelf
C_TESTS := $(filter-out $(C_TEST_SHARED),$(patsubst tests/c/%.c,%,$(wildcard tests/c/*.c)))
C_TEST_FLAGS := -g -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wshadow -Werror -Iinclude

.PHONY: test-c test-residue test-c-library test-c-setup
.PRECIOUS: $(C_TEST_DIR)/%-c99.o $(C_TEST_DIR)/%-c++17.o

C_TEST_PROGRAMS := $(C_TESTS:%=$(C_TEST_DIR)/%-c99) $(C_TESTS:%=$(C_TEST_DIR)/%-c++17) $(C_TEST_DIR)/quickstart-c99

test-c: test-c-library
	@$(IN_PARALLEL) $(C_TEST_PROGRAMS)
	@tests/c/run.sh $(C_TEST_DIR) include/tgsession.h $(LIBRARY)

test-c-setup:
	@make/setup.sh c valgrind
	@mkdir -p $(C_TEST_DIR)

test-c-library: test-c-setup
	@$(LIBRARY_BUILD)

$(C_TEST_DIR)/%-c99: $(C_TEST_DIR)/%-c99.o $(C_TEST_SHARED:%=$(C_TEST_DIR)/%-c99.o) | test-c-library
	@$(CC) $^ $(LIBRARY_LINK) -o $@

$(C_TEST_DIR)/%-c++17: $(C_TEST_DIR)/%-c++17.o $(C_TEST_SHARED:%=$(C_TEST_DIR)/%-c++17.o) | test-c-library
	@$(CXX) $^ $(LIBRARY_LINK) -o $@

$(C_TEST_DIR)/%-c99.o: tests/c/%.c tests/c/check.h tests/c/shelf.h include/tgsession.h | test-c-setup
	@$(CC) -std=c99 $(C_TEST_FLAGS) -c $< -o $@

$(C_TEST_DIR)/%-c++17.o: tests/c/%.c tests/c/check.h tests/c/shelf.h include/tgsession.h | test-c-setup
	@$(CXX) -std=c++17 $(C_TEST_FLAGS) -x c++ -c $< -o $@

# make test-residue: no key is left in memory, also after sessions in databases on servers
test-residue: test-c-library $(C_TEST_DIR)/residue-c99
	@make/setup.sh go postgresql mariadb
	@rm -rf $(C_TEST_DIR)/residue && mkdir $(C_TEST_DIR)/residue
	@cd $(C_TEST_DIR)/residue && $(CURDIR)/tests/servers/run postgresql mariadb mongodb -- sh -c \
	    '../residue-c99 "$$TGS_POSTGRESQL?session=residue" "$$TGS_MARIADB?session=residue" "$${TGS_MONGODB}residue"'

# Compiled here too, so that what people copy has no warning. The demo runs it.
$(C_TEST_DIR)/quickstart-c99: bindings/c/quickstart.c include/tgsession.h | test-c-library
	@$(CC) -std=c99 $(C_TEST_FLAGS) $< $(LIBRARY_LINK) -o $@
