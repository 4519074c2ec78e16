#include "redis.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connection.h"

enum { DEFAULT_WAIT_MS = 5000, MOST_USERNAMES = 64 };

/* What engine.context leads to. */
struct session {
    struct connection connection;
    char *prefix;           /* "tgsession:{NAME}:" */
    char *location;         /* how errors name it */
    bool within;            /* between begin and finish: writes are gathered */
    struct pipeline writes; /* until they are committed */
};

/* The replies of several commands. */
struct replies {
    redisReply **all;
    size_t count;
};

static int32_t failed(struct session *session, tgs_answer *answer)
{
    tgs_answer_cause(answer, session->connection.cause, NULL);
    return session->connection.conflict ? TGS_ERROR_LOCKED : TGS_ERROR_SERVER;
}

static int32_t status_of(struct session *session, bool is_done, tgs_answer *answer)
{
    return is_done ? (int32_t)TGS_OK : failed(session, answer);
}

/* ---------- Keys ---------- */

static char *joined(const char *one, const char *two, const char *three)
{
    size_t len = strlen(one) + strlen(two) + strlen(three) + 1;
    char *text = (char *)malloc(len);
    if (text != NULL)
        snprintf(text, len, "%s%s%s", one, two, three);
    return text;
}

/* A key of the session: "data", or "username:" with a username behind it. */
static void add_key(struct session *session, struct command *command, const char *kind, const char *rest)
{
    add_owned(command, joined(session->prefix, kind, rest));
}

static const char *digits(int64_t id, char *place)
{
    snprintf(place, NUMBER_ROOM, "%lld", (long long)id);
    return place;
}

/* Any name, so that no session's keys can be another one's: "%" and "}" are written as "%25" and "%7D". */
static char *prefix_of(const char *name)
{
    static const char begin[] = "tgsession:{", end[] = "}:";
    char *prefix = (char *)malloc(sizeof begin + 3 * strlen(name) + sizeof end), *to = prefix;
    if (prefix == NULL)
        return NULL;
    to = stpcpy(to, begin);
    for (; *name != '\0'; name++) {
        if (*name == '%' || *name == '}')
            to = stpcpy(to, *name == '%' ? "%25" : "%7D");
        else
            *to++ = *name;
    }
    strcpy(to, end);
    return prefix;
}

/* ---------- Reading ---------- */

static bool receive_all(struct session *session, struct pipeline *asked, struct replies *replies)
{
    return exchange(&session->connection, asked, &replies->all, &replies->count);
}

/* The members of a set, asked for by one command. */
static redisReply *members(struct session *session, const char *kind)
{
    struct command smembers = command("SMEMBERS");
    add_key(session, &smembers, kind, "");
    return ask(&session->connection, &smembers);
}

static void put_hgetall(struct session *session, struct pipeline *asked, const char *kind, const char *member)
{
    struct command hgetall = command("HGETALL");
    add_key(session, &hgetall, kind, member);
    put(asked, &hgetall);
}

/* The hashes of all members of a set: "peers" and "peer:". */
static bool read_hashes(struct session *session, const char *set, const char *kind, struct replies *replies)
{
    struct pipeline asked;
    redisReply *found = members(session, set);
    memset(&asked, 0, sizeof asked);
    if (found == NULL)
        return false;
    for (size_t i = 0; i < found->elements; i++)
        put_hgetall(session, &asked, kind, found->element[i]->str);
    freeReplyObject(found);
    return receive_all(session, &asked, replies);
}

/* A hash as HGETALL gives it. */
struct hash {
    const redisReply *reply;
    bool is_damaged; /* a value in it cannot be what it should be */
};

/* NULL for absent. */
static const redisReply *field(const struct hash *hash, const char *name)
{
    for (size_t i = 0; i + 1 < hash->reply->elements; i += 2)
        if (strcmp(hash->reply->element[i]->str, name) == 0)
            return hash->reply->element[i + 1];
    return NULL;
}

static const char *text_field(const struct hash *hash, const char *name)
{
    const redisReply *found = field(hash, name);
    return found == NULL ? NULL : found->str;
}

