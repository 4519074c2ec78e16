#include <time.h>

#include "shelf.h"

static struct shelf *shelf_of(void *context)
{
    return (struct shelf *)context;
}

/* An answer that is right has to be taken. */
static int32_t answered(tgs_status status)
{
    CHECK(status == TGS_OK);
    return TGS_OK;
}

/* How each function begins: counts, meddles, and fails where a test wants it. */
static bool fails(struct shelf *shelf, enum shelf_function function, tgs_answer *answer)
{
    pthread_mutex_lock(&shelf->mutex);
    shelf->calls[function]++;
    bool fail = shelf->fails[function];
    pthread_mutex_unlock(&shelf->mutex);
    shelf->kept = answer;
    if (shelf->meddle != NULL)
        shelf->meddle(shelf);
    if (fail && shelf->cause != NULL)
        answered(tgs_answer_cause(answer, shelf->cause, NULL));
    return fail;
}

#define BEGINS(FUNCTION)                          \
    struct shelf *shelf = shelf_of(context);      \
    if (fails(shelf, FUNCTION, answer))           \
        return shelf->status

static const char *copy_text(char *place, const char *text)
{
    if (text == NULL)
        return NULL;
    CHECK(strlen(text) < SHELF_TEXT);
    return strcpy(place, text);
}

static const uint8_t *copy_key(uint8_t *place, const uint8_t *key)
{
    return key == NULL ? NULL : (const uint8_t *)memcpy(place, key, TGS_AUTH_KEY_LEN);
}

static int32_t get_session_data(void *context, tgs_answer *answer)
{
    BEGINS(GET_SESSION_DATA);
    return answered(tgs_answer_session_data(answer, &shelf->now.data, NULL));
}

#define NUMBER(BIT, NAME)                       \
    if (which & (BIT)) {                        \
        kept->data.NAME = data->NAME;           \
        kept->data.has_##NAME = data->has_##NAME; \
    }

static int32_t set_session_data(void *context, const tgs_session_data *data, uint32_t which, tgs_answer *answer)
{
    BEGINS(SET_SESSION_DATA);
    struct shelf_contents *kept = &shelf->now;
    CHECK(data->size == sizeof *data && which != 0);
    NUMBER(TGS_FIELD_DC_ID, dc_id)
    NUMBER(TGS_FIELD_PORT, port)
    NUMBER(TGS_FIELD_API_ID, api_id)
    NUMBER(TGS_FIELD_TEST_MODE, test_mode)
    NUMBER(TGS_FIELD_DATE, date)
    NUMBER(TGS_FIELD_USER_ID, user_id)
    NUMBER(TGS_FIELD_IS_BOT, is_bot)
    NUMBER(TGS_FIELD_TAKEOUT_ID, takeout_id)
    if (which & TGS_FIELD_SERVER_ADDRESS)
        kept->data.server_address = copy_text(kept->server_address, data->server_address);
    if (which & TGS_FIELD_AUTH_KEY)
        kept->data.auth_key = copy_key(kept->auth_key, data->auth_key);
    if (which & TGS_FIELD_TMP_AUTH_KEY)
        kept->data.tmp_auth_key = copy_key(kept->tmp_auth_key, data->tmp_auth_key);
    return TGS_OK;
}

/* A peer's texts lie beside it, so it has to be told anew where. */
static void point(struct shelf_peer *kept)
{
    for (int i = 0; i < SHELF_USERNAMES; i++)
        kept->names[i] = kept->usernames[i];
    kept->peer.usernames = kept->names;
    if (kept->peer.type_name != NULL)
        kept->peer.type_name = kept->type_name;
    if (kept->peer.phone_number != NULL)
        kept->peer.phone_number = kept->phone_number;
    if (kept->peer.name != NULL)
        kept->peer.name = kept->name;
}

