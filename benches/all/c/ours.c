/* ours [wal]: tgsession through its C interface. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "storage.h"
#include "tgsession.h"

struct storage_batch {
    tgs_peer *peers;
    const char **usernames;
    size_t count;
};

static tgs_options *options;
static tgs_session *session;
static tgs_error *error;

static void check(tgs_status status)
{
    if (status != TGS_OK)
        fail("%s: %s", tgs_status_name(status), tgs_error_message(error));
}

const char *storage_version(void) { return tgs_version(); }

void storage_start(int argc, char **argv)
{
    if (tgs_abi_version() != TGS_ABI_VERSION)
        fail("the library has the binary interface %u, not %u", tgs_abi_version(), TGS_ABI_VERSION);
    options = tgs_options_new();
    check(tgs_options_set_wal(options, argc > 1 && strcmp(argv[1], "wal") == 0, &error));
}

void storage_open(const char *file) { check(tgs_open(file, options, &session, &error)); }

void storage_close(void)
{
    tgs_close(session);
    session = NULL;
}

void storage_log_in(const uint8_t *auth_key, size_t len, int64_t user_id)
{
    const int32_t dc_id = 2, api_id = 5;
    const bool no = false;
    check(tgs_set_dc_id(session, &dc_id, &error));
    check(tgs_set_api_id(session, &api_id, &error));
    check(tgs_set_test_mode(session, &no, &error));
    check(tgs_set_auth_key(session, auth_key, len, &error));
    check(tgs_set_user_id(session, &user_id, &error));
    check(tgs_set_is_bot(session, &no, &error));
}

storage_batch *storage_batch_new(const bench_peer *peers, size_t count)
{
    storage_batch *batch = (storage_batch *)allocate(1, sizeof *batch);
    *batch = (storage_batch){(tgs_peer *)allocate(count, sizeof(tgs_peer)), (const char **)allocate(count, sizeof(char *)), count};
    for (size_t at = 0; at < count; at++) {
        batch->usernames[at] = peers[at].username;
        batch->peers[at] = (tgs_peer){.size = sizeof(tgs_peer), .id = peers[at].id, .access_hash = peers[at].access_hash,
                                      .has_access_hash = true, .type = TGS_PEER_TYPE_USER,
                                      .usernames = &batch->usernames[at], .username_count = 1,
                                      .phone_number = peers[at].phone_number};
    }
    return batch;
}

void storage_batch_free(storage_batch *batch)
{
    free(batch->peers);
    free((void *)batch->usernames);
    free(batch);
}

void storage_update(const storage_batch *batch)
{
    check(tgs_update_peers(session, batch->peers, batch->count, &error));
}

int64_t storage_by_id(int64_t id)
{
    tgs_input_peer peer = {.size = sizeof peer};
    check(tgs_get_peer_by_id(session, id, &peer, &error));
    return peer.access_hash;
}

int64_t storage_by_username(const char *username)
{
    tgs_input_peer peer = {.size = sizeof peer};
    check(tgs_get_peer_by_username(session, username, &peer, &error));
    return peer.access_hash;
}

int64_t storage_by_phone(const char *phone_number)
{
    tgs_input_peer peer = {.size = sizeof peer};
    check(tgs_get_peer_by_phone_number(session, phone_number, &peer, &error));
    return peer.access_hash;
}

int64_t storage_field(void)
{
    int64_t user_id = 0;
    check(tgs_get_user_id(session, &user_id, &error));
    return user_id;
}

size_t storage_export(void)
{
    char *text = NULL;
    check(tgs_export_session_string(session, "pyrogram", &text, NULL, &error));
    const size_t length = strlen(text);
    tgs_string_free(text);
    return length;
}
