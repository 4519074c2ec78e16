/* Every function with NULL for each of its pointers in turn. run.sh checks that no function is left out. */
#include "shelf.h"

#define NULL_IS_REFUSED(CALL)                                                  \
    do {                                                                       \
        outputs_fill();                                                        \
        REFUSED(TGS_ERROR_INVALID_ARGUMENT, NULL, CALL);                       \
        check_that(outputs_untouched(), __FILE__, __LINE__, "outputs: " #CALL); \
    } while (0)

static void versions_and_errors(void)
{
    CHECK(tgs_abi_version() == TGS_ABI_VERSION);
    CHECK(strlen(tgs_version()) >= 5);
    CHECK(tgs_error_status(NULL) == TGS_OK);
    CHECK(strcmp(tgs_error_message(NULL), "") == 0);
    CHECK(strcmp(tgs_status_name(TGS_ERROR_LOCKED), "TGS_ERROR_LOCKED") == 0);
    CHECK(strcmp(tgs_status_name((tgs_status)99), "TGS_STATUS_UNKNOWN") == 0);
    tgs_error_free(NULL);
    tgs_string_free(NULL);
    tgs_options_free(NULL);
    tgs_close(NULL);
    tgs_peer_iter_free(NULL);
    tgs_report_free(NULL);
    tgs_session_data_free(NULL);
    tgs_bytes_free(NULL, 0);
    tgs_bytes_free(NULL, 256);
}

static void options(void)
{
    tgs_options *options = tgs_options_new();
    CHECK(options != NULL);
    NULL_IS_REFUSED(tgs_options_set_read_only(NULL, true, E));
    NULL_IS_REFUSED(tgs_options_set_create(NULL, true, E));
    NULL_IS_REFUSED(tgs_options_set_format(NULL, "pyrogram", E));
    NULL_IS_REFUSED(tgs_options_set_format(options, NULL, E));
    NULL_IS_REFUSED(tgs_options_set_expected_format(NULL, "pyrogram", E));
    OK(tgs_options_set_expected_format(options, NULL, E));
    NULL_IS_REFUSED(tgs_options_set_wal(NULL, true, E));
    NULL_IS_REFUSED(tgs_options_set_exclusive(NULL, true, E));
    NULL_IS_REFUSED(tgs_options_set_busy_timeout(NULL, 1, E));
    NULL_IS_REFUSED(tgs_options_set_max_bytes(NULL, 1, E));
    NULL_IS_REFUSED(tgs_options_set_cache_size(NULL, 1, E));
    NULL_IS_REFUSED(tgs_options_set_username_expiry(NULL, 1, E));
    NULL_IS_REFUSED(tgs_options_set_lease(NULL, true, "bot 1", 30, E));
    OK(tgs_options_set_lease(options, true, NULL, 0, E));
    NULL_IS_REFUSED(tgs_options_set_passphrase(NULL, "a secret", E));
    OK(tgs_options_set_passphrase(options, NULL, E));
    NULL_IS_REFUSED(tgs_options_set_encryption_key(NULL, NULL, 0, E));
    NULL_IS_REFUSED(tgs_options_set_encryption_key(options, NULL, 32, E));
    OK(tgs_options_set_encryption_key(options, NULL, 0, E));
    NULL_IS_REFUSED(tgs_options_set_database_key(NULL, test_key, 16, E));
    NULL_IS_REFUSED(tgs_options_set_database_key(options, NULL, 16, E));
    OK(tgs_options_set_database_key(options, NULL, 0, E));
    NULL_IS_REFUSED(tgs_options_set_passcode(NULL, "a passcode", E));
    OK(tgs_options_set_passcode(options, NULL, E));
    NULL_IS_REFUSED(tgs_options_set_account(NULL, NULL, E));
    OK(tgs_options_set_account(options, NULL, E));
    NULL_IS_REFUSED(tgs_options_set_keep_foreign_tables(NULL, true, E));
    tgs_options_free(options);
}

static void opening(tgs_session *s)
{
    NULL_IS_REFUSED(tgs_open(NULL, NULL, &out.session, E));
    NULL_IS_REFUSED(tgs_open(":memory:", NULL, NULL, E));
    NULL_IS_REFUSED(tgs_open_string(NULL, NULL, &out.session, E));
    NULL_IS_REFUSED(tgs_open_string("any", NULL, NULL, E));
    NULL_IS_REFUSED(tgs_save(NULL, E));
    const uint8_t encryption_key[32] = {1};
    NULL_IS_REFUSED(tgs_change_passphrase(NULL, "a secret", E));
    NULL_IS_REFUSED(tgs_change_passphrase(s, NULL, E));
    NULL_IS_REFUSED(tgs_change_encryption_key(NULL, encryption_key, sizeof encryption_key, E));
    NULL_IS_REFUSED(tgs_change_encryption_key(s, NULL, sizeof encryption_key, E));
    NULL_IS_REFUSED(tgs_delete(NULL, E));
    NULL_IS_REFUSED(tgs_get_format(NULL, &out.text, E));
    NULL_IS_REFUSED(tgs_get_format(s, NULL, E));
    NULL_IS_REFUSED(tgs_list_sessions(NULL, &out.text, E));
    NULL_IS_REFUSED(tgs_list_sessions("mongodb://127.0.0.1:1/", NULL, E));
}

/* Setters take NULL for absent: that is no mistake. */
#define FIELD(NAME, OUT, VALUE)                       \
    NULL_IS_REFUSED(tgs_get_##NAME(NULL, OUT, E));    \
    NULL_IS_REFUSED(tgs_get_##NAME(s, NULL, E));      \
    NULL_IS_REFUSED(tgs_set_##NAME(NULL, VALUE, E));  \
    OK(tgs_set_##NAME(s, NULL, E))

static void fields(tgs_session *s)
{
    const int32_t number = 4;
    const int64_t wide = 5;
    const uint16_t port = 443;
    const bool flag = true;
    FIELD(dc_id, &out.number, &number);
    FIELD(server_address, &out.text, "149.154.167.91");
    FIELD(port, &out.port, &port);
    FIELD(api_id, &out.number, &number);
    FIELD(test_mode, &out.flag, &flag);
    FIELD(date, &out.wide, &wide);
    FIELD(user_id, &out.wide, &wide);
    FIELD(is_bot, &out.flag, &flag);
    FIELD(takeout_id, &out.wide, &wide);
    NULL_IS_REFUSED(tgs_get_auth_key(NULL, out.key, TGS_AUTH_KEY_LEN, E));
    NULL_IS_REFUSED(tgs_get_auth_key(s, NULL, TGS_AUTH_KEY_LEN, E));
    NULL_IS_REFUSED(tgs_set_auth_key(NULL, test_key, TGS_AUTH_KEY_LEN, E));
    NULL_IS_REFUSED(tgs_get_tmp_auth_key(NULL, out.key, TGS_AUTH_KEY_LEN, E));
    NULL_IS_REFUSED(tgs_get_tmp_auth_key(s, NULL, TGS_AUTH_KEY_LEN, E));
    NULL_IS_REFUSED(tgs_set_tmp_auth_key(NULL, test_key, TGS_AUTH_KEY_LEN, E));
    OK(tgs_set_auth_key(s, NULL, 0, E));
    OK(tgs_set_tmp_auth_key(s, NULL, 0, E));
    tgs_session_data data;
    memset(&data, 0, sizeof data);
    data.size = sizeof data;
    NULL_IS_REFUSED(tgs_set_session_data(NULL, &data, TGS_FIELD_USER_ID, E));
    NULL_IS_REFUSED(tgs_set_session_data(s, NULL, TGS_FIELD_USER_ID, E));
    OK(tgs_set_session_data(s, &data, TGS_FIELD_SERVER_ADDRESS | TGS_FIELD_AUTH_KEY | TGS_FIELD_TMP_AUTH_KEY, E));
    NULL_IS_REFUSED(tgs_get_session_data(NULL, &out.data, E));
    NULL_IS_REFUSED(tgs_get_session_data(s, NULL, E));
    NULL_IS_REFUSED(tgs_default_server_address(4, false, NULL, &out.port, E));
    NULL_IS_REFUSED(tgs_default_server_address(4, false, &out.text, NULL, E));
}

static void peers(tgs_session *s)
{
    tgs_peer peer;
    memset(&peer, 0, sizeof peer);
    peer.size = sizeof peer;
    peer.id = 777000101;
    NULL_IS_REFUSED(tgs_update_peers(NULL, &peer, 1, E));
    NULL_IS_REFUSED(tgs_update_peers(s, NULL, 1, E));
    OK(tgs_update_peers(s, NULL, 0, E));
    peer.username_count = 1;
    NULL_IS_REFUSED(tgs_update_peers(s, &peer, 1, E));
    const char *no_name = NULL;
    peer.usernames = &no_name;
    NULL_IS_REFUSED(tgs_update_peers(s, &peer, 1, E));
    peer.username_count = 0;
    peer.type = TGS_PEER_TYPE_OTHER;
    NULL_IS_REFUSED(tgs_update_peers(s, &peer, 1, E));

    peer.type = TGS_PEER_TYPE_UNKNOWN;
    NULL_IS_REFUSED(tgs_merge_peers(NULL, &peer, 1, E));
    NULL_IS_REFUSED(tgs_merge_peers(s, NULL, 1, E));
    OK(tgs_merge_peers(s, NULL, 0, E));
    OK(tgs_merge_peers(s, &peer, 1, E)); /* no array of usernames, or an empty one: neither is a mistake */
    peer.usernames = NULL;
    OK(tgs_merge_peers(s, &peer, 1, E));
    peer.username_count = 1;
    NULL_IS_REFUSED(tgs_merge_peers(s, &peer, 1, E));
    const int64_t id = 777000101;
    NULL_IS_REFUSED(tgs_get_peers(NULL, &id, 1, &out.peer, E));
    NULL_IS_REFUSED(tgs_get_peers(s, NULL, 1, &out.peer, E));
    NULL_IS_REFUSED(tgs_get_peers(s, &id, 1, NULL, E));
    OK(tgs_get_peers(s, NULL, 0, NULL, E));
    NULL_IS_REFUSED(tgs_delete_peers(NULL, &id, 1, E));
    NULL_IS_REFUSED(tgs_delete_peers(s, NULL, 1, E));
    OK(tgs_delete_peers(s, NULL, 0, E));
    NULL_IS_REFUSED(tgs_delete_all_peers(NULL, E));
    NULL_IS_REFUSED(tgs_prune_peers(NULL, 1, 0, -1, NULL, E));
    OK(tgs_prune_peers(s, 1, 0, -1, NULL, E));
    NULL_IS_REFUSED(tgs_compact(NULL, 0, NULL, E));
    OK(tgs_compact(s, 0, NULL, E));

    NULL_IS_REFUSED(tgs_get_peer_by_id(NULL, 1, &out.peer, E));
    NULL_IS_REFUSED(tgs_get_peer_by_id(s, 1, NULL, E));
    NULL_IS_REFUSED(tgs_get_peer_by_username(NULL, "tgs_any", &out.peer, E));
    NULL_IS_REFUSED(tgs_get_peer_by_username(s, NULL, &out.peer, E));
    NULL_IS_REFUSED(tgs_get_peer_by_username(s, "tgs_any", NULL, E));
    NULL_IS_REFUSED(tgs_get_peer_by_phone_number(NULL, "99966", &out.peer, E));
    NULL_IS_REFUSED(tgs_get_peer_by_phone_number(s, NULL, &out.peer, E));
    NULL_IS_REFUSED(tgs_get_peer_by_phone_number(s, "99966", NULL, E));
    NULL_IS_REFUSED(tgs_get_peer_by_name(NULL, "Anna", &out.peer, E));
    NULL_IS_REFUSED(tgs_get_peer_by_name(s, NULL, &out.peer, E));
    NULL_IS_REFUSED(tgs_get_peer_by_name(s, "Anna", NULL, E));
}

static void iteration(tgs_session *s)
{
    tgs_peer_iter *iter = NULL;
    const int64_t id = 1;
    NULL_IS_REFUSED(tgs_peer_iter_new(NULL, &id, 1, &out.iter, E));
    NULL_IS_REFUSED(tgs_peer_iter_new(s, NULL, 1, &out.iter, E));
    NULL_IS_REFUSED(tgs_peer_iter_new(s, &id, 1, NULL, E));
    OK(tgs_peer_iter_new(s, NULL, 0, &iter, E));
    NULL_IS_REFUSED(tgs_peer_iter_next(NULL, &out.whole, E));
    NULL_IS_REFUSED(tgs_peer_iter_next(iter, NULL, E));
    tgs_peer_iter_free(iter);
}

static void states_and_files(tgs_session *s)
{
    tgs_update_state state;
    tgs_sent_file file;
    memset(&state, 0, sizeof state);
    state.size = sizeof state;
    memset(&file, 0, sizeof file);
    file.size = sizeof file;
    NULL_IS_REFUSED(tgs_get_update_states(NULL, &out.state, 1, &out.count, E));
    NULL_IS_REFUSED(tgs_get_update_states(s, NULL, 1, &out.count, E));
    NULL_IS_REFUSED(tgs_get_update_states(s, &out.state, 1, NULL, E));
    NULL_IS_REFUSED(tgs_get_update_state(NULL, 0, &out.state, E));
    NULL_IS_REFUSED(tgs_get_update_state(s, 0, NULL, E));
    NULL_IS_REFUSED(tgs_set_update_states(NULL, &state, 1, E));
    NULL_IS_REFUSED(tgs_set_update_states(s, NULL, 1, E));
    NULL_IS_REFUSED(tgs_delete_update_state(NULL, 0, E));
    NULL_IS_REFUSED(tgs_get_sent_files(NULL, &out.sent, 1, &out.count, E));
    NULL_IS_REFUSED(tgs_get_sent_files(s, NULL, 1, &out.count, E));
    NULL_IS_REFUSED(tgs_get_sent_files(s, &out.sent, 1, NULL, E));
    NULL_IS_REFUSED(tgs_get_sent_file(NULL, test_key, 1, 0, &out.sent, E));
    NULL_IS_REFUSED(tgs_get_sent_file(s, NULL, 1, 0, &out.sent, E));
    NULL_IS_REFUSED(tgs_get_sent_file(s, test_key, 1, 0, NULL, E));
    NULL_IS_REFUSED(tgs_cache_sent_files(NULL, &file, 1, E));
    NULL_IS_REFUSED(tgs_cache_sent_files(s, NULL, 1, E));
}

static void values_and_counts(tgs_session *s)
{
    NULL_IS_REFUSED(tgs_set_value(NULL, "salts", test_key, 4, E));
    NULL_IS_REFUSED(tgs_set_value(s, NULL, test_key, 4, E));
    NULL_IS_REFUSED(tgs_set_value(s, "salts", NULL, 4, E));
    OK(tgs_set_value(s, "salts", NULL, 0, E));
    NULL_IS_REFUSED(tgs_get_value(NULL, "salts", &out.bytes, &out.count, E));
    NULL_IS_REFUSED(tgs_get_value(s, NULL, &out.bytes, &out.count, E));
    NULL_IS_REFUSED(tgs_get_value(s, "salts", NULL, &out.count, E));
    NULL_IS_REFUSED(tgs_get_value(s, "salts", &out.bytes, NULL, E));
    NULL_IS_REFUSED(tgs_delete_value(NULL, "salts", E));
    NULL_IS_REFUSED(tgs_delete_value(s, NULL, E));
    NULL_IS_REFUSED(tgs_list_values(NULL, &out.text, E));
    NULL_IS_REFUSED(tgs_list_values(s, NULL, E));
    NULL_IS_REFUSED(tgs_get_counts(NULL, &out.counts, E));
    NULL_IS_REFUSED(tgs_get_counts(s, NULL, E));
}

static void data_centers(tgs_session *s)
{
    tgs_dc dc;
    tgs_dc_address address;
    memset(&dc, 0, sizeof dc);
    memset(&address, 0, sizeof address);
    dc.size = sizeof dc;
    dc.dc_id = 4;
    address.size = sizeof address;
    address.port = 443;
    NULL_IS_REFUSED(tgs_set_dc(NULL, &dc, E));
    NULL_IS_REFUSED(tgs_set_dc(s, NULL, E));
    dc.address_count = 1;
    NULL_IS_REFUSED(tgs_set_dc(s, &dc, E)); /* no addresses */
    dc.addresses = &address;
    NULL_IS_REFUSED(tgs_set_dc(s, &dc, E)); /* an address without its text */
    NULL_IS_REFUSED(tgs_get_dc(NULL, 4, &out.dc, E));
    NULL_IS_REFUSED(tgs_get_dc(s, 4, NULL, E));
    tgs_dc_free(NULL);
    NULL_IS_REFUSED(tgs_delete_dc(NULL, 4, E));
    NULL_IS_REFUSED(tgs_list_dcs(NULL, &out.text, E));
    NULL_IS_REFUSED(tgs_list_dcs(s, NULL, E));
}

static void reports(void)
{
    tgs_report *report = NULL;
    NULL_IS_REFUSED(tgs_report_new(NULL, &out.entries, E));
    NULL_IS_REFUSED(tgs_report_new("[]", NULL, E));
    NULL_IS_REFUSED(tgs_report_next(NULL, &out.entry, E));
    OK(tgs_report_new("[]", &report, E));
    NULL_IS_REFUSED(tgs_report_next(report, NULL, E));
    tgs_report_free(report);
}

static void conversion(tgs_session *s, tgs_session *target)
{
    const char *no_value = NULL;
    NULL_IS_REFUSED(tgs_export_session_string(NULL, "pyrogram", &out.text, &out.report, E));
    NULL_IS_REFUSED(tgs_export_session_string(s, NULL, &out.text, &out.report, E));
    NULL_IS_REFUSED(tgs_export_session_string(s, "pyrogram", NULL, &out.report, E));
    NULL_IS_REFUSED(tgs_export_file(NULL, "gotd", "null.json", NULL, 0, &out.report, E));
    NULL_IS_REFUSED(tgs_export_file(s, NULL, "null.json", NULL, 0, &out.report, E));
    NULL_IS_REFUSED(tgs_export_file(s, "gotd", NULL, NULL, 0, &out.report, E));
    NULL_IS_REFUSED(tgs_export_file(s, "gotd", "null.json", NULL, 1, &out.report, E));
    NULL_IS_REFUSED(tgs_export_file_with_options(NULL, "gotd", "null.json", NULL, NULL, 0, &out.report, E));
    NULL_IS_REFUSED(tgs_export_file_with_options(s, NULL, "null.json", NULL, NULL, 0, &out.report, E));
    NULL_IS_REFUSED(tgs_export_file_with_options(s, "gotd", NULL, NULL, NULL, 0, &out.report, E));
    NULL_IS_REFUSED(tgs_export_file_with_options(s, "gotd", "null.json", NULL, NULL, 1, &out.report, E));
    NULL_IS_REFUSED(tgs_convert(NULL, target, NULL, 0, &out.report, E));
    NULL_IS_REFUSED(tgs_convert(s, NULL, NULL, 0, &out.report, E));
    NULL_IS_REFUSED(tgs_convert(s, target, NULL, 1, &out.report, E));
    NULL_IS_REFUSED(tgs_convert(s, target, &no_value, 1, &out.report, E));
    NULL_IS_REFUSED(tgs_convert_with_options(NULL, target, NULL, NULL, 0, &out.report, E));
    NULL_IS_REFUSED(tgs_convert_with_options(s, NULL, NULL, NULL, 0, &out.report, E));
    NULL_IS_REFUSED(tgs_convert_with_options(s, target, NULL, NULL, 1, &out.report, E));
    NULL_IS_REFUSED(tgs_convert_with_options(s, target, NULL, &no_value, 1, &out.report, E));
    NULL_IS_REFUSED(tgs_inspect(NULL, false, &out.text, E));
    NULL_IS_REFUSED(tgs_inspect(s, false, NULL, E));
    NULL_IS_REFUSED(tgs_diagnose(NULL, &out.text, E));
    NULL_IS_REFUSED(tgs_diagnose("any", NULL, E));
}

static void in_bytes(tgs_session *s)
{
    NULL_IS_REFUSED(tgs_open_bytes(NULL, 256, NULL, &out.session, E));
    NULL_IS_REFUSED(tgs_open_bytes(test_key, 256, NULL, NULL, E));
    NULL_IS_REFUSED(tgs_to_bytes(NULL, "telethon", true, &out.bytes, &out.count, E));
    NULL_IS_REFUSED(tgs_to_bytes(s, "telethon", true, NULL, &out.count, E));
    NULL_IS_REFUSED(tgs_to_bytes(s, "telethon", true, &out.bytes, NULL, E));
    const char *const nobody = NULL;
    NULL_IS_REFUSED(tgs_to_age(NULL, NULL, "passphrase", NULL, 0, &out.bytes, &out.count, E));
    NULL_IS_REFUSED(tgs_to_age(s, NULL, NULL, NULL, 0, &out.bytes, &out.count, E));
    NULL_IS_REFUSED(tgs_to_age(s, NULL, NULL, NULL, 1, &out.bytes, &out.count, E));
    NULL_IS_REFUSED(tgs_to_age(s, NULL, NULL, &nobody, 1, &out.bytes, &out.count, E));
    NULL_IS_REFUSED(tgs_to_age(s, NULL, "passphrase", NULL, 0, NULL, &out.count, E));
    NULL_IS_REFUSED(tgs_to_age(s, NULL, "passphrase", NULL, 0, &out.bytes, NULL, E));
    NULL_IS_REFUSED(tgs_open_age(NULL, 256, "passphrase", NULL, NULL, &out.session, E));
    NULL_IS_REFUSED(tgs_open_age(test_key, 256, NULL, NULL, NULL, &out.session, E));
    NULL_IS_REFUSED(tgs_open_age(test_key, 256, "passphrase", NULL, NULL, NULL, E));
    NULL_IS_REFUSED(tgs_change_count(NULL, &out.changes, E));
    NULL_IS_REFUSED(tgs_change_count(s, NULL, E));
}

/* Called where there is an answer: within an engine's function. */
static void answers(struct shelf *shelf)
{
    tgs_answer *answer = shelf->kept;
    NULL_IS_REFUSED(tgs_answer_session_data(answer, NULL, E));
    NULL_IS_REFUSED(tgs_answer_peers(answer, NULL, 1, E));
    NULL_IS_REFUSED(tgs_answer_update_states(answer, NULL, 1, E));
    NULL_IS_REFUSED(tgs_answer_sent_files(answer, NULL, 1, E));
    NULL_IS_REFUSED(tgs_answer_holder(answer, NULL, 0, E));
    NULL_IS_REFUSED(tgs_answer_value(answer, NULL, test_key, 4, E));
    NULL_IS_REFUSED(tgs_answer_value(answer, "salts", NULL, 4, E));
    NULL_IS_REFUSED(tgs_answer_cause(answer, NULL, E));
    OK(tgs_answer_peers(answer, NULL, 0, E));
    OK(tgs_answer_update_states(answer, NULL, 0, E));
    OK(tgs_answer_sent_files(answer, NULL, 0, E));
}

static void engines(void)
{
    struct shelf *shelf = shelf_new();
    tgs_engine engine = shelf_engine(shelf);
    tgs_session *session = shelf_session(shelf);
    NULL_IS_REFUSED(tgs_open_engine(NULL, NULL, &out.session, E));
    NULL_IS_REFUSED(tgs_open_engine(&engine, NULL, NULL, E));
    NULL_IS_REFUSED(tgs_answer_session_data(NULL, &shelf->now.data, E));
    NULL_IS_REFUSED(tgs_answer_peers(NULL, &shelf->now.peers[0].peer, 1, E));
    NULL_IS_REFUSED(tgs_answer_update_states(NULL, shelf->now.states, 1, E));
    NULL_IS_REFUSED(tgs_answer_sent_files(NULL, shelf->now.files, 1, E));
    NULL_IS_REFUSED(tgs_answer_holder(NULL, "bot 1", 0, E));
    NULL_IS_REFUSED(tgs_answer_value(NULL, "salts", test_key, 4, E));
    NULL_IS_REFUSED(tgs_answer_cause(NULL, "any", E));
    shelf->meddle = answers;
    ANSWERS(TGS_NOT_FOUND, tgs_get_user_id(session, &out.wide, E));
    tgs_close(session);
    shelf_free(shelf);
}

/* The same on a file and in memory. */
static void everything(const char *location)
{
    tgs_session *session = NULL, *target = NULL;
    OK(tgs_open(location, NULL, &session, E));
    OK(tgs_open(":memory:", NULL, &target, E));
    opening(session);
    fields(session);
    peers(session);
    iteration(session);
    states_and_files(session);
    values_and_counts(session);
    data_centers(session);
    conversion(session, target);
    in_bytes(session);
    tgs_close(session);
    tgs_close(target);
}

int main(void)
{
    outputs_fill();
    versions_and_errors();
    reports();
    options();
    engines();
    everything(":memory:");
    make_session("null.session", "telethon@8");
    everything("null.session");
    return finish();
}