static void put_peer(struct shelf_contents *contents, const tgs_peer *peer)
{
    size_t at = 0;
    while (at < contents->peer_count && contents->peers[at].peer.id != peer->id)
        at++;
    CHECK(at < SHELF_ROWS && peer->username_count <= SHELF_USERNAMES && peer->size == sizeof *peer);
    if (at == contents->peer_count)
        contents->peer_count++;
    struct shelf_peer *kept = &contents->peers[at];
    kept->peer = *peer;
    for (size_t i = 0; i < peer->username_count; i++)
        copy_text(kept->usernames[i], peer->usernames[i]);
    copy_text(kept->type_name, peer->type_name);
    copy_text(kept->phone_number, peer->phone_number);
    copy_text(kept->name, peer->name);
    point(kept);
}

static int32_t put_peers(void *context, const tgs_peer *peers, size_t count, tgs_answer *answer)
{
    BEGINS(PUT_PEERS);
    CHECK(count > 0);
    for (size_t i = 0; i < count; i++)
        put_peer(&shelf->now, &peers[i]);
    return TGS_OK;
}

static int32_t answer_peer(const struct shelf_peer *kept, tgs_answer *answer)
{
    return answered(tgs_answer_peers(answer, &kept->peer, 1, NULL));
}

static bool is_one_of(int64_t id, const int64_t *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return ids == NULL;
}

/* From the last to the first: the order is the library's. */
static int32_t get_peers(void *context, const int64_t *ids, size_t count, tgs_answer *answer)
{
    BEGINS(GET_PEERS);
    for (size_t i = shelf->now.peer_count; i > 0; i--)
        if (is_one_of(shelf->now.peers[i - 1].peer.id, ids, count))
            answer_peer(&shelf->now.peers[i - 1], answer);
    return TGS_OK;
}

static int32_t delete_peers(void *context, const int64_t *ids, size_t count, tgs_answer *answer)
{
    BEGINS(DELETE_PEERS);
    for (size_t at = shelf->now.peer_count; at > 0; at--)
        if (is_one_of(shelf->now.peers[at - 1].peer.id, ids, count)) {
            shelf->now.peers[at - 1] = shelf->now.peers[--shelf->now.peer_count];
            point(&shelf->now.peers[at - 1]);
        }
    return TGS_OK;
}

static int32_t get_peers_by_username(void *context, const char *const *usernames, size_t count, tgs_answer *answer)
{
    BEGINS(GET_PEERS_BY_USERNAME);
    CHECK(count > 0);
    for (size_t at = 0; at < shelf->now.peer_count; at++) {
        const struct shelf_peer *kept = &shelf->now.peers[at];
        for (size_t i = 0; i < kept->peer.username_count * count; i++)
            if (strcmp(kept->usernames[i / count], usernames[i % count]) == 0) {
                answer_peer(kept, answer);
                break;
            }
    }
    return TGS_OK;
}

static int32_t get_peers_by_phone_number(void *context, const char *phone_number, tgs_answer *answer)
{
    BEGINS(GET_PEERS_BY_PHONE_NUMBER);
    for (size_t at = 0; at < shelf->now.peer_count; at++) {
        const struct shelf_peer *kept = &shelf->now.peers[at];
        if (kept->peer.phone_number != NULL && strcmp(kept->phone_number, phone_number) == 0)
            answer_peer(kept, answer);
    }
    return TGS_OK;
}

static int32_t get_update_states(void *context, tgs_answer *answer)
{
    BEGINS(GET_UPDATE_STATES);
    return answered(tgs_answer_update_states(answer, shelf->now.states, shelf->now.state_count, NULL));
}

static size_t find_state(const struct shelf_contents *contents, int64_t id)
{
    size_t at = 0;
    while (at < contents->state_count && contents->states[at].id != id)
        at++;
    return at;
}

static int32_t set_update_states(void *context, const tgs_update_state *states, size_t count, tgs_answer *answer)
{
    BEGINS(SET_UPDATE_STATES);
    CHECK(count > 0);
    for (size_t i = 0; i < count; i++) {
        size_t at = find_state(&shelf->now, states[i].id);
        CHECK(at < SHELF_ROWS);
        if (at == shelf->now.state_count)
            shelf->now.state_count++;
        shelf->now.states[at] = states[i];
    }
    return TGS_OK;
}

static int32_t delete_update_state(void *context, int64_t id, tgs_answer *answer)
{
    BEGINS(DELETE_UPDATE_STATE);
    size_t at = find_state(&shelf->now, id);
    if (at < shelf->now.state_count)
        shelf->now.states[at] = shelf->now.states[--shelf->now.state_count];
    return TGS_OK;
}

