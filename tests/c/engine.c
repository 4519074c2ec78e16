/* An engine of the caller's own: everything above it works, and whatever it does wrong is an error and no more. */
#include "shelf.h"

static const char anna[] = "tgs_anna";

static tgs_peer a_peer(int64_t id, const char *const *usernames, size_t count)
{
    tgs_peer peer;
    memset(&peer, 0, sizeof peer);
    peer.size = sizeof peer;
    peer.id = id;
    peer.access_hash = -id;
    peer.has_access_hash = true;
    peer.type = id > 0 ? TGS_PEER_TYPE_USER : TGS_PEER_TYPE_SUPERGROUP;
    peer.usernames = usernames;
    peer.username_count = count;
    return peer;
}

static tgs_session_data a_login(void)
{
    tgs_session_data data;
    memset(&data, 0, sizeof data);
    data.size = sizeof data;
    data.dc_id = 4;
    data.api_id = 12345;
    data.user_id = 777000123456;
    data.auth_key = test_key;
    data.has_dc_id = data.has_api_id = data.has_user_id = data.has_test_mode = data.has_is_bot = true;
    return data;
}

enum { LOGIN = TGS_FIELD_DC_ID | TGS_FIELD_API_ID | TGS_FIELD_USER_ID | TGS_FIELD_AUTH_KEY | TGS_FIELD_TEST_MODE
           | TGS_FIELD_IS_BOT };

/* A login, two peers, a state and a file. */
static void fill(tgs_session *s)
{
    const char *const names[] = {"@Tgs_Anna", "anna_two"};
    tgs_session_data data = a_login();
    tgs_peer two[2];
    tgs_update_state state;
    tgs_sent_file file;
    two[0] = a_peer(777000101, names, 2);
    two[0].phone_number = "+49 151 23";
    two[0].name = "Anna \xc3\x84rmel";
    two[1] = a_peer(-1001777000301, NULL, 0);
    two[1].type = TGS_PEER_TYPE_OTHER;
    two[1].type_name = "galaxy";
    memset(&state, 0, sizeof state);
    state.size = sizeof state;
    memset(&file, 0, sizeof file);
    file.size = sizeof file;
    state.pts = 1001;
    state.has_pts = state.has_seq = true;
    memcpy(file.md5, test_key, sizeof file.md5);
    file.file_size = 5000000000;
    file.id = INT64_MIN;
    file.type = 1;
    OK(tgs_set_session_data(s, &data, LOGIN, E));
    OK(tgs_update_peers(s, two, 2, E));
    OK(tgs_set_update_states(s, &state, 1, E));
    OK(tgs_cache_sent_files(s, &file, 1, E));
}

static void is_all_there(tgs_session *s)
{
    uint8_t key[TGS_AUTH_KEY_LEN];
    tgs_input_peer peer;
    tgs_update_state state;
    tgs_sent_file file;
    size_t count = 0;
    int64_t user_id = 0;
    bool is_bot = true;
    peer.size = sizeof peer;
    state.size = sizeof state;
    file.size = sizeof file;
    OK(tgs_get_auth_key(s, key, sizeof key, E));
    OK(tgs_get_user_id(s, &user_id, E));
    OK(tgs_get_is_bot(s, &is_bot, E));
    CHECK(memcmp(key, test_key, sizeof key) == 0 && user_id == 777000123456 && !is_bot);
    OK(tgs_get_peer_by_username(s, "ANNA_TWO", &peer, E));
    CHECK(peer.id == 777000101 && peer.access_hash == -777000101 && peer.type == TGS_PEER_TYPE_USER);
    OK(tgs_get_peer_by_phone_number(s, "4915123", &peer, E));
    CHECK(peer.id == 777000101);
    OK(tgs_get_peer_by_id(s, -1001777000301, &peer, E));
    CHECK(peer.bare_id == 1777000301 && peer.has_access_hash);
    OK(tgs_get_update_states(s, &state, 1, &count, E));
    CHECK(count == 1 && state.pts == 1001 && state.has_seq && state.seq == 0 && !state.has_qts && !state.has_date);
    OK(tgs_get_sent_file(s, test_key, 5000000000, 1, &file, E));
    CHECK(file.id == INT64_MIN);
}

