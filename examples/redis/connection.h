/* A connection to a Redis server: commands in pipelines, transactions, and a new connection when the server was away. */
#ifndef TGS_REDIS_CONNECTION_H
#define TGS_REDIS_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hiredis/hiredis.h>

struct connection {
    redisContext *redis; /* NULL: there is none */
    char *host, *password; /* password: NULL for none */
    int port, database;
    unsigned wait_ms; /* for the server, when it is away */
    bool watching;    /* what a transaction watches goes with the connection: then there is no second try */
    bool conflict;    /* the last failure was no server's, but another client's write */
    char cause[256];  /* of the last failure; it holds no secret */
};

/* Commands that go together, in Redis's own format. */
struct pipeline {
    char *bytes;
    size_t len, room, commands;
    bool failed; /* no memory was left */
};

/* One command: its words. Keys that were put together are freed with it. */
enum { MOST_WORDS = 32, NUMBER_ROOM = 24 };
struct command {
    int count;
    const char *words[MOST_WORDS];
    size_t lens[MOST_WORDS];
    char *owned[MOST_WORDS];
    char numbers[MOST_WORDS][NUMBER_ROOM];
    bool failed;
};

struct command command(const char *name);
void add_bytes(struct command *command, const void *bytes, size_t len);
void add_text(struct command *command, const char *text);
void add_number(struct command *command, int64_t number);
void add_owned(struct command *command, char *text); /* NULL: no memory was left */

/* Puts a command at the pipeline's end, and frees what it owns. */
void put(struct pipeline *pipeline, struct command *command);
void pipeline_clear(struct pipeline *pipeline);

/* Sends all of it, clears it, and receives one reply for each command. An error of the server is a failure. Where the
 * connection broke, it connects again and sends everything once more: each command may be executed twice. */
bool exchange(struct connection *connection, struct pipeline *pipeline, redisReply ***replies, size_t *count);
void free_replies(redisReply **replies, size_t count);

/* One command. NULL: it failed. */
redisReply *ask(struct connection *connection, struct command *command);

/* All of the writes or none: MULTI and EXEC around them. Fails where something watched was changed meanwhile. */
bool commit(struct connection *connection, struct pipeline *writes);

void disconnect(struct connection *connection);

#endif
