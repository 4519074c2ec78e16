#include "connection.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Between two attempts to reach a server that is away. */
static const struct timespec PAUSE = {0, 100 * 1000 * 1000};

static bool fails(struct connection *connection, const char *what, const char *why)
{
    snprintf(connection->cause, sizeof connection->cause, "%s: %s", what, why);
    return false;
}

/* ---------- Commands ---------- */

struct command command(const char *name)
{
    struct command made;
    memset(&made, 0, sizeof made);
    add_text(&made, name);
    return made;
}

void add_bytes(struct command *command, const void *bytes, size_t len)
{
    if (command->count == MOST_WORDS) {
        command->failed = true;
        return;
    }
    command->words[command->count] = (const char *)bytes;
    command->lens[command->count++] = len;
}

void add_text(struct command *command, const char *text)
{
    add_bytes(command, text, strlen(text));
}

void add_number(struct command *command, int64_t number)
{
    char *place = command->numbers[command->count % MOST_WORDS];
    snprintf(place, NUMBER_ROOM, "%lld", (long long)number);
    /* Its place is known when the command is put: commands are copied. */
    add_bytes(command, NULL, strlen(place));
}

void add_owned(struct command *command, char *text)
{
    if (text == NULL || command->count == MOST_WORDS) {
        command->failed = true;
        free(text);
        return;
    }
    command->owned[command->count] = text;
    add_text(command, text);
}

static bool grow(struct pipeline *pipeline, size_t more)
{
    size_t room = pipeline->room == 0 ? 4096 : pipeline->room;
    while (room < pipeline->len + more)
        room *= 2;
    if (room == pipeline->room)
        return true;
    char *bytes = (char *)realloc(pipeline->bytes, room);
    if (bytes == NULL)
        return false;
    pipeline->bytes = bytes;
    pipeline->room = room;
    return true;
}

void put(struct pipeline *pipeline, struct command *command)
{
    char *formatted = NULL;
    for (int i = 0; i < command->count; i++)
        if (command->words[i] == NULL)
            command->words[i] = command->numbers[i];
    int len = command->failed ? -1 : redisFormatCommandArgv(&formatted, command->count, command->words, command->lens);
    if (len < 0 || !grow(pipeline, (size_t)len)) {
        pipeline->failed = true;
    } else {
        memcpy(pipeline->bytes + pipeline->len, formatted, (size_t)len);
        pipeline->len += (size_t)len;
        pipeline->commands++;
    }
    if (formatted != NULL)
        explicit_bzero(formatted, len < 0 ? 0 : (size_t)len); /* it may hold a key */
    redisFreeCommand(formatted);
    for (int i = 0; i < command->count; i++)
        free(command->owned[i]);
}

void pipeline_clear(struct pipeline *pipeline)
{
    if (pipeline->bytes != NULL)
        explicit_bzero(pipeline->bytes, pipeline->len);
    free(pipeline->bytes);
    memset(pipeline, 0, sizeof *pipeline);
}

/* ---------- Connecting ---------- */

/* Writing to a server that is gone raises SIGPIPE, which would end a program that does not expect it. */
static bool block_sigpipe(sigset_t *before)
{
    sigset_t pipe, pending;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &pipe, before);
    return !sigismember(&pending, SIGPIPE); /* a signal that was pending before stays pending */
}

static void unblock_sigpipe(const sigset_t *before, bool ours)
{
    static const struct timespec now = {0, 0};
    sigset_t pipe;
    int error = errno;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    while (ours && sigtimedwait(&pipe, NULL, &now) == -1 && errno == EINTR)
        ;
    pthread_sigmask(SIG_SETMASK, before, NULL);
    errno = error;
}

void disconnect(struct connection *connection)
{
    if (connection->redis != NULL)
        redisFree(connection->redis);
    connection->redis = NULL;
}

/* Asks for something that has to be answered with "OK" or "PONG". The words may be a password: no error shows them. */
static bool greets(struct connection *connection, const char *name, const char *word)
{
    const char *words[] = {name, word};
    redisReply *reply = (redisReply *)redisCommandArgv(connection->redis, word == NULL ? 1 : 2, words, NULL);
    bool is_right = reply != NULL && reply->type == REDIS_REPLY_STATUS;
    if (!is_right)
        fails(connection, name, reply != NULL && reply->str != NULL ? reply->str : connection->redis->errstr);
    if (reply != NULL)
        freeReplyObject(reply);
    return is_right;
}

static struct timeval milliseconds(unsigned ms)
{
    struct timeval time;
    time.tv_sec = ms / 1000;
    time.tv_usec = (suseconds_t)(ms % 1000) * 1000;
    return time;
}

