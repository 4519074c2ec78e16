/* test REDIS.SH FIXTURE: the engine end to end against a real server, which is killed and started again meanwhile. */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <hiredis/hiredis.h>

#include "../../tests/c/check.h"
#include "redis.h"

static const char odd_name[] = "a}b%7D{c}:data \xc3\xbc\n*";
static const struct timespec a_while = {0, 20000000};

/* ---------- The server ---------- */

static struct server {
    const char *script;
    pid_t pid, owner;
    int port;
} server;

static void start(void)
{
    char line[512], words[256];
    FILE *output;
    if (server.port != 0) {
        snprintf(words, sizeof words, "%d", server.port);
        CHECK(setenv("TGS_PORT", words, 1) == 0);
    }
    snprintf(line, sizeof line, "'%s' \"$PWD\"", server.script);
    output = popen(line, "r");
    CHECK(output != NULL && fgets(line, sizeof line, output) != NULL && pclose(output) == 0);
    CHECK(sscanf(line, "%d redis://127.0.0.1:%d/0", &server.pid, &server.port) == 2);
}

/* It is no child of ours: its end is seen by looking. */
static void stop(int signal)
{
    CHECK(kill(server.pid, signal) == 0);
    while (kill(server.pid, 0) == 0)
        nanosleep(&a_while, NULL);
    server.pid = 0;
}

static void stop_at_exit(void)
{
    if (server.pid != 0 && server.owner == getpid())
        kill(server.pid, SIGKILL);
}

/* A command past the engine; its answer as a number, or -1. */
static long long raw(const char *format, const char *word)
{
    redisContext *context = redisConnect("127.0.0.1", server.port);
    redisReply *reply = (redisReply *)redisCommand(context, format, word);
    CHECK(reply != NULL && reply->type != REDIS_REPLY_ERROR);
    long long number = reply->type == REDIS_REPLY_INTEGER ? reply->integer : -1;
    freeReplyObject(reply);
    redisFree(context);
    return number;
}

/* ---------- Sessions ---------- */

static struct redis_place place_of(const char *name)
{
    struct redis_place place = {"127.0.0.1", server.port, 0, NULL, name, 300};
    return place;
}

static tgs_session *opened(const char *name)
{
    const struct redis_place place = place_of(name);
    tgs_session *session = NULL;
    OK(redis_open(&place, NULL, &session, E));
    return session;
}

static tgs_peer a_peer(int64_t id, const char *const *usernames, size_t count)
{
    tgs_peer peer;
    memset(&peer, 0, sizeof peer);
    peer.size = sizeof peer;
    peer.id = id;
    peer.usernames = usernames;
    peer.username_count = count;
    return peer;
}

static void fill(tgs_session *s)
{
    const char *const names[] = {"tgs_anna", "anna_two"};
    tgs_session_data data;
    tgs_peer two[2] = {a_peer(777000101, names, 2), a_peer(-1001777000301, NULL, 0)};
    tgs_update_state states[2];
    tgs_sent_file file;
    memset(&data, 0, sizeof data);
    memset(states, 0, sizeof states);
    states[0].size = states[1].size = sizeof states[0];
    memset(&file, 0, sizeof file);
    data.size = sizeof data;
    data.dc_id = 4;
    data.server_address = "2001:67c:4e8:f004::a";
    data.auth_key = test_key;
    data.takeout_id = INT64_MIN;
    data.has_dc_id = data.has_takeout_id = data.has_is_bot = data.has_test_mode = true; /* 0 and false are not absent */
    two[0].access_hash = INT64_MAX;
    two[0].has_access_hash = true;
    two[0].phone_number = "4915123";
    two[0].name = "Anna \xc3\x84rmel";
    two[0].last_update_on = 1700000000;
    two[1].type = TGS_PEER_TYPE_OTHER;
    two[1].type_name = "galaxy";
    states[0].pts = 1001;
    states[0].has_pts = states[0].has_seq = true;
    states[1].id = -1001777000301;
    memcpy(file.md5, test_key, sizeof file.md5);
    file.size = sizeof file;
    file.file_size = 5000000000;
    file.id = INT64_MIN;
    file.type = 1;
    OK(tgs_set_session_data(s, &data, TGS_FIELD_DC_ID | TGS_FIELD_SERVER_ADDRESS | TGS_FIELD_AUTH_KEY | TGS_FIELD_IS_BOT
                                | TGS_FIELD_TEST_MODE | TGS_FIELD_TAKEOUT_ID | TGS_FIELD_USER_ID, E));
    OK(tgs_update_peers(s, two, 2, E));
    OK(tgs_set_update_states(s, states, 2, E));
    OK(tgs_cache_sent_files(s, &file, 1, E));
}