static void lookups_and_iteration(void)
{
    struct shelf *shelf = shelf_new();
    tgs_session *session = shelf_session(shelf);
    tgs_peer_iter *iter = NULL;
    const tgs_peer *peer = NULL;
    char *format = NULL;
    fill(session);
    is_all_there(session);
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_username(session, "nobody", &out.peer, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_id(session, 5, &out.peer, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_server_address(session, &out.text, E));
    OK(tgs_peer_iter_new(session, NULL, 0, &iter, E));
    OK(tgs_peer_iter_next(iter, &peer, E));
    CHECK(peer->id == -1001777000301 && peer->type == TGS_PEER_TYPE_OTHER && strcmp(peer->type_name, "galaxy") == 0);
    OK(tgs_peer_iter_next(iter, &peer, E));
    CHECK(peer->username_count == 2 && strcmp(peer->usernames[0], anna) == 0 && peer->last_update_on > 1700000000);
    ANSWERS(TGS_NOT_FOUND, tgs_peer_iter_next(iter, &peer, E));
    tgs_peer_iter_free(iter);
    OK(tgs_get_format(session, &format, E));
    CHECK(strcmp(format, "custom") == 0);
    tgs_string_free(format);
    tgs_close(session);
    session = shelf_session(shelf); /* persistent: what was written is there */
    is_all_there(session);
    OK(tgs_delete(session, E));
    REFUSED(TGS_ERROR_CLOSED, "shelf 5", tgs_get_user_id(session, &out.wide, E));
    tgs_close(session);
    CHECK(shelf->now.peer_count == 0 && shelf->now.data.auth_key == NULL && shelf->destroyed == 2);
    shelf_free(shelf);
}

/* The library decides who has a username, and whether it has expired. */
static void the_rules_are_the_librarys(void)
{
    struct shelf *shelf = shelf_new();
    const char *const name = "wanderer";
    tgs_session *session = shelf_session(shelf);
    tgs_peer one = a_peer(1, &name, 1), two = a_peer(2, &name, 1), old = a_peer(3, &name, 1);
    tgs_input_peer found;
    found.size = sizeof found;
    OK(tgs_update_peers(session, &one, 1, E));
    OK(tgs_update_peers(session, &two, 1, E));
    OK(tgs_get_peer_by_username(session, name, &found, E));
    CHECK(found.id == 2 && shelf->now.peers[0].peer.username_count == 0);
    old.last_update_on = 1600000000;
    OK(tgs_update_peers(session, &old, 1, E));
    ANSWERS(TGS_EXPIRED, tgs_get_peer_by_username(session, name, &found, E));
    tgs_close(session);

    tgs_engine engine = shelf_engine(shelf);
    engine.flags = TGS_ENGINE_PERSISTENT;
    OK(tgs_open_engine(&engine, NULL, &session, E));
    OK(tgs_get_peer_by_username(session, name, &found, E));
    CHECK(found.id == 3);
    tgs_close(session);
    shelf_free(shelf);
}

/* Without the functions that may be missing, peers are found by reading all of them. */
static void with_the_required_functions_only(void)
{
    struct shelf *shelf = shelf_new();
    tgs_engine engine = shelf_engine(shelf);
    tgs_session *session = NULL, *target = NULL;
    engine.destroy = NULL;
    engine.get_peers_by_username = NULL;
    engine.get_peers_by_phone_number = NULL;
    engine.save = engine.remove = engine.begin = NULL;
    engine.finish = NULL;
    engine.take_lease = NULL;
    engine.release_lease = NULL;
    OK(tgs_open_engine(&engine, NULL, &session, E));
    fill(session);
    is_all_there(session);
    OK(tgs_save(session, E));
    OK(tgs_open(":memory:", NULL, &target, E));
    OK(tgs_convert(session, target, NULL, 0, NULL, E));
    is_all_there(target);
    REFUSED(TGS_ERROR_UNSUPPORTED, "remove", tgs_delete(session, E));
    is_all_there(session);
    tgs_close(session);
    tgs_close(target);
    CHECK(shelf->destroyed == 0 && shelf->calls[GET_PEERS] > 0);
    shelf_free(shelf);
}

static void conversion_both_ways(void)
{
    struct shelf *shelf = shelf_new(), *other = shelf_new();
    tgs_session *session = shelf_session(shelf), *copy = shelf_session(other), *file = NULL, *again = NULL;
    char *text = NULL, *report = NULL;
    uint8_t *bytes = NULL;
    size_t len = 0;
    fill(session);
    OK(tgs_convert(session, copy, NULL, 0, &report, E));
    CHECK(strstr(report, "custom") != NULL);
    is_all_there(copy);
    tgs_string_free(report);
    OK(tgs_open("engine.session", NULL, &file, E));
    OK(tgs_convert(session, file, NULL, 0, NULL, E));
    is_all_there(file);
    OK(tgs_export_session_string(session, "pyrogram", &text, NULL, E));
    OK(tgs_open_string(text, NULL, &again, E));
    OK(tgs_get_user_id(again, &out.wide, E));
    CHECK(out.wide == 777000123456);
    tgs_string_free(text);
    tgs_close(again);
    OK(tgs_to_bytes(session, NULL, true, &bytes, &len, E));
    OK(tgs_open_bytes(bytes, len, NULL, &again, E));
    tgs_bytes_free(bytes, len);
    is_all_there(again);
    OK(tgs_delete(copy, E));
    tgs_close(copy);
    copy = shelf_session(other);
    OK(tgs_convert(again, copy, NULL, 0, NULL, E));
    is_all_there(copy);
    tgs_close(session);
    tgs_close(copy);
    tgs_close(file);
    tgs_close(again);
    shelf_free(shelf);
    shelf_free(other);
}

/* Each call that leads to a function of the engine, with the calls that need it. */
static void every_call_fails(struct shelf *shelf, tgs_session *s, tgs_status status, const char *cause)
{
    const char *const name = "any";
    const int64_t wide = 5;
    tgs_peer peer = a_peer(5, &name, 1);
    tgs_update_state state;
    tgs_sent_file file;
    memset(&state, 0, sizeof state);
    state.size = sizeof state;
    memset(&file, 0, sizeof file);
    file.size = sizeof file;
    outputs_fill();
#define FAILS(FUNCTION, CALL)                \
    shelf->fails[FUNCTION] = true;           \
    REFUSED(status, cause, CALL);            \
    REFUSED(status, "shelf 5", CALL);        \
    shelf->fails[FUNCTION] = false
    FAILS(GET_SESSION_DATA, tgs_get_user_id(s, &out.wide, E));
    FAILS(SET_SESSION_DATA, tgs_set_user_id(s, &wide, E));
    FAILS(SET_SESSION_DATA, tgs_set_auth_key(s, test_key, sizeof test_key, E));
    FAILS(PUT_PEERS, tgs_update_peers(s, &peer, 1, E));
    FAILS(GET_PEERS, tgs_get_peer_by_id(s, 5, &out.peer, E));
    FAILS(GET_PEERS, tgs_get_peers(s, &wide, 1, &out.peer, E));
    FAILS(GET_PEERS, tgs_merge_peers(s, &peer, 1, E));
    FAILS(PUT_PEERS, tgs_merge_peers(s, &peer, 1, E));
    FAILS(DELETE_PEERS, tgs_delete_peers(s, &wide, 1, E));
    FAILS(DELETE_PEERS, tgs_delete_all_peers(s, E));
    FAILS(GET_PEERS, tgs_peer_iter_new(s, NULL, 0, &out.iter, E));
    FAILS(GET_PEERS_BY_USERNAME, tgs_get_peer_by_username(s, name, &out.peer, E));
    FAILS(GET_PEERS_BY_USERNAME, tgs_update_peers(s, &peer, 1, E));
    FAILS(GET_PEERS_BY_PHONE_NUMBER, tgs_get_peer_by_phone_number(s, "1", &out.peer, E));
    FAILS(GET_UPDATE_STATES, tgs_get_update_states(s, &out.state, 1, &out.count, E));
    FAILS(SET_UPDATE_STATES, tgs_set_update_states(s, &state, 1, E));
    FAILS(DELETE_UPDATE_STATE, tgs_delete_update_state(s, 0, E));
    FAILS(GET_SENT_FILES, tgs_get_sent_files(s, &out.sent, 1, &out.count, E));
    FAILS(GET_SENT_FILES, tgs_get_sent_file(s, test_key, 1, 0, &out.sent, E));
    FAILS(CACHE_SENT_FILES, tgs_cache_sent_files(s, &file, 1, E));
    FAILS(SAVE, tgs_save(s, E));
    FAILS(REMOVE, tgs_delete(s, E));
    FAILS(BEGIN, tgs_update_peers(s, &peer, 1, E));
    FAILS(FINISH, tgs_update_peers(s, &peer, 1, E));
    FAILS(BEGIN, tgs_inspect(s, false, &out.text, E));
    FAILS(FINISH, tgs_to_bytes(s, NULL, false, &out.bytes, &out.count, E));
#undef FAILS
    CHECK(outputs_untouched());
}

static void functions_that_fail(void)
{
    /* Numbers that are no error's: success of a kind that these calls do not have, and none at all. */
    static const int32_t senseless[] = {TGS_NOT_FOUND, TGS_EXPIRED, 3, 99, -1, INT32_MIN, INT32_MAX};
    static const int32_t known[] = {TGS_ERROR_SERVER, TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT, TGS_ERROR_DISK_FULL};
    struct shelf *shelf = shelf_new();
    tgs_session *session = shelf_session(shelf);
    char number[16];
    fill(session);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        shelf->status = known[i];
        shelf->cause = "the shelf fell down";
        every_call_fails(shelf, session, (tgs_status)known[i], "the shelf fell down");
        shelf->cause = NULL;
        every_call_fails(shelf, session, (tgs_status)known[i], "told no cause");
    }
    for (size_t i = 0; i < sizeof senseless / sizeof *senseless; i++) {
        snprintf(number, sizeof number, "%d", (int)senseless[i]);
        shelf->status = senseless[i];
        every_call_fails(shelf, session, TGS_ERROR_SERVER, number);
        shelf->cause = "the shelf fell down";
        every_call_fails(shelf, session, TGS_ERROR_SERVER, "the shelf fell down");
        shelf->cause = NULL;
    }
    is_all_there(session);
    tgs_close(session);
    shelf_free(shelf);
}