static int32_t get_sent_files(void *context, tgs_answer *answer)
{
    BEGINS(GET_SENT_FILES);
    return answered(tgs_answer_sent_files(answer, shelf->now.files, shelf->now.file_count, NULL));
}

static bool is_same_file(const tgs_sent_file *one, const tgs_sent_file *other)
{
    return memcmp(one->md5, other->md5, sizeof one->md5) == 0 && one->file_size == other->file_size && one->type == other->type;
}

static int32_t cache_sent_files(void *context, const tgs_sent_file *files, size_t count, tgs_answer *answer)
{
    BEGINS(CACHE_SENT_FILES);
    CHECK(count > 0);
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < shelf->now.file_count && !is_same_file(&shelf->now.files[at], &files[i]))
            at++;
        CHECK(at < SHELF_ROWS);
        if (at == shelf->now.file_count)
            shelf->now.file_count++;
        shelf->now.files[at] = files[i];
    }
    return TGS_OK;
}

static int32_t save(void *context, tgs_answer *answer)
{
    BEGINS(SAVE);
    return TGS_OK;
}

static void clear(struct shelf_contents *contents)
{
    memset(contents, 0, sizeof *contents);
    contents->data.size = sizeof contents->data;
}

static int32_t remove_session(void *context, tgs_answer *answer)
{
    BEGINS(REMOVE);
    clear(&shelf->now);
    return TGS_OK;
}

static int32_t begin(void *context, tgs_answer *answer)
{
    BEGINS(BEGIN);
    shelf->before = shelf->now;
    return TGS_OK;
}

/* A copy's pointers lead into what it was copied to and back: all of it lies at the same place again. */
static int32_t finish_changes(void *context, bool keep, tgs_answer *answer)
{
    struct shelf *shelf = shelf_of(context);
    bool fail = fails(shelf, FINISH, answer);
    if (fail || !keep)
        shelf->now = shelf->before;
    return fail ? shelf->status : (int32_t)TGS_OK;
}

static int32_t take_lease(void *context, const char *key_id, const char *token, const char *owner, uint32_t seconds,
                          tgs_answer *answer)
{
    BEGINS(TAKE_LEASE);
    int64_t now = (int64_t)time(NULL);
    CHECK(strlen(key_id) == 16);
    pthread_mutex_lock(&shelf->mutex);
    struct shelf_lease held = shelf->lease;
    bool is_mine = strcmp(held.token, token) == 0;
    bool is_free = held.until <= now || is_mine;
    if (is_free) {
        copy_text(shelf->lease.key_id, key_id);
        copy_text(shelf->lease.token, token);
        copy_text(shelf->lease.owner, owner);
        shelf->lease.since = is_mine ? held.since : now;
        shelf->lease.until = now + seconds;
    }
    pthread_mutex_unlock(&shelf->mutex);
    return is_free ? (int32_t)TGS_OK : answered(tgs_answer_holder(answer, held.owner, held.since, NULL));
}

static int32_t release_lease(void *context, const char *key_id, const char *token, tgs_answer *answer)
{
    BEGINS(RELEASE_LEASE);
    pthread_mutex_lock(&shelf->mutex);
    if (strcmp(shelf->lease.key_id, key_id) == 0 && strcmp(shelf->lease.token, token) == 0)
        memset(&shelf->lease, 0, sizeof shelf->lease);
    pthread_mutex_unlock(&shelf->mutex);
    return TGS_OK;
}

static bool is_wanted(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return names == NULL;
}

static int32_t get_values(void *context, const char *const *names, size_t count, tgs_answer *answer)
{
    BEGINS(GET_VALUES);
    for (size_t i = shelf->now.value_count; i > 0; i--) {
        const struct shelf_value *kept = &shelf->now.values[i - 1];
        if (is_wanted(kept->name, names, count))
            answered(tgs_answer_value(answer, kept->name, kept->bytes, kept->len, NULL));
    }
    return TGS_OK;
}