static void whole_peers_are_there(tgs_session *s)
{
    tgs_peer_iter *iter = NULL;
    const tgs_peer *peer = NULL;
    OK(tgs_peer_iter_new(s, NULL, 0, &iter, E));
    OK(tgs_peer_iter_next(iter, &peer, E));
    CHECK(peer->id == -1001777000301 && strcmp(peer->type_name, "galaxy") == 0 && !peer->has_access_hash);
    CHECK(peer->username_count == 0 && peer->phone_number == NULL && peer->name == NULL);
    OK(tgs_peer_iter_next(iter, &peer, E));
    CHECK(peer->username_count == 2 && strcmp(peer->usernames[0], "tgs_anna") == 0);
    CHECK(strcmp(peer->usernames[1], "anna_two") == 0 && strcmp(peer->name, "Anna \xc3\x84rmel") == 0);
    CHECK(peer->last_update_on == 1700000000 && peer->access_hash == INT64_MAX);
    ANSWERS(TGS_NOT_FOUND, tgs_peer_iter_next(iter, &peer, E));
    tgs_peer_iter_free(iter);
}

static void is_all_there(tgs_session *s)
{
    tgs_update_state states[2];
    states[0].size = sizeof states[0];
    OK(tgs_get_auth_key(s, out.key, sizeof out.key, E));
    OK(tgs_get_takeout_id(s, &out.wide, E));
    OK(tgs_get_is_bot(s, &out.flag, E));
    CHECK(memcmp(out.key, test_key, sizeof out.key) == 0 && out.wide == INT64_MIN && !out.flag);
    OK(tgs_get_server_address(s, &out.text, E));
    CHECK(strcmp(out.text, "2001:67c:4e8:f004::a") == 0);
    tgs_string_free(out.text);
    ANSWERS(TGS_NOT_FOUND, tgs_get_user_id(s, &out.wide, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_port(s, &out.port, E));
    whole_peers_are_there(s);
    ANSWERS(TGS_EXPIRED, tgs_get_peer_by_username(s, "anna_two", &out.peer, E));
    OK(tgs_get_peer_by_phone_number(s, "+49 15123", &out.peer, E));
    CHECK(out.peer.id == 777000101);
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_username(s, "nobody", &out.peer, E));
    OK(tgs_get_update_states(s, states, 2, &out.count, E));
    CHECK(out.count == 2 && states[0].id == -1001777000301 && !states[0].has_pts && !states[0].has_date);
    CHECK(states[1].pts == 1001 && states[1].has_seq && states[1].seq == 0 && !states[1].has_qts);
    OK(tgs_get_sent_file(s, test_key, 5000000000, 1, &out.sent, E));
    CHECK(out.sent.id == INT64_MIN && out.sent.access_hash == 0);
}

/* ---------- The tests ---------- */

/* Kept, found by another session, apart from a name that looks alike, and wholly gone afterwards. */
static void kept_and_deleted(void)
{
    tgs_session *session = opened(odd_name), *other = opened("a");
    fill(session);
    is_all_there(session);
    tgs_close(session);
    session = opened(odd_name);
    is_all_there(session);
    ANSWERS(TGS_NOT_FOUND, tgs_get_auth_key(other, out.key, sizeof out.key, E));
    OK(tgs_delete_update_state(session, -1001777000301, E));
    OK(tgs_get_update_states(session, NULL, 0, &out.count, E));
    CHECK(out.count == 1);
    CHECK(raw("DBSIZE%s", "") > 10);
    OK(tgs_delete(session, E));
    CHECK(raw("DBSIZE%s", "") == 0);
    tgs_close(session);
    tgs_close(other);
}

