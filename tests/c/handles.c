/* Handles that are no longer, or never were: each call answers TGS_ERROR_CLOSED. */
#include "shelf.h"

#define IS_CLOSED(CALL)                                                        \
    do {                                                                       \
        outputs_fill();                                                        \
        REFUSED(TGS_ERROR_CLOSED, "closed", CALL);                             \
        check_that(outputs_untouched(), __FILE__, __LINE__, "outputs: " #CALL); \
    } while (0)

static void every_call_on_a_session_is_closed(tgs_session *s)
{
    const int32_t number = 4;
    const int64_t wide = 5;
    const uint16_t port = 443;
    const bool flag = true;
    tgs_peer peer;
    tgs_session_data data;
    tgs_session *good = NULL;
    memset(&data, 0, sizeof data);
    data.size = sizeof data;
    memset(&peer, 0, sizeof peer);
    peer.size = sizeof peer;
    peer.id = 1;
    OK(tgs_open(":memory:", NULL, &good, E));
    IS_CLOSED(tgs_save(s, E));
    const uint8_t encryption_key[32] = {1};
    IS_CLOSED(tgs_change_passphrase(s, "a secret", E));
    IS_CLOSED(tgs_change_encryption_key(s, encryption_key, sizeof encryption_key, E));
    IS_CLOSED(tgs_delete(s, E));
    IS_CLOSED(tgs_get_format(s, &out.text, E));
    IS_CLOSED(tgs_get_dc_id(s, &out.number, E));
    IS_CLOSED(tgs_set_dc_id(s, &number, E));
    IS_CLOSED(tgs_get_server_address(s, &out.text, E));
    IS_CLOSED(tgs_set_server_address(s, "1.2.3.4", E));
    IS_CLOSED(tgs_get_port(s, &out.port, E));
    IS_CLOSED(tgs_set_port(s, &port, E));
    IS_CLOSED(tgs_get_api_id(s, &out.number, E));
    IS_CLOSED(tgs_set_api_id(s, &number, E));
    IS_CLOSED(tgs_get_test_mode(s, &out.flag, E));
    IS_CLOSED(tgs_set_test_mode(s, &flag, E));
    IS_CLOSED(tgs_get_auth_key(s, out.key, TGS_AUTH_KEY_LEN, E));
    IS_CLOSED(tgs_set_auth_key(s, test_key, TGS_AUTH_KEY_LEN, E));
    IS_CLOSED(tgs_get_date(s, &out.wide, E));
    IS_CLOSED(tgs_set_date(s, &wide, E));
    IS_CLOSED(tgs_get_user_id(s, &out.wide, E));
    IS_CLOSED(tgs_set_user_id(s, &wide, E));
    IS_CLOSED(tgs_get_is_bot(s, &out.flag, E));
    IS_CLOSED(tgs_set_is_bot(s, &flag, E));
    IS_CLOSED(tgs_get_takeout_id(s, &out.wide, E));
    IS_CLOSED(tgs_set_takeout_id(s, &wide, E));
    IS_CLOSED(tgs_get_tmp_auth_key(s, out.key, TGS_AUTH_KEY_LEN, E));
    IS_CLOSED(tgs_set_tmp_auth_key(s, test_key, TGS_AUTH_KEY_LEN, E));
    IS_CLOSED(tgs_update_peers(s, &peer, 1, E));
    IS_CLOSED(tgs_get_peer_by_id(s, 1, &out.peer, E));
    IS_CLOSED(tgs_get_peer_by_username(s, "tgs_any", &out.peer, E));
    IS_CLOSED(tgs_get_peer_by_phone_number(s, "99966", &out.peer, E));
    IS_CLOSED(tgs_get_peer_by_name(s, "Anna", &out.peer, E));
    IS_CLOSED(tgs_peer_iter_new(s, NULL, 0, &out.iter, E));
    IS_CLOSED(tgs_get_update_states(s, &out.state, 1, &out.count, E));
    IS_CLOSED(tgs_get_update_state(s, 0, &out.state, E));
    IS_CLOSED(tgs_set_update_states(s, NULL, 0, E));
    IS_CLOSED(tgs_delete_update_state(s, 0, E));
    IS_CLOSED(tgs_get_sent_files(s, &out.sent, 1, &out.count, E));
    IS_CLOSED(tgs_get_sent_file(s, test_key, 1, 0, &out.sent, E));
    IS_CLOSED(tgs_cache_sent_files(s, NULL, 0, E));
    IS_CLOSED(tgs_export_session_string(s, "telethon", &out.text, &out.report, E));
    IS_CLOSED(tgs_convert(s, good, NULL, 0, &out.report, E));
    IS_CLOSED(tgs_convert(good, s, NULL, 0, &out.report, E));
    IS_CLOSED(tgs_convert_with_options(s, good, NULL, NULL, 0, &out.report, E));
    IS_CLOSED(tgs_convert_with_options(good, s, NULL, NULL, 0, &out.report, E));
    IS_CLOSED(tgs_inspect(s, false, &out.text, E));
    IS_CLOSED(tgs_set_session_data(s, &data, TGS_FIELD_USER_ID, E));
    IS_CLOSED(tgs_to_bytes(s, NULL, false, &out.bytes, &out.count, E));
    IS_CLOSED(tgs_change_count(s, &out.changes, E));
    tgs_close(good);
}

static void closed_sessions(void)
{
    tgs_session *session = NULL, *next = NULL;
    OK(tgs_open("handles.session", NULL, &session, E));
    tgs_close(session);
    tgs_close(session);
    every_call_on_a_session_is_closed(session);
    OK(tgs_open("handles.session", NULL, &next, E)); /* no old handle leads to a new session */
    IS_CLOSED(tgs_save(session, E));
    OK(tgs_save(next, E));
    tgs_close(next);
}

static void invented_handles(void)
{
    every_call_on_a_session_is_closed((tgs_session *)(size_t)0xdead0);
    every_call_on_a_session_is_closed((tgs_session *)(size_t)-1);
    IS_CLOSED(tgs_peer_iter_next((tgs_peer_iter *)(size_t)3, &out.whole, E));
    tgs_close((tgs_session *)(size_t)0xdead0);
    tgs_options_free((tgs_options *)(size_t)0xdead0);
    tgs_peer_iter_free((tgs_peer_iter *)(size_t)0xdead0);
}

static void deleted_sessions(void)
{
    tgs_session *session = NULL;
    make_session("deleted.session", "pyrogram@3");
    OK(tgs_open("deleted.session", NULL, &session, E));
    OK(tgs_delete(session, E));
    CHECK(read_file("deleted.session").bytes == NULL);
    outputs_fill();
    REFUSED(TGS_ERROR_CLOSED, "deleted.session", tgs_get_user_id(session, &out.wide, E));
    REFUSED(TGS_ERROR_CLOSED, "deleted.session", tgs_save(session, E));
    REFUSED(TGS_ERROR_CLOSED, "deleted.session", tgs_delete(session, E));
    CHECK(outputs_untouched());
    tgs_close(session);
}

static void freed_options(void)
{
    tgs_options *options = tgs_options_new();
    tgs_options_free(options);
    tgs_options_free(options);
    IS_CLOSED(tgs_options_set_read_only(options, true, E));
    IS_CLOSED(tgs_options_set_create(options, true, E));
    IS_CLOSED(tgs_options_set_format(options, "pyrogram", E));
    IS_CLOSED(tgs_options_set_expected_format(options, "pyrogram", E));
    IS_CLOSED(tgs_options_set_busy_timeout(options, 1, E));
    IS_CLOSED(tgs_options_set_max_bytes(options, 1, E));
    IS_CLOSED(tgs_options_set_passphrase(options, "a secret", E));
    IS_CLOSED(tgs_options_set_encryption_key(options, NULL, 0, E));
    IS_CLOSED(tgs_options_set_username_expiry(options, 1, E));
    IS_CLOSED(tgs_options_set_keep_foreign_tables(options, true, E));
    IS_CLOSED(tgs_open(":memory:", options, &out.session, E));
    IS_CLOSED(tgs_options_set_lease(options, true, NULL, 0, E));
    IS_CLOSED(tgs_open_string("any", options, &out.session, E));
    struct shelf *shelf = shelf_new();
    const tgs_engine engine = shelf_engine(shelf);
    IS_CLOSED(tgs_open_engine(&engine, options, &out.session, E));
    CHECK(shelf->destroyed == 0);
    shelf_free(shelf);
    uint8_t *bytes = NULL;
    size_t len = 0;
    tgs_session *session = NULL;
    OK(tgs_open("handles.session", NULL, &session, E));
    OK(tgs_to_bytes(session, NULL, false, &bytes, &len, E));
    IS_CLOSED(tgs_open_bytes(bytes, len, options, &out.session, E));
    tgs_bytes_free(bytes, len);
    tgs_close(session);
}

/* An iterator has its own copy: it outlives its session, and the changes to it. */
static void iterators(void)
{
    tgs_session *session = NULL;
    tgs_peer_iter *iter = NULL;
    const tgs_peer *peer = NULL;
    tgs_peer two[2];
    memset(two, 0, sizeof two);
    two[0].size = two[1].size = sizeof two[0];
    two[0].id = 777000101;
    two[1].id = 777000102;
    OK(tgs_open(":memory:", NULL, &session, E));
    OK(tgs_update_peers(session, two, 2, E));
    OK(tgs_peer_iter_new(session, NULL, 0, &iter, E));
    OK(tgs_peer_iter_next(iter, &peer, E));
    tgs_close(session);
    CHECK(peer->id == 777000101);
    OK(tgs_peer_iter_next(iter, &peer, E));
    CHECK(peer->id == 777000102 && peer->size == sizeof *peer);
    outputs_fill();
    ANSWERS(TGS_NOT_FOUND, tgs_peer_iter_next(iter, &out.whole, E));
    ANSWERS(TGS_NOT_FOUND, tgs_peer_iter_next(iter, &out.whole, E));
    CHECK(outputs_untouched());
    tgs_peer_iter_free(iter);
    tgs_peer_iter_free(iter);
    IS_CLOSED(tgs_peer_iter_next(iter, &out.whole, E));
}

int main(void)
{
    outputs_fill();
    make_session("handles.session", "pyrogram@3");
    closed_sessions();
    invented_handles();
    deleted_sessions();
    freed_options();
    iterators();
    return finish();
}
