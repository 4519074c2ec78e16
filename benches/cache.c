/* make bench-cache: lookups of a file that is shared, exclusive, and exclusive with all answers in memory.
 *
 * Processor time of this thread, in microseconds. Each way opens the same file of Pyrogram 3 with a rollback journal in turn, in each
 * round; the table has the medians of the rounds. The memory is what the process has more than before it opened the file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tgsession.h"

enum { ROUNDS = 3, BATCH = 10000, HOT = 1000000, COLUMNS = 5 };

static const char *const WAYS[] = {"shared", "exclusive", "exclusive, all answers"};
enum { WAY_COUNT = sizeof WAYS / sizeof *WAYS };

static void check(tgs_status status, tgs_error *error) {
    if (status != TGS_OK) {
        fprintf(stderr, "bench-cache: %s\n", error ? tgs_error_message(error) : tgs_status_name(status));
        exit(1);
    }
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static double megabytes(void) {
    long all = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%ld %ld", &all, &resident) != 2) resident = 0;
    if (file != NULL) fclose(file);
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

static int64_t id_of(int64_t number) { return 1000000 + number * 7; }

static void make(const char *path, int64_t count) {
    tgs_error *error = NULL;
    tgs_session *session = NULL;
    tgs_peer *peers = calloc(BATCH, sizeof *peers);
    check(tgs_open(path, NULL, &session, &error), error);
    int64_t user_id = 777000000001;
    check(tgs_set_user_id(session, &user_id, &error), error);
    for (int64_t first = 0; first < count; first += BATCH) {
        int64_t many = count - first < BATCH ? count - first : BATCH;
        for (int64_t i = 0; i < many; i++) {
            peers[i].size = sizeof *peers;
            peers[i].id = id_of(first + i);
            peers[i].access_hash = first + i + 1;
            peers[i].has_access_hash = true;
            peers[i].type = TGS_PEER_TYPE_USER;
        }
        check(tgs_update_peers(session, peers, (size_t)many, &error), error);
    }
    free(peers);
    tgs_close(session);
}

static tgs_session *open_by(int way, const char *path, int64_t count) {
    tgs_error *error = NULL;
    tgs_session *session = NULL;
    tgs_options *options = tgs_options_new();
    if (way > 0) check(tgs_options_set_exclusive(options, true, &error), error);
    if (way > 1) check(tgs_options_set_cache_size(options, (uint32_t)(count + count / 10), &error), error);
    check(tgs_open(path, options, &session, &error), error);
    tgs_options_free(options);
    return session;
}

/* All of them in an order without neighbours. */
static double each_once(tgs_session *session, int64_t count) {
    tgs_error *error = NULL;
    tgs_input_peer peer = {.size = sizeof peer};
    double start = now();
    for (int64_t i = 0; i < count; i++)
        check(tgs_get_peer_by_id(session, id_of((i * 7919 + 13) % count), &peer, &error), error);
    return (now() - start) / (double)count;
}

static double hot(tgs_session *session) {
    tgs_error *error = NULL;
    tgs_input_peer peer = {.size = sizeof peer};
    double start = now();
    for (int i = 0; i < HOT; i++) check(tgs_get_peer_by_id(session, id_of(1), &peer, &error), error);
    return (now() - start) / HOT;
}

static double field(tgs_session *session) {
    tgs_error *error = NULL;
    int64_t user_id = 0;
    double start = now();
    for (int i = 0; i < HOT; i++) check(tgs_get_user_id(session, &user_id, &error), error);
    return (now() - start) / HOT;
}

static void measure(int way, const char *path, int64_t count, double *row) {
    double before = megabytes();
    tgs_session *session = open_by(way, path, count);
    row[0] = each_once(session, count);
    row[1] = each_once(session, count);
    row[2] = hot(session);
    row[3] = field(session);
    row[4] = megabytes() - before;
    tgs_close(session);
}

static int by_value(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s FILE PEERS\n", argv[0]);
        return 2;
    }
    int64_t count = strtoll(argv[2], NULL, 10);
    static double rows[ROUNDS][WAY_COUNT][COLUMNS];
    make(argv[1], count);
    for (int round = 0; round < ROUNDS; round++)
        for (int way = 0; way < WAY_COUNT; way++) measure(way, argv[1], count, rows[round][way]);
    printf("| %s peers | each of them once | the same again | one peer, again and again | one field | memory |\n", argv[2]);
    printf("| --- | ---: | ---: | ---: | ---: | ---: |\n");
    for (int way = 0; way < WAY_COUNT; way++) {
        double median[COLUMNS];
        for (int column = 0; column < COLUMNS; column++) {
            double values[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) values[round] = rows[round][way][column];
            qsort(values, ROUNDS, sizeof *values, by_value);
            median[column] = values[ROUNDS / 2];
        }
        printf("| %s | %.2f | %.2f | %.3f | %.3f | %.0f MB |\n", WAYS[way], median[0], median[1], median[2], median[3], median[4]);
    }
    return 0;
}
