# make test-redis: the engines of examples/redis against a real Redis server, which the tests kill and start again

REDIS_DIR := $(TARGET_DIR)/redis
REDIS_FLAGS := -std=c99 -g -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wshadow -Werror -Iinclude
REDIS_LINK := $(LIBRARY_LINK) -lhiredis
REDIS_ENGINE := examples/redis/redis.c examples/redis/connection.c
REDIS_HEADERS := $(wildcard examples/redis/*.h) include/tgsession.h tests/c/check.h

.PHONY: test-redis test-redis-c test-redis-python test-redis-go test-redis-setup

test-redis: test-redis-c test-redis-python test-redis-go

test-redis-setup:
	@make/setup.sh c valgrind redis hiredis
	@mkdir -p $(REDIS_DIR)
	@$(LIBRARY_BUILD)

test-redis-c: $(REDIS_DIR)/test $(REDIS_DIR)/session
	@examples/redis/test.sh $(REDIS_DIR)

$(REDIS_DIR)/test: examples/redis/test.c $(REDIS_ENGINE) tests/c/check.c tests/c/key.c $(REDIS_HEADERS) | test-redis-setup
	@$(CC) $(REDIS_FLAGS) $(filter %.c,$^) $(REDIS_LINK) -o $@

$(REDIS_DIR)/session: examples/redis/session.c $(REDIS_ENGINE) $(REDIS_HEADERS) | test-redis-setup
	@$(CC) $(REDIS_FLAGS) $(filter %.c,$^) $(REDIS_LINK) -o $@

# The engines in Python and Go, in turns with the one in C.
test-redis-python: python-wheel $(REDIS_DIR)/session
	TGS_REDIS_PROGRAM=$(abspath $(REDIS_DIR)/session) $(PYTHON_BIN)/python -B examples/redis/test_redis_engine.py

test-redis-go: test-go-setup $(REDIS_DIR)/session
	@cd examples/redis/go && $(GO_ENV) TGS_REDIS_PROGRAM=$(abspath $(REDIS_DIR)/session) $(GO) test -race -count=1 ./...