/* A conversion that fails at its last step, which are the fields, leaves nothing behind. */
static void a_failed_conversion_is_undone(void)
{
    struct shelf *shelf = shelf_new(), *target = shelf_new();
    tgs_session *session = shelf_session(shelf), *copy = shelf_session(target);
    fill(session);
    target->fails[SET_SESSION_DATA] = true;
    target->cause = "the shelf fell down";
    outputs_fill();
    REFUSED(TGS_ERROR_SERVER, "the shelf fell down", tgs_convert(session, copy, NULL, 0, &out.report, E));
    CHECK(outputs_untouched());
    CHECK(target->now.peer_count == 0 && target->now.state_count == 0 && target->now.file_count == 0);
    OK(tgs_change_count(copy, &out.changes, E));
    CHECK(out.changes == 0 && target->calls[PUT_PEERS] == 2 && target->calls[FINISH] >= 2);
    target->fails[SET_SESSION_DATA] = false;
    OK(tgs_convert(session, copy, NULL, 0, NULL, E));
    is_all_there(copy);
    tgs_close(session);
    tgs_close(copy);
    shelf_free(shelf);
    shelf_free(target);
}

static void call_own_session(struct shelf *shelf)
{
    tgs_session *session = (tgs_session *)shelf->meddler;
    uint64_t changes = 0;
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "the session that it serves", tgs_get_user_id(session, &out.wide, E));
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "the session that it serves", tgs_set_auth_key(session, NULL, 0, E));
    OK(tgs_change_count(session, &changes, E));
}

