/* What a measured program in C or C++ defines; plan.c calls it. One session is open at a time. */
#ifndef BENCH_STORAGE_H
#define BENCH_STORAGE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The invented peers of every language: number 0 and up. benches/all/README.md has the rule. */
typedef struct bench_peer {
    int64_t id;
    int64_t access_hash;
    char username[32];
    char phone_number[32];
} bench_peer;

typedef struct storage_batch storage_batch;

const char *storage_version(void);
void storage_start(int argc, char **argv);

/* Opens what is there, and makes what is not. */
void storage_open(const char *file);
void storage_close(void);
/* The fields of a login, so that there is something to read and to export. */
void storage_log_in(const uint8_t *auth_key, size_t len, int64_t user_id);

/* `peers` stays as long as the batch. */
storage_batch *storage_batch_new(const bench_peer *peers, size_t count);
void storage_batch_free(storage_batch *batch);
/* Committed when it returns. */
void storage_update(const storage_batch *batch);

/* The access hash. */
int64_t storage_by_id(int64_t id);
int64_t storage_by_username(const char *username);
int64_t storage_by_phone(const char *phone_number);
/* The user id. */
int64_t storage_field(void);
/* The length of the session string; 0 if there is none to export. */
size_t storage_export(void);

/* Zeroed; the program ends if there is none. */
void *allocate(size_t count, size_t size);

/* Answers why, and ends the program. */
#ifdef __cplusplus
[[noreturn]]
#else
_Noreturn
#endif
void fail(const char *format, ...);

#ifdef __cplusplus
}
#endif

#endif
