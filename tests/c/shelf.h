/* A storage engine in memory, in plain C: what the functions of a tgs_engine have to do. Tests make it fail. */
#ifndef TGS_TESTS_SHELF_H
#define TGS_TESTS_SHELF_H

#include <pthread.h>

#include "check.h"

/* The functions of tgs_engine, in its order. */
enum shelf_function {
    GET_SESSION_DATA,
    SET_SESSION_DATA,
    PUT_PEERS,
    GET_PEERS,
    GET_PEERS_BY_USERNAME,
    GET_PEERS_BY_PHONE_NUMBER,
    GET_UPDATE_STATES,
    SET_UPDATE_STATES,
    DELETE_UPDATE_STATE,
    GET_SENT_FILES,
    CACHE_SENT_FILES,
    SAVE,
    REMOVE,
    BEGIN,
    FINISH,
    TAKE_LEASE,
    RELEASE_LEASE,
    DELETE_PEERS,
    GET_VALUES,
    SET_VALUE,
    SHELF_FUNCTIONS
};

enum { SHELF_ROWS = 64, SHELF_USERNAMES = 4, SHELF_TEXT = 64 };

enum { SHELF_VALUE = 256 };

struct shelf_value {
    char name[SHELF_TEXT];
    uint8_t bytes[SHELF_VALUE];
    size_t len;
};

struct shelf_peer {
    tgs_peer peer;
    char usernames[SHELF_USERNAMES][SHELF_TEXT];
    const char *names[SHELF_USERNAMES];
    char type_name[SHELF_TEXT], phone_number[SHELF_TEXT], name[SHELF_TEXT];
};

/* All that a session is, in an order of no meaning. */
struct shelf_contents {
    tgs_session_data data;
    char server_address[SHELF_TEXT];
    uint8_t auth_key[TGS_AUTH_KEY_LEN], tmp_auth_key[TGS_AUTH_KEY_LEN];
    struct shelf_peer peers[SHELF_ROWS];
    tgs_update_state states[SHELF_ROWS];
    tgs_sent_file files[SHELF_ROWS];
    struct shelf_value values[SHELF_ROWS];
    size_t peer_count, state_count, file_count, value_count;
};

struct shelf_lease {
    char key_id[SHELF_TEXT], token[SHELF_TEXT], owner[SHELF_TEXT];
    int64_t since, until;
};

struct shelf {
    struct shelf_contents now, before; /* before: what `finish` goes back to */
    struct shelf_lease lease;          /* one is enough: one session */
    pthread_mutex_t mutex;             /* leases are renewed by a thread of the library's */
    /* What the tests demand, and count. */
    bool fails[SHELF_FUNCTIONS];
    int32_t status;
    const char *cause; /* NULL: fails and tells no cause */
    unsigned calls[SHELF_FUNCTIONS];
    unsigned destroyed;
    tgs_answer *kept;               /* the answer of the last call */
    void (*meddle)(struct shelf *); /* called within each function */
    void *meddler;                  /* what it needs */
};

struct shelf *shelf_new(void);
void shelf_free(struct shelf *shelf);

/* A whole table of functions over a shelf. */
tgs_engine shelf_engine(struct shelf *shelf);

/* A session over it, with the default options. */
tgs_session *shelf_session(struct shelf *shelf);

/* Somebody else holds the lease, until so many seconds from now. */
void shelf_taken(struct shelf *shelf, const char *key_id, const char *owner, int64_t since, int64_t seconds);
bool shelf_is_leased(struct shelf *shelf);
unsigned shelf_calls(struct shelf *shelf, enum shelf_function function);
void shelf_fail(struct shelf *shelf, enum shelf_function function, bool fails);

#endif