static void close_own_session(struct shelf *shelf)
{
    tgs_close((tgs_session *)shelf->meddler);
}

/* It would wait for itself for ever. */
static void an_engine_that_calls_its_own_session(void)
{
    struct shelf *shelf = shelf_new();
    tgs_session *session = shelf_session(shelf);
    fill(session);
    shelf->meddler = session;
    shelf->meddle = call_own_session;
    is_all_there(session);
    fill(session);
    shelf->meddle = close_own_session; /* the call under way comes to its end first */
    OK(tgs_get_user_id(session, &out.wide, E));
    CHECK(out.wide == 777000123456 && shelf->destroyed == 1);
    REFUSED(TGS_ERROR_CLOSED, "closed", tgs_get_user_id(session, &out.wide, E));
    shelf_free(shelf);
}

static void answers_that_are_over(tgs_answer *answer)
{
    const tgs_session_data data = a_login();
    const tgs_peer peer = a_peer(5, NULL, 0);
    tgs_update_state state;
    tgs_sent_file file;
    memset(&state, 0, sizeof state);
    state.size = sizeof state;
    memset(&file, 0, sizeof file);
    file.size = sizeof file;
    REFUSED(TGS_ERROR_CLOSED, "answer", tgs_answer_session_data(answer, &data, E));
    REFUSED(TGS_ERROR_CLOSED, "answer", tgs_answer_peers(answer, &peer, 1, E));
    REFUSED(TGS_ERROR_CLOSED, "answer", tgs_answer_update_states(answer, &state, 1, E));
    REFUSED(TGS_ERROR_CLOSED, "answer", tgs_answer_sent_files(answer, &file, 1, E));
    REFUSED(TGS_ERROR_CLOSED, "answer", tgs_answer_holder(answer, "bot", 0, E));
    REFUSED(TGS_ERROR_CLOSED, "answer", tgs_answer_cause(answer, "none", E));
}