static int32_t set_value(void *context, const char *name, const uint8_t *bytes, size_t len, tgs_answer *answer)
{
    BEGINS(SET_VALUE);
    struct shelf_contents *kept = &shelf->now;
    size_t at = 0;
    while (at < kept->value_count && strcmp(kept->values[at].name, name) != 0)
        at++;
    if (bytes == NULL) {
        CHECK(len == 0);
        if (at < kept->value_count)
            kept->values[at] = kept->values[--kept->value_count];
        return TGS_OK;
    }
    CHECK(at < SHELF_ROWS && len <= SHELF_VALUE);
    if (at == kept->value_count)
        kept->value_count++;
    copy_text(kept->values[at].name, name);
    memcpy(kept->values[at].bytes, bytes, len);
    kept->values[at].len = len;
    return TGS_OK;
}

/* The shelf is the test's: it looks at it afterwards. */
static void destroy(void *context)
{
    shelf_of(context)->destroyed++;
}

struct shelf *shelf_new(void)
{
    struct shelf *shelf = (struct shelf *)calloc(1, sizeof *shelf);
    CHECK(shelf != NULL && pthread_mutex_init(&shelf->mutex, NULL) == 0);
    clear(&shelf->now);
    shelf->status = TGS_ERROR_SERVER;
    return shelf;
}

void shelf_free(struct shelf *shelf)
{
    pthread_mutex_destroy(&shelf->mutex);
    free(shelf);
}

tgs_engine shelf_engine(struct shelf *shelf)
{
    tgs_engine engine;
    memset(&engine, 0, sizeof engine);
    engine.size = sizeof engine;
    engine.version = TGS_ENGINE_VERSION;
    engine.flags = TGS_ENGINE_PERSISTENT | TGS_ENGINE_USERNAMES_EXPIRE;
    engine.context = shelf;
    engine.location = "shelf 5";
    engine.destroy = destroy;
    engine.get_session_data = get_session_data;
    engine.set_session_data = set_session_data;
    engine.put_peers = put_peers;
    engine.get_peers = get_peers;
    engine.get_peers_by_username = get_peers_by_username;
    engine.get_peers_by_phone_number = get_peers_by_phone_number;
    engine.get_update_states = get_update_states;
    engine.set_update_states = set_update_states;
    engine.delete_update_state = delete_update_state;
    engine.get_sent_files = get_sent_files;
    engine.cache_sent_files = cache_sent_files;
    engine.save = save;
    engine.remove = remove_session;
    engine.begin = begin;
    engine.finish = finish_changes;
    engine.take_lease = take_lease;
    engine.release_lease = release_lease;
    engine.delete_peers = delete_peers;
    engine.get_values = get_values;
    engine.set_value = set_value;
    return engine;
}

tgs_session *shelf_session(struct shelf *shelf)
{
    tgs_engine engine = shelf_engine(shelf);
    tgs_session *session = NULL;
    OK(tgs_open_engine(&engine, NULL, &session, E));
    return session;
}

void shelf_taken(struct shelf *shelf, const char *key_id, const char *owner, int64_t since, int64_t seconds)
{
    pthread_mutex_lock(&shelf->mutex);
    copy_text(shelf->lease.key_id, key_id);
    copy_text(shelf->lease.token, "the token of somebody else");
    copy_text(shelf->lease.owner, owner);
    shelf->lease.since = since;
    shelf->lease.until = (int64_t)time(NULL) + seconds;
    pthread_mutex_unlock(&shelf->mutex);
}

bool shelf_is_leased(struct shelf *shelf)
{
    pthread_mutex_lock(&shelf->mutex);
    bool is_leased = shelf->lease.until != 0;
    pthread_mutex_unlock(&shelf->mutex);
    return is_leased;
}

unsigned shelf_calls(struct shelf *shelf, enum shelf_function function)
{
    pthread_mutex_lock(&shelf->mutex);
    unsigned calls = shelf->calls[function];
    pthread_mutex_unlock(&shelf->mutex);
    return calls;
}

void shelf_fail(struct shelf *shelf, enum shelf_function function, bool fail)
{
    pthread_mutex_lock(&shelf->mutex);
    shelf->fails[function] = fail;
    pthread_mutex_unlock(&shelf->mutex);
}