static bool connect_once(struct connection *connection)
{
    char database[NUMBER_ROOM];
    struct timeval patience = milliseconds(connection->wait_ms);
    snprintf(database, sizeof database, "%d", connection->database);
    disconnect(connection);
    connection->redis = redisConnectWithTimeout(connection->host, connection->port, patience);
    if (connection->redis == NULL)
        return fails(connection, "cannot connect", "no memory is left");
    if (connection->redis->err != 0) {
        fails(connection, "cannot connect", connection->redis->errstr);
        disconnect(connection);
        return false;
    }
    redisSetTimeout(connection->redis, patience);
    /* A server that has just started answers only when it has read its data. */
    if ((connection->password == NULL || greets(connection, "AUTH", connection->password))
        && greets(connection, "PING", NULL) && greets(connection, "SELECT", database))
        return true;
    disconnect(connection);
    return false;
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A server that restarts is back after a moment: that long, and no longer, it is waited for. */
static bool connect_in_time(struct connection *connection)
{
    int64_t end = now_ms() + connection->wait_ms;
    while (!connect_once(connection)) {
        if (now_ms() >= end)
            return false;
        nanosleep(&PAUSE, NULL);
    }
    return true;
}

/* ---------- Talking ---------- */

static bool receive(struct connection *connection, redisReply **replies, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (redisGetReply(connection->redis, (void **)&replies[i]) != REDIS_OK)
            return fails(connection, "the connection broke", connection->redis->errstr);
    return true;
}

static bool send_and_receive(struct connection *connection, const struct pipeline *pipeline, redisReply **replies)
{
    bool is_done = redisAppendFormattedCommand(connection->redis, pipeline->bytes, pipeline->len) == REDIS_OK
        && receive(connection, replies, pipeline->commands);
    if (!is_done)
        disconnect(connection);
    return is_done;
}

static bool try_twice(struct connection *connection, const struct pipeline *pipeline, redisReply **replies)
{
    for (int attempt = 0; attempt < 2; attempt++) {
        if (connection->redis == NULL && (connection->watching || !connect_in_time(connection)))
            return false;
        if (send_and_receive(connection, pipeline, replies))
            return true;
        for (size_t i = 0; i < pipeline->commands; i++) {
            if (replies[i] != NULL)
                freeReplyObject(replies[i]);
            replies[i] = NULL;
        }
    }
    return false;
}

static bool has_error(struct connection *connection, const redisReply *reply)
{
    if (reply->type == REDIS_REPLY_ERROR)
        return !fails(connection, "the server answered", reply->str);
    for (size_t i = 0; reply->type == REDIS_REPLY_ARRAY && i < reply->elements; i++)
        if (has_error(connection, reply->element[i]))
            return true;
    return false;
}

void free_replies(redisReply **replies, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (replies[i] != NULL)
            freeReplyObject(replies[i]);
    free(replies);
}

bool exchange(struct connection *connection, struct pipeline *pipeline, redisReply ***replies, size_t *count)
{
    redisReply **received = (redisReply **)calloc(pipeline->commands + 1, sizeof *received);
    bool is_done = received != NULL && !pipeline->failed;
    connection->conflict = false;
    *count = pipeline->commands;
    if (!is_done)
        fails(connection, "nothing was sent", "no memory is left");
    sigset_t before;
    bool ours = block_sigpipe(&before);
    is_done = is_done && (pipeline->commands == 0 || try_twice(connection, pipeline, received));
    unblock_sigpipe(&before, ours);
    for (size_t i = 0; is_done && i < *count; i++)
        is_done = !has_error(connection, received[i]);
    pipeline_clear(pipeline);
    if (is_done)
        *replies = received;
    else if (received != NULL)
        free_replies(received, *count);
    return is_done;
}

redisReply *ask(struct connection *connection, struct command *command)
{
    struct pipeline one;
    redisReply **replies = NULL, *reply = NULL;
    size_t count = 0;
    memset(&one, 0, sizeof one);
    put(&one, command);
    if (!exchange(connection, &one, &replies, &count))
        return NULL;
    reply = replies[0];
    free(replies);
    return reply;
}

bool commit(struct connection *connection, struct pipeline *writes)
{
    struct pipeline whole;
    struct command multi = command("MULTI"), exec = command("EXEC");
    redisReply **replies = NULL;
    size_t count = 0;
    memset(&whole, 0, sizeof whole);
    put(&whole, &multi);
    whole.failed = whole.failed || writes->failed || !grow(&whole, writes->len);
    if (!whole.failed && writes->len > 0) {
        memcpy(whole.bytes + whole.len, writes->bytes, writes->len);
        whole.len += writes->len;
        whole.commands += writes->commands;
    }
    pipeline_clear(writes);
    put(&whole, &exec);
    if (!exchange(connection, &whole, &replies, &count))
        return false;
    connection->conflict = replies[count - 1]->type == REDIS_REPLY_NIL;
    if (connection->conflict)
        fails(connection, "nothing was written", "another client wrote at the same time");
    free_replies(replies, count);
    return !connection->conflict;
}