static void use_the_answer_of_the_last_call(struct shelf *shelf)
{
    answers_that_are_over((tgs_answer *)shelf->meddler);
}

static void answers_beyond_their_call(void)
{
    struct shelf *shelf = shelf_new();
    tgs_session *session = shelf_session(shelf);
    fill(session);
    answers_that_are_over(shelf->kept);
    shelf->meddler = shelf->kept;
    shelf->meddle = use_the_answer_of_the_last_call; /* another one is there by now */
    is_all_there(session);
    tgs_close(session);
    answers_that_are_over((tgs_answer *)(size_t)0xdead0);
    answers_that_are_over((tgs_answer *)session); /* a handle of another kind */
    shelf_free(shelf);
}

/* Answers that are wrong are refused at once, and none of them is in what the call comes to. */
static void answer_nonsense(struct shelf *shelf)
{
    tgs_answer *answer = shelf->kept;
    tgs_session_data data = a_login();
    tgs_peer peers[2] = {a_peer(6, NULL, 0), a_peer(7, NULL, 0)};
    tgs_sent_file file;
    const char not_utf8[] = "\xff";
    memset(&file, 0, sizeof file);
    file.size = sizeof file;
    data.size = 8;
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "size", tgs_answer_session_data(answer, &data, E));
    peers[1].size = 0;
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "size", tgs_answer_peers(answer, peers, 2, E));
    file.type = 2;
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "type", tgs_answer_sent_files(answer, &file, 1, E));
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "UTF-8", tgs_answer_holder(answer, not_utf8, 0, E));
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "UTF-8", tgs_answer_cause(answer, not_utf8, E));
    const size_t huge = (size_t)-1;
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "peers", tgs_answer_peers(answer, peers, huge, E));
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "files", tgs_answer_sent_files(answer, &file, huge, E));
    tgs_update_state state;
    memset(&state, 0, sizeof state);
    state.size = sizeof state;
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "states", tgs_answer_update_states(answer, &state, huge, E));
}

/* An answer of another kind than the call asks for is not looked at. */
static void answer_something_else(struct shelf *shelf)
{
    OK(tgs_answer_holder(shelf->kept, "nobody asked", 0, E));
    OK(tgs_answer_cause(shelf->kept, "nothing failed", E));
}

