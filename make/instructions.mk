# make test-instructions: the library takes no more instructions for an operation than tests/instructions/counts.txt says
# make instructions: writes that table anew

INSTRUCTIONS_PROGRAM := $(TARGET_DIR)/tests-instructions/program

.PHONY: instructions test-instructions instructions-program

test-instructions: instructions-program
	@$(PYTHON) tests/instructions/run.py $(INSTRUCTIONS_PROGRAM) $(LIBRARY)

instructions: instructions-program
	@$(PYTHON) tests/instructions/run.py $(INSTRUCTIONS_PROGRAM) $(LIBRARY) --write

instructions-program: test-c-library
	@mkdir -p $(dir $(INSTRUCTIONS_PROGRAM))
	@$(CC) -std=c99 -O2 $(C_TEST_FLAGS) tests/instructions/program.c $(LIBRARY_LINK) -o $(INSTRUCTIONS_PROGRAM)
