/* What every program here uses: checks that say what they expected, and a key that must not be seen. */
#ifndef TGS_TESTS_CHECK_H
#define TGS_TESTS_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tgsession.h"

/* Says where a check failed, and ends the program. */
#define CHECK(CONDITION) check_that((CONDITION), __FILE__, __LINE__, #CONDITION)
void check_that(bool holds, const char *file, int line, const char *what);

/* A call that must succeed. `E` in it stands for the error. */
#define OK(CALL)                                                \
    do {                                                        \
        tgs_error *failure_ = NULL, **E = &failure_;            \
        tgs_status status_ = (CALL);                            \
        check_ok(status_, failure_, __FILE__, __LINE__, #CALL); \
    } while (0)
void check_ok(tgs_status status, tgs_error *error, const char *file, int line, const char *call);

/* A call that must answer STATUS without an error object. */
#define ANSWERS(STATUS, CALL)                                                 \
    do {                                                                      \
        tgs_error *none_ = (tgs_error *)(size_t)1, **E = &none_;              \
        check_that((CALL) == (STATUS) && !none_, __FILE__, __LINE__, #CALL);  \
    } while (0)

/* A call that must be refused with STATUS and a message that has the text NAMES in it (NULL: any) and no part of the
 * key. It is made with an error parameter whose value must never be read, and once more without one. */
#define REFUSED(STATUS, NAMES, CALL)                                                           \
    do {                                                                                       \
        tgs_error *refusal_ = (tgs_error *)(size_t)1, **E = &refusal_;                         \
        tgs_status status_ = (CALL);                                                           \
        check_refused(status_, STATUS, refusal_, NAMES, __FILE__, __LINE__, #CALL);            \
        E = NULL;                                                                              \
        check_that((CALL) == status_, __FILE__, __LINE__, "without an error parameter: " #CALL); \
    } while (0)
void check_refused(tgs_status status, tgs_status expected, tgs_error *error, const char *names, const char *file, int line,
                   const char *call);

/* Places for every kind of output, filled with a pattern: a refused call leaves them as they were. */
struct outputs {
    tgs_session *session;
    tgs_peer_iter *iter;
    const tgs_peer *whole;
    const tgs_session_data *data;
    const tgs_dc *dc;
    tgs_report *entries;
    const tgs_report_entry *entry;
    char *text;
    char *report;
    uint8_t *bytes;
    tgs_input_peer peer;
    tgs_update_state state;
    tgs_sent_file sent;
    tgs_counts counts;
    uint8_t key[TGS_AUTH_KEY_LEN];
    int64_t wide;
    uint64_t changes;
    int32_t number;
    size_t count;
    uint16_t port;
    bool flag;
};
extern struct outputs out;
void outputs_fill(void);
bool outputs_untouched(void);

/* The key of every test session: its bytes look random, so that no part of it turns up by chance. */
extern const uint8_t test_key[TGS_AUTH_KEY_LEN];
bool shows_key(const char *text);

/* A logged-in session of a format at a path, closed again. */
void make_session(const char *path, const char *format);

/* A whole file in memory; the caller frees `bytes`. NULL for what is no file. */
struct bytes {
    uint8_t *bytes;
    size_t len;
};
struct bytes read_file(const char *path);
void write_file(const char *path, const void *bytes, size_t len);
bool is_unchanged(const char *path, struct bytes before);

/* Mounts a small disk that goes with the program; false where that is not allowed: no root, or one in a container. */
bool make_disk(const char *folder, const char *options);

/* How many checks were made: the program's last word. */
int finish(void);

#endif