static void wrong_answers(void)
{
    struct shelf *shelf = shelf_new();
    tgs_session *session = shelf_session(shelf);
    fill(session);
    shelf->meddle = answer_nonsense;
    is_all_there(session);
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_id(session, 6, &out.peer, E));
    shelf->meddle = answer_something_else;
    is_all_there(session);
    OK(tgs_save(session, E));
    tgs_close(session);
    shelf_free(shelf);
}

static void is_refused(const char *names, const tgs_engine *engine)
{
    outputs_fill();
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, names, tgs_open_engine(engine, NULL, &out.session, E));
    CHECK(outputs_untouched());
}

static void tables_that_are_wrong(void)
{
    struct shelf *shelf = shelf_new();
    const tgs_engine good = shelf_engine(shelf);
    tgs_engine bad = good;
    const size_t first = offsetof(tgs_engine, delete_peers); /* the first header ended there */
    const size_t sizes[] = {0, 1, 8, first - sizeof(void *), first - 1, sizeof good - 1};
    const uint32_t versions[] = {0, TGS_ENGINE_VERSION + 1, UINT32_MAX}, flags[] = {4, 7, UINT32_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        bad.size = sizes[i];
        is_refused("size", &bad);
    }
    bad = good;
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        bad.version = versions[i];
        is_refused("version", &bad);
    }
    bad = good;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        bad.flags = flags[i];
        is_refused("flags", &bad);
    }
    bad = good;
    bad.location = NULL;
    is_refused("location", &bad);
    bad.location = "shelf \xff";
    is_refused("UTF-8", &bad);
#define LACKS(FUNCTION)              \
    bad = good;                      \
    bad.FUNCTION = NULL;             \
    is_refused(#FUNCTION, &bad)
    LACKS(get_session_data);
    LACKS(set_session_data);
    LACKS(put_peers);
    LACKS(get_peers);
    LACKS(get_update_states);
    LACKS(set_update_states);
    LACKS(delete_update_state);
    LACKS(get_sent_files);
    LACKS(cache_sent_files);
    LACKS(finish);
    LACKS(release_lease);
    LACKS(set_value);
#undef LACKS
    struct { char byte; char engine[sizeof good]; } place;
    memcpy(place.engine, &good, sizeof good);
    is_refused("aligned", (const tgs_engine *)(const void *)place.engine);
    CHECK(shelf->destroyed == 0); /* the context stayed ours */
    for (int i = 0; i < SHELF_FUNCTIONS; i++)
        CHECK(shelf->calls[i] == 0);
    shelf_free(shelf);
}

/* A table of a later header is longer; what this library does not know of is not looked at. */
static void a_longer_table(void)
{
    struct shelf *shelf = shelf_new();
    struct { tgs_engine engine; void (*later)(void); } longer;
    tgs_session *session = NULL;
    memset(&longer, 0, sizeof longer);
    longer.engine = shelf_engine(shelf);
    longer.engine.size = sizeof longer;
    OK(tgs_open_engine(&longer.engine, NULL, &session, E));
    memset(&longer, 0xA5, sizeof longer); /* it was copied */
    fill(session);
    is_all_there(session);
    tgs_close(session);
    tgs_close(session);
    CHECK(shelf->destroyed == 1);
    shelf_free(shelf);
}

