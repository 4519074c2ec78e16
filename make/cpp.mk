# make test-cpp: the C++ binding under the address and undefined-behaviour sanitizers, against the release library

CPP_TEST_DIR := $(TARGET_DIR)/tests-cpp
CPP_HEADERS := bindings/cpp/tgsession.hpp $(wildcard bindings/cpp/tgsession/*.hpp) include/tgsession.h
CPP_TESTS := $(patsubst bindings/cpp/tests/%.cpp,%,$(wildcard bindings/cpp/tests/*.cpp))
CPP_TEST_FLAGS := -std=c++17 -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all \
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -Iinclude -Ibindings/cpp

# The runner of bindings/cases is a program of several files. What takes long to compile there is the library for JSON,
# so it is not optimized.
CPP_CASES := $(patsubst bindings/cpp/tests/%.cpp,$(CPP_TEST_DIR)/%.o,$(wildcard bindings/cpp/tests/cases/*.cpp))

CPP_TEST_PROGRAMS := $(CPP_TESTS:%=$(CPP_TEST_DIR)/%) $(CPP_TEST_DIR)/quickstart $(CPP_TEST_DIR)/convert

.PHONY: test-cpp test-cpp-library

test-cpp: test-cpp-library
	@$(IN_PARALLEL) $(CPP_TEST_PROGRAMS) $(CPP_TEST_DIR)/replay
	@TGS_ROOT='$(CURDIR)' bindings/cpp/tests/run.sh $(CPP_TEST_DIR) $(CPP_TESTS) replay quickstart
	@bindings/cpp/tests/convert.sh $(CPP_TEST_DIR)/convert

test-cpp-library:
	@make/setup.sh c json
	@mkdir -p $(CPP_TEST_DIR)/cases
	@$(LIBRARY_BUILD)

$(CPP_TEST_DIR)/quickstart: bindings/cpp/quickstart.cpp
$(CPP_TEST_DIR)/convert: bindings/cpp/convert.cpp
$(CPP_TESTS:%=$(CPP_TEST_DIR)/%): $(CPP_TEST_DIR)/%: bindings/cpp/tests/%.cpp $(wildcard bindings/cpp/tests/*.hpp)
$(CPP_TEST_PROGRAMS): $(CPP_HEADERS) | test-cpp-library
	@$(CXX) $(CPP_TEST_FLAGS) $(filter %.cpp,$^) $(LIBRARY_LINK) -o $@

$(CPP_TEST_DIR)/replay: $(CPP_CASES)
	@$(CXX) $(CPP_TEST_FLAGS) $(filter %.o,$^) $(LIBRARY_LINK) -o $@

$(CPP_CASES): $(CPP_TEST_DIR)/%.o: bindings/cpp/tests/%.cpp $(wildcard bindings/cpp/tests/cases/*.hpp) \
    bindings/cpp/tests/memory_engine.hpp $(CPP_HEADERS) | test-cpp-library
	@$(CXX) $(CPP_TEST_FLAGS) -O0 -c $< -o $@