static int64_t number_field(struct hash *hash, const char *name, bool *has)
{
    const char *found = text_field(hash, name);
    char *end = NULL;
    if (has != NULL)
        *has = found != NULL;
    if (found == NULL)
        return 0;
    errno = 0;
    int64_t number = strtoll(found, &end, 10);
    hash->is_damaged = hash->is_damaged || end == found || *end != '\0' || errno != 0;
    return number;
}

static const uint8_t *key_field(struct hash *hash, const char *name)
{
    const redisReply *found = field(hash, name);
    hash->is_damaged = hash->is_damaged || (found != NULL && found->len != TGS_AUTH_KEY_LEN);
    return found == NULL ? NULL : (const uint8_t *)found->str;
}

/* What was read was answered with, or cannot have been written by an engine like this. */
static int32_t taken(bool is_taken, tgs_answer *answer)
{
    if (!is_taken)
        tgs_answer_cause(answer, "what is there in Redis is damaged", NULL);
    return is_taken ? TGS_OK : TGS_ERROR_CORRUPT;
}

/* ---------- Writing ---------- */

/* Ends a write: at once, or with the others of its transaction. */
static int32_t written(struct session *session, tgs_answer *answer)
{
    struct command incr = command("INCR");
    add_key(session, &incr, "version", "");
    put(&session->writes, &incr);
    return session->within ? (int32_t)TGS_OK
                           : status_of(session, commit(&session->connection, &session->writes), answer);
}

static void put_member(struct session *session, const char *change, const char *kind, const char *rest,
                       const char *member)
{
    struct command changed = command(change);
    add_key(session, &changed, kind, rest);
    add_text(&changed, member);
    put(&session->writes, &changed);
}

static void put_del(struct session *session, const char *kind, const char *rest)
{
    struct command del = command("DEL");
    add_key(session, &del, kind, rest);
    put(&session->writes, &del);
}

static void add_field(struct command *hset, bool has, const char *name, int64_t number)
{
    if (has) {
        add_text(hset, name);
        add_number(hset, number);
    }
}

static void add_text_field(struct command *hset, const char *name, const char *text)
{
    if (text != NULL) {
        add_text(hset, name);
        add_text(hset, text);
    }
}

/* ---------- Fields ---------- */

static int32_t get_session_data(void *context, tgs_answer *answer)
{
    struct session *session = (struct session *)context;
    struct command hgetall = command("HGETALL");
    tgs_session_data data;
    add_key(session, &hgetall, "data", "");
    redisReply *reply = ask(&session->connection, &hgetall);
    if (reply == NULL)
        return failed(session, answer);
    struct hash is = {reply, false}, *hash = &is;
    memset(&data, 0, sizeof data);
    data.size = sizeof data;
    data.dc_id = (int32_t)number_field(hash, "dc_id", &data.has_dc_id);
    data.server_address = text_field(hash, "server_address");
    data.port = (uint16_t)number_field(hash, "port", &data.has_port);
    data.api_id = (int32_t)number_field(hash, "api_id", &data.has_api_id);
    data.test_mode = number_field(hash, "test_mode", &data.has_test_mode) != 0;
    data.auth_key = key_field(hash, "auth_key");
    data.date = number_field(hash, "date", &data.has_date);
    data.user_id = number_field(hash, "user_id", &data.has_user_id);
    data.is_bot = number_field(hash, "is_bot", &data.has_is_bot) != 0;
    data.takeout_id = number_field(hash, "takeout_id", &data.has_takeout_id);
    data.tmp_auth_key = key_field(hash, "tmp_auth_key");
    bool is_taken = !is.is_damaged && tgs_answer_session_data(answer, &data, NULL) == TGS_OK;
    freeReplyObject(reply);
    return taken(is_taken, answer);
}

/* Absent is said by the absence of the field. */
static void put_field(struct session *session, const char *kind, const char *name, bool has, const void *bytes,
                      size_t len)
{
    struct command change = command(has ? "HSET" : "HDEL");
    add_key(session, &change, kind, "");
    add_text(&change, name);
    if (has)
        add_bytes(&change, bytes, len);
    put(&session->writes, &change);
}

static void put_number(struct session *session, const char *name, bool has, int64_t number)
{
    char text[NUMBER_ROOM];
    digits(number, text);
    put_field(session, "data", name, has, text, strlen(text));
}