static void a_username_moves(void)
{
    tgs_session *session = opened("moves");
    const char *const names[] = {"wanderer", "one"};
    tgs_peer one = a_peer(1, names, 2), two = a_peer(2, names, 1), none = a_peer(2, NULL, 0);
    one.phone_number = "1";
    OK(tgs_update_peers(session, &one, 1, E));
    OK(tgs_update_peers(session, &two, 1, E));
    OK(tgs_get_peer_by_username(session, "wanderer", &out.peer, E));
    CHECK(out.peer.id == 2);
    OK(tgs_get_peer_by_username(session, "one", &out.peer, E));
    CHECK(out.peer.id == 1);
    OK(tgs_update_peers(session, &none, 1, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_username(session, "wanderer", &out.peer, E));
    CHECK(raw("EXISTS %s", "tgsession:{moves}:username:wanderer") == 0);
    OK(tgs_delete(session, E));
    CHECK(raw("DBSIZE%s", "") == 0);
    tgs_close(session);
}

static bool has_value(tgs_session *session, const char *name, const void *expected, size_t len)
{
    uint8_t *bytes = NULL;
    size_t count = 0;
    OK(tgs_get_value(session, name, &bytes, &count, E));
    bool is_same = count == len && memcmp(bytes, expected, len) == 0;
    tgs_bytes_free(bytes, count);
    return is_same;
}

static bool has_names(tgs_session *session, const char *expected)
{
    char *names = NULL;
    OK(tgs_list_values(session, &names, E));
    bool is_same = strcmp(names, expected) == 0;
    tgs_string_free(names);
    return is_same;
}

/* Some, then all: nothing leads to them any more. What else is there stays. */
static void peers_are_deleted(void)
{
    tgs_session *session = opened("deleted");
    const char *const names[] = {"shared", "own", "third"};
    tgs_peer peers[] = {a_peer(1, names, 2), a_peer(2, names + 2, 1), a_peer(-3, NULL, 0)};
    const int64_t some[] = {1, 404, -3};
    peers[0].phone_number = "1";
    peers[1].phone_number = "2";
    fill(session);
    OK(tgs_update_peers(session, peers, 3, E));
    raw("SADD tgsession:{deleted}:peers %s", "505"); /* an id of which there is no more */
    OK(tgs_delete_peers(session, some, 0, E));
    CHECK(raw("SCARD %s", "tgsession:{deleted}:peers") == 6);
    long long version = raw("INCRBY tgsession:{deleted}:version %s", "0");
    OK(tgs_delete_peers(session, some, 3, E));
    CHECK(raw("INCRBY tgsession:{deleted}:version %s", "0") == version + 1);
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_id(session, 1, &out.peer, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_id(session, -3, &out.peer, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_username(session, "shared", &out.peer, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_username(session, "own", &out.peer, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_phone_number(session, "1", &out.peer, E));
    OK(tgs_get_peer_by_username(session, "third", &out.peer, E));
    OK(tgs_get_peer_by_phone_number(session, "2", &out.peer, E));
    CHECK(raw("EXISTS tgsession:{deleted}:peer:1 tgsession:{deleted}:username:own tgsession:{deleted}:%s", "phone:1") == 0);
    CHECK(raw("SISMEMBER tgsession:{deleted}:peers %s", "1") == 0);
    OK(tgs_delete_all_peers(session, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_username(session, "third", &out.peer, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_phone_number(session, "2", &out.peer, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_id(session, 777000101, &out.peer, E));
    OK(tgs_get_auth_key(session, out.key, sizeof out.key, E));
    OK(tgs_get_update_states(session, NULL, 0, &out.count, E));
    CHECK(out.count == 2);
    CHECK(raw("DBSIZE%s", "") == 7); /* data, states and their set, a file and its set, version */
    OK(tgs_update_peers(session, peers, 1, E));
    OK(tgs_get_peer_by_username(session, "shared", &out.peer, E));
    OK(tgs_delete(session, E));
    CHECK(raw("DBSIZE%s", "") == 0);
    tgs_close(session);
}

/* Each byte is kept; a value without bytes is one, and goes only when it is deleted. */
static void values(void)
{
    static const char odd[] = "a b:{c}%7D \xc3\xbc";
    tgs_session *session = opened("valued"), *other = opened("valued");
    size_t most = 1 << 20;
    uint8_t *bytes = NULL, *large = (uint8_t *)calloc(1, most);
    size_t len = 0;
    CHECK(large != NULL);
    memset(large, '\r', most / 2);
    CHECK(has_names(session, "[]"));
    ANSWERS(TGS_NOT_FOUND, tgs_get_value(session, "salts", &bytes, &len, E));
    OK(tgs_set_value(session, "salts", test_key, sizeof test_key, E));
    OK(tgs_set_value(session, odd, large, most, E));
    OK(tgs_set_value(session, "empty", NULL, 0, E));
    CHECK(has_value(other, "salts", test_key, sizeof test_key) && has_value(other, odd, large, most));
    CHECK(has_value(other, "empty", "", 0) && has_names(other, "[\"a b:{c}%7D \xc3\xbc\",\"empty\",\"salts\"]"));
    out.counts.size = sizeof out.counts;
    OK(tgs_get_counts(other, &out.counts, E));
    CHECK(out.counts.values == 3);
    OK(tgs_set_value(session, "salts", (const uint8_t *)"\0new", 4, E));
    CHECK(has_value(other, "salts", "\0new", 4) && raw("HLEN %s", "tgsession:{valued}:values") == 3);
    OK(tgs_delete_value(session, odd, E));
    OK(tgs_delete_value(session, "nobody's", E));
    CHECK(has_names(other, "[\"empty\",\"salts\"]"));
    raw("EVAL %s 1 tgsession:{valued}:values", "return redis.call('HSET', KEYS[1], 'a\\0b', '1')");
    REFUSED(TGS_ERROR_CORRUPT, "valued", tgs_list_values(session, &out.text, E));
    OK(tgs_delete(session, E));
    CHECK(raw("DBSIZE%s", "") == 0);
    /* Refused by the server: the message tells why, and no value. */
    raw("SET tgsession:{valued}:values %s", "text");
    REFUSED(TGS_ERROR_SERVER, "WRONGTYPE", tgs_set_value(other, "salts", test_key, sizeof test_key, E));
    REFUSED(TGS_ERROR_SERVER, "WRONGTYPE", tgs_get_value(other, "salts", &bytes, &len, E));
    REFUSED(TGS_ERROR_SERVER, "WRONGTYPE", tgs_list_values(other, &out.text, E));
    raw("FLUSHALL%s", "");
    free(large);
    tgs_close(session);
    tgs_close(other);
}

/* A real client's file with values, through Redis, into another client's. */
static void conversion(const char *fixture)
{
    tgs_session *file = NULL, *session = opened("converted"), *target = NULL, *source = NULL;
    tgs_options *options = tgs_options_new();
    char *one = NULL, *other = NULL;
    OK(tgs_options_set_read_only(options, true, E));
    OK(tgs_open(fixture, options, &file, E));
    OK(tgs_options_set_read_only(options, false, E));
    OK(tgs_open("source.session", options, &source, E));
    OK(tgs_convert(file, source, NULL, 0, NULL, E));
    OK(tgs_set_value(source, "salts", test_key, sizeof test_key, E));
    OK(tgs_set_value(source, "empty", NULL, 0, E));
    OK(tgs_convert(source, session, NULL, 0, NULL, E));
    CHECK(has_value(session, "salts", test_key, sizeof test_key) && has_value(session, "empty", "", 0));
    OK(tgs_options_set_format(options, "telethon@8", E));
    OK(tgs_open("target.session", options, &target, E));
    OK(tgs_convert(session, target, NULL, 0, NULL, E));
    CHECK(has_names(target, "[\"empty\",\"salts\"]"));
    CHECK(has_value(target, "salts", test_key, sizeof test_key) && has_value(target, "empty", "", 0));
    OK(tgs_export_session_string(file, "telethon", &one, NULL, E));
    OK(tgs_export_session_string(target, "telethon", &other, NULL, E));
    CHECK(strcmp(one, other) == 0);
    tgs_string_free(one);
    tgs_string_free(other);
    OK(tgs_delete(session, E));
    CHECK(raw("DBSIZE%s", "") == 0);
    tgs_close(file);
    tgs_close(source);
    tgs_close(session);
    tgs_close(target);
    tgs_options_free(options);
}

/* With the other writes of a transaction, or with none of them. */
static void deletions_are_gathered(tgs_session *session, const tgs_engine *engine)
{
    const char *const name = "kept";
    const tgs_peer peer = a_peer(7, &name, 1);
    const int64_t id = 7;
    OK(tgs_update_peers(session, &peer, 1, E));
    for (int keep = 0; keep < 2; keep++) {
        CHECK(engine->begin(engine->context, NULL) == TGS_OK);
        CHECK(engine->delete_peers(engine->context, keep ? NULL : &id, keep ? 0 : 1, NULL) == TGS_OK);
        CHECK(engine->set_value(engine->context, "v", test_key, 0, NULL) == TGS_OK);
        OK(tgs_get_peer_by_username(session, "kept", &out.peer, E));
        CHECK(has_names(session, "[]") && engine->finish(engine->context, keep, NULL) == TGS_OK);
    }
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_username(session, "kept", &out.peer, E));
    CHECK(has_names(session, "[\"v\"]"));
    OK(tgs_update_peers(session, &peer, 1, E));
    CHECK(engine->begin(engine->context, NULL) == TGS_OK);
    CHECK(engine->delete_peers(engine->context, NULL, 0, NULL) == TGS_OK);
    OK(tgs_set_value(session, "v", NULL, 0, E));
    CHECK(engine->finish(engine->context, true, NULL) == TGS_ERROR_LOCKED);
    OK(tgs_get_peer_by_username(session, "kept", &out.peer, E));
}

/* The engine's own functions: between its begin and finish another one writes. */
static void a_conflict_is_seen(void)
{
    const struct redis_place place = place_of("conflict");
    tgs_session *session = opened("conflict");
    tgs_session_data data;
    tgs_engine engine;
    const int64_t user_id = 5;
    memset(&data, 0, sizeof data);
    data.size = sizeof data;
    data.dc_id = 3;
    data.has_dc_id = true;
    CHECK(redis_engine(&place, &engine) == NULL);
    CHECK(engine.begin(engine.context, NULL) == TGS_OK);
    CHECK(engine.set_session_data(engine.context, &data, TGS_FIELD_DC_ID, NULL) == TGS_OK);
    OK(tgs_set_user_id(session, &user_id, E));
    CHECK(engine.finish(engine.context, true, NULL) == TGS_ERROR_LOCKED);
    ANSWERS(TGS_NOT_FOUND, tgs_get_dc_id(session, &out.number, E));
    CHECK(engine.begin(engine.context, NULL) == TGS_OK);
    CHECK(engine.set_session_data(engine.context, &data, TGS_FIELD_DC_ID, NULL) == TGS_OK);
    CHECK(engine.finish(engine.context, false, NULL) == TGS_OK); /* undone */
    ANSWERS(TGS_NOT_FOUND, tgs_get_dc_id(session, &out.number, E));
    CHECK(engine.set_session_data(engine.context, &data, TGS_FIELD_DC_ID, NULL) == TGS_OK);
    OK(tgs_get_dc_id(session, &out.number, E));
    deletions_are_gathered(session, &engine);
    engine.destroy(engine.context);
    OK(tgs_delete(session, E));
    tgs_close(session);
}

/* Several processes at once: each tries again where another one was faster, and no peer is lost. */
static void several_writers(void)
{
    enum { WRITERS = 4, EACH = 25 };
    pid_t writers[WRITERS];
    fflush(NULL);
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = fork();
        if (writers[i] != 0)
            continue;
        tgs_session *session = opened("many");
        const char *const name = "wanderer";
        for (int64_t id = 1; id <= EACH; id++) {
            tgs_peer peer = a_peer(i * EACH + id, &name, 1);
            tgs_status status;
            do
                status = tgs_update_peers(session, &peer, 1, NULL);
            while (status == TGS_ERROR_LOCKED);
            CHECK(status == TGS_OK);
        }
        tgs_close(session);
        _exit(0);
    }
    for (int i = 0; i < WRITERS; i++) {
        int status = 1;
        CHECK(waitpid(writers[i], &status, 0) == writers[i] && status == 0);
    }
    CHECK(raw("SCARD %s", "tgsession:{many}:peers") == WRITERS * EACH);
    CHECK(raw("SCARD %s", "tgsession:{many}:username:wanderer") == 1); /* it has one owner */
    tgs_session *session = opened("many");
    OK(tgs_delete(session, E));
    CHECK(raw("DBSIZE%s", "") == 0);
    tgs_close(session);
}

static tgs_status open_leased(const char *owner, tgs_session **session, tgs_error **error)
{
    const struct redis_place place = place_of("leased");
    tgs_options *options = tgs_options_new();
    OK(tgs_options_set_lease(options, true, owner, 3, E));
    tgs_status status = redis_open(&place, options, session, error);
    tgs_options_free(options);
    return status;
}

/* Another temporary folder stands for another machine: Redis alone says that the key is in use. */
static void leases(void)
{
    int ready[2];
    char byte = 0, lease[64];
    tgs_session *session = opened("leased");
    OK(tgs_set_auth_key(session, test_key, sizeof test_key, E));
    CHECK(pipe(ready) == 0 && mkdir("another machine", 0700) == 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        CHECK(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0); /* never left behind by a test that fails */
        CHECK(setenv("TMPDIR", "another machine", 1) == 0);
        tgs_session *held = NULL;
        OK(open_leased("the child", &held, E));
        CHECK(write(ready[1], &byte, 1) == 1);
        for (;;)
            pause();
    }
    CHECK(read(ready[0], &byte, 1) == 1);
    outputs_fill();
    REFUSED(TGS_ERROR_IN_USE, "the child", open_leased("us", &out.session, E));
    REFUSED(TGS_ERROR_IN_USE, "leased", open_leased("us", &out.session, E));
    CHECK(outputs_untouched());
    /* Renewed: its time grows again. */
    OK(tgs_inspect(session, false, &out.text, E));
    const char *id = strstr(out.text, "auth_key_id");
    CHECK(id != NULL);
    id = strchr(id, ':') + 1;
    id += strspn(id, " \"");
    snprintf(lease, sizeof lease, "tgsession:lease:%.16s", id);
    tgs_string_free(out.text);
    long long before = raw("PTTL %s", lease), now;
    CHECK(before > 0);
    while ((now = raw("PTTL %s", lease)) <= before) {
        before = now;
        nanosleep(&a_while, NULL);
    }
    CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
    tgs_session *held = NULL;
    while (open_leased("us", &held, NULL) == TGS_ERROR_IN_USE) /* it ends by itself */
        nanosleep(&a_while, NULL);
    CHECK(held != NULL && raw("EXISTS %s", lease) == 1);
    tgs_close(held);
    CHECK(raw("EXISTS %s", lease) == 0);
    OK(tgs_delete(session, E));
    tgs_close(session);
    close(ready[0]);
    close(ready[1]);
}

static void damaged(void)
{
    tgs_session *session = opened("damaged");
    raw("HSET tgsession:{damaged}:data auth_key c0ffee%s", "");
    REFUSED(TGS_ERROR_CORRUPT, "damaged", tgs_get_auth_key(session, out.key, sizeof out.key, E));
    raw("HSET tgsession:{damaged}:data auth_key %s dc_id four", "");
    REFUSED(TGS_ERROR_CORRUPT, "damaged", tgs_get_dc_id(session, &out.number, E));
    raw("SADD tgsession:{damaged}:peers %s", "7");
    raw("HSET tgsession:{damaged}:peer:7 id %s access_hash lots", "7");
    REFUSED(TGS_ERROR_CORRUPT, "damaged", tgs_get_peer_by_id(session, 7, &out.peer, E));
    raw("SET tgsession:{damaged}:states %s", "text");
    REFUSED(TGS_ERROR_SERVER, "WRONGTYPE", tgs_get_update_states(session, NULL, 0, &out.count, E));
    raw("FLUSHALL%s", "");
    tgs_close(session);
}

static void nobody_there(void)
{
    struct redis_place place = place_of("nobody");
    tgs_session *session = NULL;
    tgs_options *options = tgs_options_new();
    place.port = 1;
    OK(redis_open(&place, NULL, &session, E)); /* connects with the first call */
    REFUSED(TGS_ERROR_SERVER, "Connection refused", tgs_get_user_id(session, &out.wide, E));
    REFUSED(TGS_ERROR_SERVER, "redis://127.0.0.1:1/0 nobody", tgs_set_auth_key(session, test_key, 256, E));
    tgs_close(session);
    OK(tgs_options_set_create(options, false, E));
    outputs_fill();
    REFUSED(TGS_ERROR_SERVER, "Connection refused", redis_open(&place, options, &out.session, E));
    CHECK(outputs_untouched());
    place.port = server.port;
    REFUSED(TGS_ERROR_FILE_NOT_FOUND, "nobody", redis_open(&place, options, &out.session, E));
    place.password = "pa55word";
    OK(redis_open(&place, NULL, &session, E));
    tgs_error *error = NULL;
    CHECK(tgs_get_user_id(session, &out.wide, &error) == TGS_ERROR_SERVER);
    CHECK(strstr(tgs_error_message(error), "AUTH") != NULL && strstr(tgs_error_message(error), "pa55") == NULL);
    tgs_error_free(error);
    tgs_close(session);
    const struct redis_place wrong[] = {{NULL, 1, 0, NULL, "a", 0}, {"host", 1, 0, NULL, NULL, 0},
                                        {"host", 1, 0, NULL, "", 0}, {"host", 0, 0, NULL, "a", 0},
                                        {"host", 65536, 0, NULL, "a", 0}, {"host", 1, -1, NULL, "a", 0}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(redis_open(&wrong[i], NULL, &session, NULL) == TGS_ERROR_INVALID_ARGUMENT);
    tgs_options_free(options);
}

/* What was acknowledged before kill -9 is there, the session that was open goes on, and nothing waits for ever. */
static void killed_and_started_again(void)
{
    struct redis_place place = place_of("patient");
    tgs_session *session = opened("killed"), *patient = NULL;
    const int64_t user_id = 5;
    tgs_peer peer = a_peer(9, NULL, 0);
    place.wait_ms = 60000;
    OK(redis_open(&place, NULL, &patient, E));
    OK(tgs_set_user_id(patient, &user_id, E));
    fill(session);
    stop(SIGKILL);
    REFUSED(TGS_ERROR_SERVER, "killed", tgs_get_update_states(session, NULL, 0, &out.count, E));
    REFUSED(TGS_ERROR_SERVER, "cannot connect", tgs_update_peers(session, &peer, 1, E));
    REFUSED(TGS_ERROR_SERVER, "cannot connect", tgs_delete_all_peers(session, E));
    REFUSED(TGS_ERROR_SERVER, "cannot connect", tgs_set_value(session, "salts", test_key, sizeof test_key, E));
    start();
    is_all_there(session);
    CHECK(has_names(session, "[]"));
    OK(tgs_update_peers(session, &peer, 1, E));
    OK(tgs_get_user_id(patient, &out.wide, E));

    CHECK(kill(server.pid, SIGSTOP) == 0); /* it is there, and does not answer */
    REFUSED(TGS_ERROR_SERVER, "killed", tgs_get_user_id(session, &out.wide, E));
    CHECK(kill(server.pid, SIGCONT) == 0);
    OK(tgs_get_peer_by_id(session, 9, &out.peer, E));
    OK(tgs_get_auth_key(session, out.key, sizeof out.key, E));

    stop(SIGTERM);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) { /* while a call waits */
        const struct timespec later = {0, 500000000};
        nanosleep(&later, NULL);
        start();
        FILE *file = fopen("pid", "w");
        CHECK(file != NULL && fprintf(file, "%d\n", (int)server.pid) > 0 && fclose(file) == 0);
        _exit(0);
    }
    OK(tgs_update_peers(patient, &peer, 1, E));
    CHECK(waitpid(child, NULL, 0) == child);
    FILE *file = fopen("pid", "r");
    CHECK(file != NULL && fscanf(file, "%d", &server.pid) == 1);
    fclose(file);
    OK(tgs_get_peer_by_id(patient, 9, &out.peer, E));
    OK(tgs_delete(session, E));
    OK(tgs_delete(patient, E));
    tgs_close(session);
    tgs_close(patient);
    CHECK(raw("DBSIZE%s", "") == 0);
}

int main(int count, char **words)
{
    outputs_fill();
    CHECK(count == 3 && setenv("TMPDIR", ".", 1) == 0);
    server.script = words[1];
    server.owner = getpid();
    CHECK(atexit(stop_at_exit) == 0);
    start();
    kept_and_deleted();
    a_username_moves();
    peers_are_deleted();
    values();
    conversion(words[2]);
    a_conflict_is_seen();
    several_writers();
    leases();
    damaged();
    nobody_there();
    killed_and_started_again();
    return finish();
}
