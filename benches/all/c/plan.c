/* Reads a plan, one step a line, and answers each with one line: benches/all/README.md has the protocol.
 *
 *     {"step": "begin", "operation": "by_id", "file": "a.session", "peers": 1000, "from": 0, "calls": 500}
 *     {"seconds": 0.000000000, "cpu": 0.000000000}
 *
 * "begin" makes all that the calls need, "run" is what is timed, "end" closes and frees.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "storage.h"

/* A prime: steps of it visit every peer once before any comes again. */
#define STRIDE 7919
#define HOT 64
/* Known peers come again in so many batches, in turn. */
#define BATCHES 5
#define NEW_PEERS_FROM 100000000
/* Peers of one call of "bulk". */
#define BULK 10000

typedef struct step {
    char name[16], operation[32], file[4096];
    int64_t peers, from, calls;
} step;

typedef struct operation {
    const char *name;
    void (*begin)(void);
    void (*call)(int64_t number);
    void (*end)(void);
    int64_t batch;
} operation;

static const operation *current;
static step plan;
static bench_peer *peers;
static size_t peer_count;
static storage_batch **batches;
static size_t batch_count;

void fail(const char *format, ...)
{
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    for (char *at = message; *at != '\0'; at++)
        if (*at == '"' || *at == '\\' || (unsigned char)*at < ' ')
            *at = '\'';
    printf("{\"failed\": \"%s\"}\n", message);
    fflush(stdout);
    _Exit(1);
}

void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count == 0 ? 1 : count, size);
    if (memory == NULL)
        fail("no memory for %zu things of %zu bytes", count, size);
    return memory;
}

static bench_peer invent(int64_t number)
{
    bench_peer peer = {.id = 777000000000 + number};
    peer.access_hash = -peer.id * 1000003;
    snprintf(peer.username, sizeof peer.username, "tgs_user_%" PRId64, number);
    snprintf(peer.phone_number, sizeof peer.phone_number, "99966%07" PRId64, number);
    return peer;
}

static void invent_each(size_t count, int64_t first, int64_t stride, int64_t modulus)
{
    peers = (bench_peer *)allocate(count, sizeof *peers);
    peer_count = count;
    for (size_t at = 0; at < count; at++)
        peers[at] = invent((first + (int64_t)at * stride) % modulus);
}

static void make_batches(size_t count, size_t size)
{
    batches = (storage_batch **)allocate(count, sizeof *batches);
    batch_count = count;
    for (size_t at = 0; at < count; at++)
        batches[at] = storage_batch_new(&peers[at * size], size);
}

static void log_in(void)
{
    uint8_t auth_key[256];
    for (size_t at = 0; at < sizeof auth_key; at++)
        auth_key[at] = (uint8_t)at;
    storage_log_in(auth_key, sizeof auth_key, 777);
}

static void nothing(void) {}

static void begin_bulk(void)
{
    const size_t size = plan.peers < BULK ? (size_t)plan.peers : BULK;
    invent_each((size_t)plan.peers, 0, 1, INT64_MAX);
    make_batches(peer_count / size, size);
    storage_open(plan.file);
    log_in();
}

static void begin_known(void)
{
    invent_each((size_t)(BATCHES * current->batch), 0, 1, plan.peers);
    make_batches(BATCHES, (size_t)current->batch);
    storage_open(plan.file);
    /* As in a client that has been running: the session has brought these before. */
    for (size_t at = 0; at < batch_count; at++)
        storage_update(batches[at]);
}

static void begin_new(void)
{
    invent_each((size_t)(plan.calls * current->batch), NEW_PEERS_FROM + plan.from * current->batch, 1, INT64_MAX);
    make_batches((size_t)plan.calls, (size_t)current->batch);
    storage_open(plan.file);
    storage_field();
}

static void begin_lookups(void)
{
    invent_each((size_t)plan.calls, plan.from * STRIDE, STRIDE, plan.peers);
    storage_open(plan.file);
    /* What the first lookup of an open file costs belongs to "open". */
    storage_by_id(invent(0).id);
}

static void begin_hot(void)
{
    invent_each(HOT, 0, STRIDE, plan.peers);
    storage_open(plan.file);
    for (int64_t at = 0; at < 4 * HOT; at++)
        current->call(at);
}

static void begin_open(void)
{
    storage_open(plan.file);
    current->call(0);
}