static int32_t set_session_data(void *context, const tgs_session_data *data, uint32_t which, tgs_answer *answer)
{
    struct session *session = (struct session *)context;
#define NUMBER(BIT, NAME) \
    if (which & (BIT))    \
    put_number(session, #NAME, data->has_##NAME, data->NAME)
#define BYTES(BIT, NAME, LEN) \
    if (which & (BIT))        \
    put_field(session, "data", #NAME, data->NAME != NULL, data->NAME, data->NAME == NULL ? 0 : (LEN))
    NUMBER(TGS_FIELD_DC_ID, dc_id);
    BYTES(TGS_FIELD_SERVER_ADDRESS, server_address, strlen(data->server_address));
    NUMBER(TGS_FIELD_PORT, port);
    NUMBER(TGS_FIELD_API_ID, api_id);
    NUMBER(TGS_FIELD_TEST_MODE, test_mode);
    BYTES(TGS_FIELD_AUTH_KEY, auth_key, TGS_AUTH_KEY_LEN);
    NUMBER(TGS_FIELD_DATE, date);
    NUMBER(TGS_FIELD_USER_ID, user_id);
    NUMBER(TGS_FIELD_IS_BOT, is_bot);
    NUMBER(TGS_FIELD_TAKEOUT_ID, takeout_id);
    BYTES(TGS_FIELD_TMP_AUTH_KEY, tmp_auth_key, TGS_AUTH_KEY_LEN);
#undef NUMBER
#undef BYTES
    return written(session, answer);
}

/* ---------- Peers ---------- */

/* Usernames stand in one field, with a NUL between them: no text in C has one, and each part is a text already. */
static size_t split(const redisReply *usernames, const char **parts)
{
    size_t count = 0;
    if (usernames == NULL)
        return 0;
    for (const char *at = usernames->str; at <= usernames->str + usernames->len && count < MOST_USERNAMES;
         at += strlen(at) + 1)
        parts[count++] = at;
    return count;
}

static char *join(const tgs_peer *peer, size_t *len)
{
    *len = 0;
    for (size_t i = 0; i < peer->username_count; i++)
        *len += strlen(peer->usernames[i]) + 1;
    char *text = (char *)malloc(*len + 1), *to = text;
    for (size_t i = 0; text != NULL && i < peer->username_count; i++)
        to = stpcpy(to, peer->usernames[i]) + 1;
    *len -= peer->username_count > 0; /* none after the last */
    return text;
}

static bool answer_peer(const redisReply *reply, tgs_answer *answer)
{
    struct hash is = {reply, false}, *hash = &is;
    const char *usernames[MOST_USERNAMES];
    tgs_peer peer;
    memset(&peer, 0, sizeof peer);
    peer.size = sizeof peer;
    peer.id = number_field(hash, "id", NULL);
    peer.access_hash = number_field(hash, "access_hash", &peer.has_access_hash);
    peer.type = (int32_t)number_field(hash, "type", NULL);
    peer.type_name = text_field(hash, "type_name");
    peer.usernames = usernames;
    peer.username_count = split(field(hash, "usernames"), usernames);
    peer.phone_number = text_field(hash, "phone_number");
    peer.name = text_field(hash, "name");
    peer.last_update_on = number_field(hash, "last_update_on", NULL);
    return !is.is_damaged && tgs_answer_peers(answer, &peer, 1, NULL) == TGS_OK;
}

/* A hash that is empty was removed after its id was read. */
static int32_t answer_peers(struct session *session, bool is_done, struct replies *replies, tgs_answer *answer)
{
    if (!is_done)
        return failed(session, answer);
    bool is_taken = true;
    for (size_t i = 0; i < replies->count && is_taken; i++)
        is_taken = replies->all[i]->elements == 0 || answer_peer(replies->all[i], answer);
    free_replies(replies->all, replies->count);
    return taken(is_taken, answer);
}

static int32_t get_peers(void *context, const int64_t *ids, size_t count, tgs_answer *answer)
{
    struct session *session = (struct session *)context;
    struct replies replies = {NULL, 0};
    struct pipeline asked;
    char id[NUMBER_ROOM];
    if (ids == NULL)
        return answer_peers(session, read_hashes(session, "peers", "peer:", &replies), &replies, answer);
    memset(&asked, 0, sizeof asked);
    for (size_t i = 0; i < count; i++)
        put_hgetall(session, &asked, "peer:", digits(ids[i], id));
    return answer_peers(session, receive_all(session, &asked, &replies), &replies, answer);
}

/* Reads the sets, then the peers whose ids are in them. One with two of the usernames is answered twice. */
static int32_t get_indexed(struct session *session, const char *kind, const char *const *names, size_t count,
                           tgs_answer *answer)
{
    struct pipeline asked;
    struct replies found = {NULL, 0}, replies = {NULL, 0};
    memset(&asked, 0, sizeof asked);
    for (size_t i = 0; i < count; i++) {
        struct command smembers = command("SMEMBERS");
        add_key(session, &smembers, kind, names[i]);
        put(&asked, &smembers);
    }
    if (!receive_all(session, &asked, &found))
        return failed(session, answer);
    for (size_t i = 0; i < found.count; i++)
        for (size_t j = 0; j < found.all[i]->elements; j++)
            put_hgetall(session, &asked, "peer:", found.all[i]->element[j]->str);
    free_replies(found.all, found.count);
    return answer_peers(session, receive_all(session, &asked, &replies), &replies, answer);
}

static int32_t get_peers_by_username(void *context, const char *const *usernames, size_t count, tgs_answer *answer)
{
    return get_indexed((struct session *)context, "username:", usernames, count, answer);
}

static int32_t get_peers_by_phone_number(void *context, const char *phone_number, tgs_answer *answer)
{
    return get_indexed((struct session *)context, "phone:", &phone_number, 1, answer);
}

/* Takes a peer, as it was, out of the sets by which it is found. */
static void put_forgotten(struct session *session, const redisReply *reply)
{
    const struct hash is = {reply, false}, *hash = &is;
    const char *usernames[MOST_USERNAMES], *phone_number = text_field(hash, "phone_number");
    const char *id = text_field(hash, "id");
    size_t count = split(field(hash, "usernames"), usernames);
    for (size_t i = 0; id != NULL && i < count; i++)
        put_member(session, "SREM", "username:", usernames[i], id);
    if (id != NULL && phone_number != NULL)
        put_member(session, "SREM", "phone:", phone_number, id);
}

static void put_peer(struct session *session, const tgs_peer *peer)
{
    char id[NUMBER_ROOM];
    size_t len = 0;
    char *usernames = join(peer, &len);
    digits(peer->id, id);
    put_del(session, "peer:", id);
    struct command hset = command("HSET");
    add_key(session, &hset, "peer:", id);
    add_field(&hset, true, "id", peer->id);
    add_field(&hset, peer->has_access_hash, "access_hash", peer->access_hash);
    add_field(&hset, true, "type", peer->type);
    add_text_field(&hset, "type_name", peer->type_name);
    add_text_field(&hset, "phone_number", peer->phone_number);
    add_text_field(&hset, "name", peer->name);
    add_field(&hset, peer->last_update_on != 0, "last_update_on", peer->last_update_on);
    hset.failed = hset.failed || usernames == NULL || peer->username_count > MOST_USERNAMES;
    if (peer->username_count > 0) {
        add_text(&hset, "usernames");
        add_bytes(&hset, usernames, len);
    }
    put(&session->writes, &hset);
    free(usernames);
    put_member(session, "SADD", "peers", "", id);
    for (size_t i = 0; i < peer->username_count; i++)
        put_member(session, "SADD", "username:", peer->usernames[i], id);
    if (peer->phone_number != NULL)
        put_member(session, "SADD", "phone:", peer->phone_number, id);
}

static int32_t put_peers(void *context, const tgs_peer *peers, size_t count, tgs_answer *answer)
{
    struct session *session = (struct session *)context;
    struct replies before = {NULL, 0};
    struct pipeline asked;
    char id[NUMBER_ROOM];
    memset(&asked, 0, sizeof asked);
    for (size_t i = 0; i < count; i++)
        put_hgetall(session, &asked, "peer:", digits(peers[i].id, id));
    if (!receive_all(session, &asked, &before))
        return failed(session, answer);
    for (size_t i = 0; i < before.count; i++)
        put_forgotten(session, before.all[i]);
    free_replies(before.all, before.count);
    for (size_t i = 0; i < count; i++)
        put_peer(session, &peers[i]);
    return written(session, answer);
}

/* Reads first, and gathers when nothing can fail any more. */
static bool put_peers_deleted(struct session *session, const int64_t *ids, size_t count)
{
    redisReply *all = ids == NULL ? members(session, "peers") : NULL;
    struct replies before = {NULL, 0};
    struct pipeline asked;
    char text[NUMBER_ROOM];
    if (ids == NULL && all == NULL)
        return false;
    memset(&asked, 0, sizeof asked);
#define ID(I) (all == NULL ? digits(ids[I], text) : all->element[I]->str)
    for (size_t i = 0; i < (all == NULL ? count : all->elements); i++)
        put_hgetall(session, &asked, "peer:", ID(i));
    bool is_read = receive_all(session, &asked, &before);
    for (size_t i = 0; i < before.count && is_read; i++) {
        put_forgotten(session, before.all[i]);
        put_del(session, "peer:", ID(i));
        put_member(session, "SREM", "peers", "", ID(i));
    }
#undef ID
    if (is_read)
        free_replies(before.all, before.count);
    if (all != NULL)
        freeReplyObject(all);
    return is_read;
}

/* ---------- Update states ---------- */

static int32_t get_update_states(void *context, tgs_answer *answer)
{
    struct session *session = (struct session *)context;
    struct replies replies = {NULL, 0};
    bool is_taken = true;
    if (!read_hashes(session, "states", "state:", &replies))
        return failed(session, answer);
    for (size_t i = 0; i < replies.count && is_taken; i++) {
        struct hash is = {replies.all[i], false}, *hash = &is;
        tgs_update_state state;
        memset(&state, 0, sizeof state);
        state.size = sizeof state;
        state.id = number_field(hash, "id", NULL);
        state.pts = number_field(hash, "pts", &state.has_pts);
        state.qts = number_field(hash, "qts", &state.has_qts);
        state.date = number_field(hash, "date", &state.has_date);
        state.seq = number_field(hash, "seq", &state.has_seq);
        is_taken = replies.all[i]->elements == 0
            || (!is.is_damaged && tgs_answer_update_states(answer, &state, 1, NULL) == TGS_OK);
    }
    free_replies(replies.all, replies.count);
    return taken(is_taken, answer);
}

static int32_t set_update_states(void *context, const tgs_update_state *states, size_t count, tgs_answer *answer)
{
    struct session *session = (struct session *)context;
    char id[NUMBER_ROOM];
    for (size_t i = 0; i < count; i++) {
        digits(states[i].id, id);
        put_del(session, "state:", id);
        struct command hset = command("HSET");
        add_key(session, &hset, "state:", id);
        add_field(&hset, true, "id", states[i].id);
        add_field(&hset, states[i].has_pts, "pts", states[i].pts);
        add_field(&hset, states[i].has_qts, "qts", states[i].qts);
        add_field(&hset, states[i].has_date, "date", states[i].date);
        add_field(&hset, states[i].has_seq, "seq", states[i].seq);
        put(&session->writes, &hset);
        put_member(session, "SADD", "states", "", id);
    }
    return written(session, answer);
}

static int32_t delete_update_state(void *context, int64_t id, tgs_answer *answer)
{
    struct session *session = (struct session *)context;
    char text[NUMBER_ROOM];
    put_del(session, "state:", digits(id, text));
    put_member(session, "SREM", "states", "", text);
    return written(session, answer);
}

/* ---------- Sent files ---------- */

enum { MD5_LEN = 16, FILE_ROOM = 2 * MD5_LEN + 2 * NUMBER_ROOM + 3 };

/* "0123456789abcdef0123456789abcdef:SIZE:TYPE" */
static void name_file(const tgs_sent_file *file, char *name)
{
    for (int i = 0; i < MD5_LEN; i++)
        snprintf(name + 2 * i, 3, "%02x", file->md5[i]);
    snprintf(name + 2 * MD5_LEN, FILE_ROOM - 2 * MD5_LEN, ":%lld:%ld", (long long)file->file_size, (long)file->type);
}

static bool read_name(const char *name, tgs_sent_file *file)
{
    long long size = 0;
    long type = 0;
    for (int i = 0; i < MD5_LEN; i++)
        if (sscanf(name + 2 * i, "%2hhx", &file->md5[i]) != 1)
            return false;
    if (sscanf(name + 2 * MD5_LEN, ":%lld:%ld", &size, &type) != 2)
        return false;
    file->file_size = size;
    file->type = (int32_t)type;
    return true;
}

static int32_t get_sent_files(void *context, tgs_answer *answer)
{
    struct session *session = (struct session *)context;
    struct replies replies = {NULL, 0};
    bool is_taken = true;
    if (!read_hashes(session, "files", "file:", &replies))
        return failed(session, answer);
    for (size_t i = 0; i < replies.count && is_taken; i++) {
        struct hash is = {replies.all[i], false};
        const char *name = text_field(&is, "file");
        tgs_sent_file file;
        memset(&file, 0, sizeof file);
        file.size = sizeof file;
        file.id = number_field(&is, "id", NULL);
        file.access_hash = number_field(&is, "access_hash", NULL);
        is_taken = replies.all[i]->elements == 0
            || (!is.is_damaged && name != NULL && read_name(name, &file)
                && tgs_answer_sent_files(answer, &file, 1, NULL) == TGS_OK);
    }
    free_replies(replies.all, replies.count);
    return taken(is_taken, answer);
}

static int32_t cache_sent_files(void *context, const tgs_sent_file *files, size_t count, tgs_answer *answer)
{
    struct session *session = (struct session *)context;
    char name[FILE_ROOM];
    for (size_t i = 0; i < count; i++) {
        struct command hset = command("HSET");
        name_file(&files[i], name);
        add_key(session, &hset, "file:", name);
        add_text_field(&hset, "file", name);
        add_field(&hset, true, "id", files[i].id);
        add_field(&hset, true, "access_hash", files[i].access_hash);
        put(&session->writes, &hset);
        put_member(session, "SADD", "files", "", name);
    }
    return written(session, answer);
}

/* ---------- Values ---------- */

static bool answer_value(const char *name, const redisReply *value, tgs_answer *answer)
{
    return tgs_answer_value(answer, name, (const uint8_t *)value->str, value->len, NULL) == TGS_OK;
}

static int32_t get_all_values(struct session *session, tgs_answer *answer)
{
    struct command hgetall = command("HGETALL");
    add_key(session, &hgetall, "values", "");
    redisReply *reply = ask(&session->connection, &hgetall);
    bool is_taken = true;
    if (reply == NULL)
        return failed(session, answer);
    for (size_t i = 0; i + 1 < reply->elements && is_taken; i += 2)
        is_taken = strlen(reply->element[i]->str) == reply->element[i]->len
            && answer_value(reply->element[i]->str, reply->element[i + 1], answer);
    freeReplyObject(reply);
    return taken(is_taken, answer);
}

static int32_t get_values(void *context, const char *const *names, size_t count, tgs_answer *answer)
{
    struct session *session = (struct session *)context;
    struct replies replies = {NULL, 0};
    struct pipeline asked;
    bool is_taken = true;
    if (names == NULL)
        return get_all_values(session, answer);
    memset(&asked, 0, sizeof asked);
    for (size_t i = 0; i < count; i++) {
        struct command hget = command("HGET");
        add_key(session, &hget, "values", "");
        add_text(&hget, names[i]);
        put(&asked, &hget);
    }
    if (!receive_all(session, &asked, &replies))
        return failed(session, answer);
    for (size_t i = 0; i < replies.count && is_taken; i++)
        is_taken = replies.all[i]->type == REDIS_REPLY_NIL || answer_value(names[i], replies.all[i], answer);
    free_replies(replies.all, replies.count);
    return taken(is_taken, answer);
}

static int32_t set_value(void *context, const char *name, const uint8_t *bytes, size_t len, tgs_answer *answer)
{
    struct session *session = (struct session *)context;
    put_field(session, "values", name, bytes != NULL, bytes, len);
    return written(session, answer);
}

/* ---------- The whole ---------- */

/* A write by another client changes the version: then `finish` fails, and nothing is written. */
static int32_t begin(void *context, tgs_answer *answer)
{
    struct session *session = (struct session *)context;
    struct command watch = command("WATCH");
    add_key(session, &watch, "version", "");
    redisReply *reply = ask(&session->connection, &watch);
    if (reply == NULL)
        return failed(session, answer);
    freeReplyObject(reply);
    session->within = session->connection.watching = true;
    return TGS_OK;
}

static int32_t finish(void *context, bool keep, tgs_answer *answer)
{
    struct session *session = (struct session *)context;
    bool is_done = true;
    if (keep) {
        is_done = commit(&session->connection, &session->writes); /* of reads too: they were of one moment */
    } else {
        struct command unwatch = command("UNWATCH");
        redisReply *reply = ask(&session->connection, &unwatch);
        if (reply != NULL)
            freeReplyObject(reply); /* where the connection broke, nothing is watched any more */
        pipeline_clear(&session->writes);
    }
    session->within = session->connection.watching = false;
    return status_of(session, is_done, answer);
}

/* Ends what depends on what was read since begin. */
static int32_t finish_read(struct session *session, bool is_read, tgs_answer *answer)
{
    int32_t status = status_of(session, is_read, answer);
    int32_t ended = finish(session, is_read, answer);
    return is_read ? ended : status;
}

/* A transaction of its own outside of begin and finish: a peer that another client adds meanwhile must not lose its id. */
static int32_t delete_peers(void *context, const int64_t *ids, size_t count, tgs_answer *answer)
{
    struct session *session = (struct session *)context;
    bool alone = !session->within;
    int32_t begun = alone ? begin(session, answer) : (int32_t)TGS_OK;
    if (begun != TGS_OK)
        return begun;
    bool is_read = put_peers_deleted(session, ids, count);
    int32_t status = is_read ? written(session, answer) : failed(session, answer);
    return alone ? finish_read(session, is_read, answer) : status;
}

static bool put_deleted(struct session *session, const char *set, const char *kind)
{
    redisReply *found = members(session, set);
    if (found == NULL)
        return false;
    for (size_t i = 0; i < found->elements; i++)
        put_del(session, kind, found->element[i]->str);
    freeReplyObject(found);
    put_del(session, set, "");
    return true;
}

static bool put_all_deleted(struct session *session)
{
    put_del(session, "data", "");
    put_del(session, "values", "");
    put_del(session, "version", "");
    return put_peers_deleted(session, NULL, 0) && put_deleted(session, "states", "state:")
        && put_deleted(session, "files", "file:");
}

static int32_t remove_session(void *context, tgs_answer *answer)
{
    struct session *session = (struct session *)context;
    int32_t begun = begin(session, answer);
    return begun == TGS_OK ? finish_read(session, put_all_deleted(session), answer) : begun;
}

/* ---------- Leases ---------- */

/* One value, "TOKEN SINCE OWNER", that Redis itself drops when its time is over. By the server's clock. */
static const char TAKE[] =
    "local held = redis.call('GET', KEYS[1])\n"
    "local since = redis.call('TIME')[1]\n"
    "if held then\n"
    "  local token, began = string.match(held, '^(%S+) (%S+) ')\n"
    "  if token ~= ARGV[1] then return held end\n"
    "  since = began\n"
    "end\n"
    "redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. since .. ' ' .. ARGV[2], 'PX', ARGV[3])\n"
    "return false\n";
static const char RELEASE[] =
    "local held = redis.call('GET', KEYS[1])\n"
    "if held and string.match(held, '^(%S+) ') == ARGV[1] then redis.call('DEL', KEYS[1]) end\n"
    "return false\n";

static struct command script(const char *text, const char *key_id, const char *token)
{
    struct command eval = command("EVAL");
    add_text(&eval, text);
    add_number(&eval, 1);
    add_owned(&eval, joined("tgsession:lease:", key_id, ""));
    add_text(&eval, token);
    return eval;
}

static int32_t take_lease(void *context, const char *key_id, const char *token, const char *owner, uint32_t seconds,
                          tgs_answer *answer)
{
    struct session *session = (struct session *)context;
    struct command eval = script(TAKE, key_id, token);
    add_text(&eval, owner);
    add_number(&eval, (int64_t)seconds * 1000);
    redisReply *held = ask(&session->connection, &eval);
    if (held == NULL)
        return failed(session, answer);
    const char *since = held->type == REDIS_REPLY_STRING ? strchr(held->str, ' ') : NULL;
    const char *holder = since == NULL ? NULL : strchr(since + 1, ' ');
    if (holder != NULL)
        tgs_answer_holder(answer, holder + 1, strtoll(since, NULL, 10), NULL);
    bool is_sound = held->type == REDIS_REPLY_NIL || holder != NULL;
    freeReplyObject(held);
    return taken(is_sound, answer);
}

static int32_t release_lease(void *context, const char *key_id, const char *token, tgs_answer *answer)
{
    struct session *session = (struct session *)context;
    struct command eval = script(RELEASE, key_id, token);
    redisReply *reply = ask(&session->connection, &eval);
    if (reply == NULL)
        return failed(session, answer);
    freeReplyObject(reply);
    return TGS_OK;
}

/* ---------- The table ---------- */

static void destroy(void *context)
{
    struct session *session = (struct session *)context;
    disconnect(&session->connection);
    pipeline_clear(&session->writes);
    free(session->connection.host);
    free(session->connection.password);
    free(session->prefix);
    free(session->location);
    free(session);
}

static char *location_of(const struct redis_place *place)
{
    const char *format = "redis://%s:%d/%d %s";
    int len = snprintf(NULL, 0, format, place->host, place->port, place->database, place->name);
    char *location = len < 0 ? NULL : (char *)malloc((size_t)len + 1);
    if (location != NULL)
        snprintf(location, (size_t)len + 1, format, place->host, place->port, place->database, place->name);
    return location;
}

static struct session *session_at(const struct redis_place *place)
{
    struct session *session = (struct session *)calloc(1, sizeof *session);
    if (session == NULL)
        return NULL;
    session->connection.host = strdup(place->host);
    session->connection.password = place->password == NULL ? NULL : strdup(place->password);
    session->connection.port = place->port;
    session->connection.database = place->database;
    session->connection.wait_ms = place->wait_ms == 0 ? DEFAULT_WAIT_MS : place->wait_ms;
    session->prefix = prefix_of(place->name);
    session->location = location_of(place);
    if (session->connection.host != NULL && session->prefix != NULL && session->location != NULL
        && (place->password == NULL) == (session->connection.password == NULL))
        return session;
    destroy(session);
    return NULL;
}

const char *redis_engine(const struct redis_place *place, tgs_engine *engine)
{
    if (place->host == NULL || place->name == NULL || *place->name == '\0')
        return "a session in Redis needs a host and a name";
    if (place->port < 1 || place->port > 65535 || place->database < 0)
        return "the port or the database of Redis is out of range";
    struct session *session = session_at(place);
    if (session == NULL)
        return "no memory is left";
    memset(engine, 0, sizeof *engine);
    engine->size = sizeof *engine;
    engine->version = TGS_ENGINE_VERSION;
    engine->flags = TGS_ENGINE_PERSISTENT | TGS_ENGINE_USERNAMES_EXPIRE;
    engine->context = session;
    engine->location = session->location;
    engine->destroy = destroy;
    engine->get_session_data = get_session_data;
    engine->set_session_data = set_session_data;
    engine->put_peers = put_peers;
    engine->delete_peers = delete_peers;
    engine->get_peers = get_peers;
    engine->get_peers_by_username = get_peers_by_username;
    engine->get_peers_by_phone_number = get_peers_by_phone_number;
    engine->get_update_states = get_update_states;
    engine->set_update_states = set_update_states;
    engine->delete_update_state = delete_update_state;
    engine->get_sent_files = get_sent_files;
    engine->cache_sent_files = cache_sent_files;
    engine->get_values = get_values;
    engine->set_value = set_value;
    engine->remove = remove_session;
    engine->begin = begin;
    engine->finish = finish;
    engine->take_lease = take_lease;
    engine->release_lease = release_lease;
    return NULL;
}

tgs_status redis_open(const struct redis_place *place, const tgs_options *options, tgs_session **session,
                      tgs_error **error)
{
    tgs_engine engine;
    if (error != NULL)
        *error = NULL;
    if (redis_engine(place, &engine) != NULL)
        return TGS_ERROR_INVALID_ARGUMENT;
    tgs_status status = tgs_open_engine(&engine, options, session, error);
    if (status != TGS_OK)
        engine.destroy(engine.context);
    return status;
}