/* A table of the first header, which ended before what deletes peers: not a byte more of it is read. */
static void a_shorter_table(void)
{
    struct shelf *shelf = shelf_new();
    const tgs_engine whole = shelf_engine(shelf);
    const size_t size = offsetof(tgs_engine, delete_peers);
    void *shorter = malloc(size);
    tgs_session *session = NULL, *target = NULL;
    const int64_t id = 5;
    tgs_peer peer = a_peer(id, NULL, 0);
    CHECK(shorter != NULL);
    memcpy(shorter, &whole, size);
    memcpy(shorter, &size, sizeof size);
    OK(tgs_open_engine((const tgs_engine *)shorter, NULL, &session, E));
    free(shorter);
    fill(session);
    is_all_there(session);
    REFUSED(TGS_ERROR_UNSUPPORTED, "get_values", tgs_set_value(session, "salts", test_key, 4, E));
    OK(tgs_delete_value(session, "salts", E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_value(session, "salts", &out.bytes, &out.count, E));
    OK(tgs_merge_peers(session, &peer, 1, E));
    REFUSED(TGS_ERROR_UNSUPPORTED, "delete_peers", tgs_delete_peers(session, &id, 1, E));
    REFUSED(TGS_ERROR_UNSUPPORTED, "delete_peers", tgs_delete_all_peers(session, E));
    OK(tgs_get_peer_by_id(session, id, &out.peer, E));
    CHECK(shelf_calls(shelf, DELETE_PEERS) == 0 && shelf_calls(shelf, GET_VALUES) == 0 && shelf_calls(shelf, SET_VALUE) == 0);
    OK(tgs_open(":memory:", NULL, &target, E));
    OK(tgs_convert(session, target, NULL, 0, NULL, E));
    tgs_close(target);
    tgs_close(session);
    shelf_free(shelf);
}

static void values_beside(void)
{
    struct shelf *shelf = shelf_new();
    tgs_session *session = shelf_session(shelf), *other = NULL;
    uint8_t *bytes = NULL;
    size_t len = 0;
    OK(tgs_set_value(session, "salts", test_key, 32, E));
    OK(tgs_set_value(session, "zero", NULL, 0, E));
    OK(tgs_get_value(session, "salts", &bytes, &len, E));
    CHECK(len == 32 && memcmp(bytes, test_key, 32) == 0);
    tgs_bytes_free(bytes, len);
    OK(tgs_open("of-engine.session", NULL, &other, E));
    OK(tgs_convert(session, other, NULL, 0, NULL, E));
    OK(tgs_get_value(other, "zero", &bytes, &len, E));
    CHECK(len == 0);
    tgs_bytes_free(bytes, len);
    OK(tgs_delete_value(session, "salts", E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_value(session, "salts", &bytes, &len, E));
    shelf->cause = "the shelf is gone";
    shelf_fail(shelf, SET_VALUE, true);
    REFUSED(TGS_ERROR_SERVER, "the shelf is gone", tgs_set_value(session, "salts", test_key, 32, E));
    shelf_fail(shelf, GET_VALUES, true);
    REFUSED(TGS_ERROR_SERVER, "the shelf is gone", tgs_get_value(session, "zero", &out.bytes, &out.count, E));
    tgs_close(other);
    tgs_close(session);
    shelf_free(shelf);
}

/* What is told of peers is merged by the library, in a transaction of the engine's. */
static void merging_and_deleting(void)
{
    static const char *const usernames[] = {"tgs_one", "tgs_too"};
    struct shelf *shelf = shelf_new();
    tgs_session *session = shelf_session(shelf);
    tgs_peer peers[2] = {a_peer(5, usernames, 2), a_peer(6, NULL, 0)};
    const int64_t ids[] = {6, 7, 5};
    tgs_input_peer found[3];
    found[0].size = sizeof *found;
    peers[0].access_hash = 50;
    peers[0].has_access_hash = true;
    OK(tgs_update_peers(session, peers, 2, E));
    peers[0] = a_peer(5, NULL, 0);
    peers[0].has_access_hash = false;
    peers[0].name = "Five";
    peers[1] = a_peer(6, usernames, 1);
    memset(shelf->calls, 0, sizeof shelf->calls);
    OK(tgs_merge_peers(session, peers, 2, E));
    CHECK(shelf->calls[BEGIN] == 1 && shelf->calls[FINISH] == 1 && shelf->calls[PUT_PEERS] == 1);
    OK(tgs_get_peer_by_username(session, "tgs_one", &out.peer, E));
    CHECK(out.peer.id == 6);
    OK(tgs_get_peer_by_username(session, "tgs_too", &out.peer, E));
    CHECK(out.peer.id == 5 && out.peer.access_hash == 50);
    OK(tgs_get_peers(session, ids, 3, found, E));
    CHECK(found[0].id == 6 && found[1].id == 0 && found[2].id == 5 && found[2].access_hash == 50);
    OK(tgs_delete_peers(session, ids, 2, E));
    OK(tgs_get_peers(session, ids, 3, found, E));
    CHECK(found[0].id == 0 && found[1].id == 0 && found[2].id == 5);
    shelf->status = TGS_ERROR_SERVER;
    shelf->fails[FINISH] = true;
    REFUSED(TGS_ERROR_SERVER, NULL, tgs_merge_peers(session, peers, 2, E));
    shelf->fails[FINISH] = false;
    OK(tgs_delete_all_peers(session, E));
    CHECK(shelf->now.peer_count == 0);
    tgs_close(session);
    shelf_free(shelf);
}

/* The context is the library's from TGS_OK on: an open that fails does not destroy it. */
static void opens_that_fail(void)
{
    struct shelf *shelf = shelf_new();
    tgs_engine engine = shelf_engine(shelf);
    tgs_options *options = tgs_options_new();
    tgs_session *session = NULL;
    OK(tgs_options_set_create(options, false, E));
    outputs_fill();
    REFUSED(TGS_ERROR_FILE_NOT_FOUND, "shelf 5", tgs_open_engine(&engine, options, &out.session, E));
    shelf->fails[GET_SESSION_DATA] = true;
    shelf->cause = "the shelf fell down";
    REFUSED(TGS_ERROR_SERVER, "fell down", tgs_open_engine(&engine, options, &out.session, E));
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, NULL, tgs_open_engine(&engine, NULL, NULL, E));
    CHECK(outputs_untouched() && shelf->destroyed == 0);
    engine.flags = 0; /* nothing is there before: it does not matter to such an engine */
    shelf->fails[GET_SESSION_DATA] = false;
    OK(tgs_open_engine(&engine, options, &session, E));
    tgs_close(session);
    CHECK(shelf->destroyed == 1);
    tgs_options_free(options);
    shelf_free(shelf);
}

static void read_only(void)
{
    struct shelf *shelf = shelf_new();
    tgs_engine engine = shelf_engine(shelf);
    tgs_options *options = tgs_options_new();
    tgs_session *session = shelf_session(shelf);
    tgs_peer peer = a_peer(5, NULL, 0);
    const int64_t wide = 5;
    fill(session);
    tgs_close(session);
    OK(tgs_options_set_read_only(options, true, E));
    OK(tgs_open_engine(&engine, options, &session, E));
    memset(shelf->calls, 0, sizeof shelf->calls);
    is_all_there(session);
    REFUSED(TGS_ERROR_READ_ONLY, "shelf 5", tgs_set_user_id(session, &wide, E));
    REFUSED(TGS_ERROR_READ_ONLY, "shelf 5", tgs_update_peers(session, &peer, 1, E));
    REFUSED(TGS_ERROR_READ_ONLY, "shelf 5", tgs_update_peers(session, NULL, 0, E));
    REFUSED(TGS_ERROR_READ_ONLY, "shelf 5", tgs_merge_peers(session, &peer, 1, E));
    REFUSED(TGS_ERROR_READ_ONLY, "shelf 5", tgs_delete_all_peers(session, E));
    REFUSED(TGS_ERROR_READ_ONLY, "shelf 5", tgs_set_update_states(session, NULL, 0, E));
    REFUSED(TGS_ERROR_READ_ONLY, "shelf 5", tgs_save(session, E));
    REFUSED(TGS_ERROR_READ_ONLY, "shelf 5", tgs_delete(session, E));
    static const enum shelf_function writing[] = {SET_SESSION_DATA,  PUT_PEERS, DELETE_PEERS,
                                                  SET_UPDATE_STATES, SAVE,      REMOVE};
    for (size_t i = 0; i < sizeof writing / sizeof *writing; i++)
        CHECK(shelf->calls[writing[i]] == 0);
    tgs_close(session);
    tgs_options_free(options);
    shelf_free(shelf);
}

int main(void)
{
    outputs_fill();
    lookups_and_iteration();
    the_rules_are_the_librarys();
    with_the_required_functions_only();
    conversion_both_ways();
    functions_that_fail();
    a_failed_conversion_is_undone();
    an_engine_that_calls_its_own_session();
    answers_beyond_their_call();
    wrong_answers();
    tables_that_are_wrong();
    a_longer_table();
    a_shorter_table();
    values_beside();
    merging_and_deleting();
    opens_that_fail();
    read_only();
    return finish();
}