static void close_and_free(void)
{
    storage_close();
    for (size_t at = 0; at < batch_count; at++)
        storage_batch_free(batches[at]);
    free(batches);
    free(peers);
    batches = NULL;
    peers = NULL;
    batch_count = peer_count = 0;
}

static void create(int64_t number)
{
    char file[sizeof plan.file + 32];
    snprintf(file, sizeof file, "%s-%" PRId64 ".session", plan.file, plan.from + number);
    storage_open(file);
    storage_close();
}

static void field(int64_t number)
{
    (void)number;
    if (storage_field() != 777)
        fail("the field is another one");
}

static void open_and_close(int64_t number)
{
    storage_open(plan.file);
    field(number);
    storage_close();
}

static void update(int64_t number) { storage_update(batches[(size_t)number % batch_count]); }

static void expect(int64_t access_hash, const bench_peer *peer)
{
    if (access_hash != peer->access_hash)
        fail("peer %" PRId64 " has another access hash", peer->id);
}

static const bench_peer *peer_of(int64_t number) { return &peers[(size_t)number % peer_count]; }
static void by_id(int64_t number) { expect(storage_by_id(peer_of(number)->id), peer_of(number)); }
static void by_username(int64_t number) { expect(storage_by_username(peer_of(number)->username), peer_of(number)); }
static void by_phone(int64_t number) { expect(storage_by_phone(peer_of(number)->phone_number), peer_of(number)); }

static void export_string(int64_t number)
{
    (void)number;
    if (storage_export() == 0)
        fail("there is no session string");
}

static const operation operations[] = {
    {"create", nothing, create, nothing, 0},
    {"bulk", begin_bulk, update, close_and_free, 0},
    {"open", nothing, open_and_close, nothing, 0},
    {"known_50", begin_known, update, close_and_free, 50},
    {"known_200", begin_known, update, close_and_free, 200},
    {"new_200", begin_new, update, close_and_free, 200},
    {"by_id", begin_lookups, by_id, close_and_free, 0},
    {"by_username", begin_lookups, by_username, close_and_free, 0},
    {"by_phone", begin_lookups, by_phone, close_and_free, 0},
    {"by_id_hot", begin_hot, by_id, close_and_free, 0},
    {"field", begin_open, field, close_and_free, 0},
    {"export", begin_open, export_string, close_and_free, 0},
};

static const operation *find_operation(const char *name)
{
    for (size_t at = 0; at < sizeof operations / sizeof *operations; at++)
        if (strcmp(operations[at].name, name) == 0)
            return &operations[at];
    fail("there is no operation %s", name);
}

static double seconds_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* callgrind counts in here alone: --toggle-collect=measured */
__attribute__((noinline)) void measured(void (*call)(int64_t), int64_t calls);
void measured(void (*call)(int64_t), int64_t calls)
{
    for (int64_t number = 0; number < calls; number++)
        call(number);
}

static void run(void)
{
    const double cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID), start = seconds_of(CLOCK_MONOTONIC);
    measured(current->call, plan.calls);
    const double end = seconds_of(CLOCK_MONOTONIC), cpu_end = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    printf("{\"seconds\": %.9f, \"cpu\": %.9f}\n", end - start, cpu_end - cpu);
}

static void take(const char *line)
{
    step next;
    const char *format = "{\"step\": \"%15[a-z]\", \"operation\": \"%31[a-z_0-9]\", \"file\": \"%4095[^\"]\", "
                         "\"peers\": %" SCNd64 ", \"from\": %" SCNd64 ", \"calls\": %" SCNd64 "}";
    /* cppcheck-suppress wrongPrintfScanfArgNum ; it takes "[^" for the end of the format */
    if (sscanf(line, format, next.name, next.operation, next.file, &next.peers, &next.from, &next.calls) != 6)
        fail("not a step: %s", line);
    plan = next;
    current = find_operation(plan.operation);
    if (strcmp(plan.name, "run") == 0) {
        run();
        return;
    }
    if (strcmp(plan.name, "begin") == 0)
        current->begin();
    else
        current->end();
    puts("{}");
}

int main(int argc, char **argv)
{
    char line[8192];
    storage_start(argc, argv);
    printf("{\"version\": \"%s\"}\n", storage_version());
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) != NULL) {
        take(line);
        fflush(stdout);
    }
    return 0;
}
