/* Values that are wrong: text that is not UTF-8, wrong lengths, numbers out of range, counts that overflow. */
#include "check.h"

static const char not_utf8[] = "tgs_\xff\xfe";

/* Refused, with nothing written. */
#define IS_REFUSED(NAMES, CALL)                                                \
    do {                                                                       \
        outputs_fill();                                                        \
        REFUSED(TGS_ERROR_INVALID_ARGUMENT, NAMES, CALL);                      \
        check_that(outputs_untouched(), __FILE__, __LINE__, "outputs: " #CALL); \
    } while (0)

static void texts(tgs_session *s, tgs_options *options)
{
    const char *const bad_overrides[] = {"user_id=1", not_utf8};
    IS_REFUSED("UTF-8", tgs_open(not_utf8, NULL, &out.session, E));
    IS_REFUSED("UTF-8", tgs_open_string(not_utf8, NULL, &out.session, E));
    IS_REFUSED("UTF-8", tgs_options_set_format(options, not_utf8, E));
    IS_REFUSED("UTF-8", tgs_set_server_address(s, not_utf8, E));
    IS_REFUSED("UTF-8", tgs_get_peer_by_username(s, not_utf8, &out.peer, E));
    IS_REFUSED("UTF-8", tgs_get_peer_by_phone_number(s, not_utf8, &out.peer, E));
    IS_REFUSED("UTF-8", tgs_export_session_string(s, not_utf8, &out.text, &out.report, E));
    IS_REFUSED("UTF-8", tgs_export_file(s, not_utf8, "values.json", NULL, 0, &out.report, E));
    IS_REFUSED("UTF-8", tgs_export_file(s, "gotd", not_utf8, NULL, 0, &out.report, E));
    IS_REFUSED("UTF-8", tgs_options_set_passcode(options, not_utf8, E));
    IS_REFUSED("UTF-8", tgs_convert(s, s, bad_overrides, 2, &out.report, E));
    IS_REFUSED("UTF-8", tgs_diagnose(not_utf8, &out.text, E));
    IS_REFUSED("UTF-8", tgs_list_sessions(not_utf8, &out.text, E));
    IS_REFUSED("UTF-8", tgs_to_bytes(s, not_utf8, false, &out.bytes, &out.count, E));
    IS_REFUSED("UTF-8", tgs_to_age(s, not_utf8, "x", NULL, 0, &out.bytes, &out.count, E));
    IS_REFUSED("UTF-8", tgs_to_age(s, NULL, not_utf8, NULL, 0, &out.bytes, &out.count, E));
    IS_REFUSED("UTF-8", tgs_to_age(s, NULL, NULL, bad_overrides + 1, 1, &out.bytes, &out.count, E));
    IS_REFUSED("UTF-8", tgs_open_age(test_key, sizeof test_key, not_utf8, NULL, NULL, &out.session, E));
    IS_REFUSED("UTF-8", tgs_open_age(test_key, sizeof test_key, NULL, not_utf8, NULL, &out.session, E));
    IS_REFUSED("UTF-8", tgs_options_set_lease(options, true, not_utf8, 0, E));
}

static void lengths(tgs_session *s)
{
    static const size_t wrong[] = {0, 1, 255, 257, 512, (size_t)-1};
    uint8_t big[512];
    memset(big, 7, sizeof big);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        IS_REFUSED("256", tgs_get_auth_key(s, out.key, wrong[i], E));
        IS_REFUSED("256", tgs_set_auth_key(s, big, wrong[i], E));
        IS_REFUSED("256", tgs_get_tmp_auth_key(s, out.key, wrong[i], E));
        IS_REFUSED("256", tgs_set_tmp_auth_key(s, big, wrong[i], E));
    }
}

static void numbers(tgs_session *s, tgs_options *options)
{
    const int32_t zero = 0, minus = -1;
    const int64_t wide_zero = 0, wide_minus = INT64_MIN;
    const uint16_t no_port = 0;
    IS_REFUSED("dc_id", tgs_set_dc_id(s, &zero, E));
    IS_REFUSED("dc_id", tgs_set_dc_id(s, &minus, E));
    IS_REFUSED("port", tgs_set_port(s, &no_port, E));
    IS_REFUSED("api_id", tgs_set_api_id(s, &minus, E));
    IS_REFUSED("user_id", tgs_set_user_id(s, &wide_zero, E));
    IS_REFUSED("user_id", tgs_set_user_id(s, &wide_minus, E));
    IS_REFUSED("server_address", tgs_set_server_address(s, "", E));
    IS_REFUSED("-3", tgs_options_set_username_expiry(options, -3, E));
    IS_REFUSED("gogram@9", tgs_options_set_format(options, "gogram@9", E));
    IS_REFUSED("nothing", tgs_export_file(s, "nothing", "values.json", NULL, 0, &out.report, E));
    IS_REFUSED("nothing", tgs_export_session_string(s, "nothing", &out.text, &out.report, E));
    ANSWERS(TGS_NOT_FOUND, tgs_default_server_address(99, false, &out.text, &out.port, E));
    ANSWERS(TGS_NOT_FOUND, tgs_default_server_address(INT32_MIN, true, &out.text, &out.port, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_id(s, INT64_MIN, &out.peer, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_id(s, 0, &out.peer, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_username(s, "", &out.peer, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_phone_number(s, "+", &out.peer, E));
    CHECK(outputs_untouched());
}

/* Several fields at once: one that is wrong, and none is set. */
static void fields_at_once(tgs_session *s)
{
    const uint32_t senseless[] = {0, 2048, 2049, UINT32_MAX};
    const size_t sizes[] = {0, 8, sizeof(tgs_session_data) - 1};
    tgs_session_data data, wrong;
    memset(&data, 0, sizeof data);
    data.size = sizeof data;
    data.auth_key = data.tmp_auth_key = test_key;
    data.dc_id = 5;
    data.has_dc_id = data.has_port = data.has_api_id = data.has_user_id = true;
    data.api_id = data.port = 1;
    data.user_id = 1;
    const uint32_t all = TGS_FIELD_DC_ID | TGS_FIELD_SERVER_ADDRESS | TGS_FIELD_PORT | TGS_FIELD_API_ID
        | TGS_FIELD_TEST_MODE | TGS_FIELD_AUTH_KEY | TGS_FIELD_DATE | TGS_FIELD_USER_ID | TGS_FIELD_IS_BOT
        | TGS_FIELD_TAKEOUT_ID | TGS_FIELD_TMP_AUTH_KEY;
    for (size_t i = 0; i < sizeof senseless / sizeof *senseless; i++)
        IS_REFUSED("which", tgs_set_session_data(s, &data, senseless[i], E));
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        wrong = data;
        wrong.size = sizes[i];
        IS_REFUSED("size", tgs_set_session_data(s, &wrong, all, E));
    }
#define WRONG(NAME, VALUE)                                               \
    wrong = data;                                                        \
    wrong.NAME = VALUE;                                                  \
    IS_REFUSED(#NAME, tgs_set_session_data(s, &wrong, all, E))
    WRONG(dc_id, 0);
    WRONG(dc_id, INT32_MIN);
    WRONG(port, 0);
    WRONG(api_id, -1);
    WRONG(user_id, 0);
    WRONG(user_id, INT64_MIN);
    WRONG(server_address, "");
    WRONG(server_address, " ");
    WRONG(server_address, not_utf8);
#undef WRONG
}

/* A wrong override of a conversion: the message must not repeat it, it may be a key. */
static void overrides(tgs_session *s, tgs_session *target)
{
    static const char *const wrong[] = {"",          "=",        "user_id",    "nothing=1",
                                        "user_id=x", "is_bot=2", "port=65536", "dc_id=x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        IS_REFUSED(NULL, tgs_convert(s, target, &wrong[i], 1, &out.report, E));
    char key[] = "auth_key=0000";
    const char *text = key;
    IS_REFUSED("auth_key", tgs_convert(s, target, &text, 1, &out.report, E));
}

/* Counts whose arrays no memory could hold. They are refused before anything is read. */
static void counts(tgs_session *s)
{
    const size_t huge[] = {(size_t)-1, (size_t)-1 / 2, (size_t)1 << 61};
    tgs_update_state state;
    tgs_sent_file file;
    tgs_peer peer;
    const char *const text = "user_id=1";
    const int64_t id = 1;
    memset(&state, 0, sizeof state);
    state.size = sizeof state;
    memset(&file, 0, sizeof file);
    file.size = sizeof file;
    memset(&peer, 0, sizeof peer);
    peer.size = sizeof peer;
    peer.id = 1;
    for (size_t i = 0; i < sizeof huge / sizeof *huge; i++) {
        IS_REFUSED("peers", tgs_update_peers(s, &peer, huge[i], E));
        IS_REFUSED("ids", tgs_peer_iter_new(s, &id, huge[i], &out.iter, E));
        IS_REFUSED("states", tgs_set_update_states(s, &state, huge[i], E));
        IS_REFUSED("states", tgs_get_update_states(s, &out.state, huge[i], &out.count, E));
        IS_REFUSED("files", tgs_cache_sent_files(s, &file, huge[i], E));
        IS_REFUSED("files", tgs_get_sent_files(s, &out.sent, huge[i], &out.count, E));
        IS_REFUSED("overrides", tgs_convert(s, s, &text, huge[i], &out.report, E));
        if (huge[i] > (size_t)-1 / 2)
            IS_REFUSED("bytes", tgs_open_bytes(test_key, huge[i], NULL, &out.session, E));
    }
}

/* What a login has at other data centres; what is given has to be freed under valgrind. */
static void other_data_centers(tgs_session *s)
{
    tgs_dc_address addresses[2];
    tgs_dc dc;
    const tgs_dc *found = NULL;
    char *ids = NULL;
    memset(addresses, 0, sizeof addresses);
    memset(&dc, 0, sizeof dc);
    addresses[0].size = addresses[1].size = sizeof *addresses;
    addresses[0].server_address = "149.154.175.100";
    addresses[1].server_address = "2001:b28:f23d:f003::a";
    addresses[0].port = addresses[1].port = 443;
    addresses[1].is_media_only = true;
    dc.size = sizeof dc;
    dc.dc_id = 3;
    dc.auth_key = test_key;
    dc.addresses = addresses;
    dc.address_count = 2;
    ANSWERS(TGS_NOT_FOUND, tgs_get_dc(s, 3, &found, E));
    OK(tgs_set_dc(s, &dc, E));
    OK(tgs_get_dc(s, 3, &found, E));
    CHECK(found->size == sizeof dc && found->dc_id == 3 && found->address_count == 2);
    CHECK(memcmp(found->auth_key, test_key, sizeof test_key) == 0 && found->tmp_auth_key == NULL);
    CHECK(!found->has_tmp_expires_at && found->addresses[1].is_media_only && found->addresses[1].port == 443);
    CHECK(strcmp(found->addresses[1].server_address, addresses[1].server_address) == 0);
    tgs_dc_free(found);
    OK(tgs_list_dcs(s, &ids, E));
    CHECK(strstr(ids, "3") != NULL);
    tgs_string_free(ids);
    dc.dc_id = 0;
    IS_REFUSED("data centre", tgs_set_dc(s, &dc, E));
    dc.dc_id = 3;
    addresses[1].port = 0;
    IS_REFUSED("port", tgs_set_dc(s, &dc, E));
    addresses[1].port = 443;
    addresses[1].server_address = not_utf8;
    IS_REFUSED("UTF-8", tgs_set_dc(s, &dc, E));
    addresses[1].size = 1;
    IS_REFUSED("size", tgs_set_dc(s, &dc, E));
    dc.size = 1;
    IS_REFUSED("sizeof(tgs_dc)", tgs_set_dc(s, &dc, E));
    OK(tgs_delete_dc(s, 3, E));
    OK(tgs_delete_dc(s, 3, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_dc(s, 3, &found, E));
}

/* All fields, values and counts; what is given has to be freed under valgrind. */
static void values_beside(tgs_session *s)
{
    const tgs_session_data *data = NULL;
    const uint8_t salts[3] = {1, 0, 3};
    static const uint8_t large[(1 << 20) + 1] = {7};
    uint8_t *bytes = NULL;
    size_t len = 0;
    char *names = NULL;
    tgs_counts counts;
    OK(tgs_get_session_data(s, &data, E));
    CHECK(data->size == sizeof *data && data->auth_key == NULL && data->server_address == NULL);
    tgs_session_data_free(data);
    OK(tgs_set_auth_key(s, test_key, TGS_AUTH_KEY_LEN, E));
    OK(tgs_set_server_address(s, "149.154.167.91", E));
    OK(tgs_get_session_data(s, &data, E));
    CHECK(memcmp(data->auth_key, test_key, TGS_AUTH_KEY_LEN) == 0 && data->tmp_auth_key == NULL);
    CHECK(strcmp(data->server_address, "149.154.167.91") == 0);
    tgs_session_data_free(data);
    OK(tgs_set_auth_key(s, NULL, 0, E));
    OK(tgs_set_server_address(s, NULL, E));

    IS_REFUSED("value", tgs_set_value(s, "large", large, sizeof large, E));
    IS_REFUSED("name", tgs_set_value(s, "\xff", salts, sizeof salts, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_value(s, "salts", &bytes, &len, E));
    OK(tgs_set_value(s, "salts", salts, sizeof salts, E));
    OK(tgs_set_value(s, "zero", NULL, 0, E));
    OK(tgs_get_value(s, "salts", &bytes, &len, E));
    CHECK(len == sizeof salts && memcmp(bytes, salts, sizeof salts) == 0);
    tgs_bytes_free(bytes, len);
    OK(tgs_get_value(s, "zero", &bytes, &len, E));
    CHECK(len == 0 && bytes != NULL);
    tgs_bytes_free(bytes, len);
    OK(tgs_list_values(s, &names, E));
    CHECK(strcmp(names, "[\"salts\",\"zero\"]") == 0);
    tgs_string_free(names);
    memset(&counts, 0, sizeof counts);
    IS_REFUSED("counts.size", tgs_get_counts(s, &counts, E));
    counts.size = sizeof counts;
    OK(tgs_get_counts(s, &counts, E));
    CHECK(counts.values == 2 && counts.sent_files == 0);
    OK(tgs_delete_value(s, "salts", E));
    OK(tgs_delete_value(s, "zero", E));
}

/* A report, read without JSON. */
static void reports(tgs_session *s)
{
    char *json = NULL;
    tgs_report *report = NULL;
    const tgs_report_entry *entry = NULL;
    OK(tgs_inspect(s, false, &json, E));
    OK(tgs_report_new(json, &report, E));
    tgs_string_free(json);
    OK(tgs_report_next(report, &entry, E));
    CHECK(entry->size == sizeof *entry && strcmp(entry->subject, "format") == 0 && entry->detail != NULL);
    CHECK(entry->outcome == NULL && !entry->has_number);
    while (tgs_report_next(report, &entry, NULL) == TGS_OK)
        CHECK(entry->subject != NULL);
    ANSWERS(TGS_NOT_FOUND, tgs_report_next(report, &entry, E));
    tgs_report_free(report);
    tgs_report_free(report);
    IS_REFUSED("json", tgs_report_new("{", &out.entries, E));
}

/* A pointer that no compiler makes for its type, but a cast does. */
static void misaligned(tgs_session *s)
{
    union { char bytes[sizeof(tgs_peer) + 1]; tgs_peer align; } place;
    memset(&place, 0, sizeof place);
    IS_REFUSED("aligned", tgs_update_peers(s, (const tgs_peer *)(const void *)(place.bytes + 1), 1, E));
    IS_REFUSED("aligned", tgs_get_peer_by_id(s, 1, (tgs_input_peer *)(void *)(place.bytes + 1), E));
    IS_REFUSED("aligned", tgs_set_session_data(s, (const tgs_session_data *)(const void *)(place.bytes + 1), 1, E));
    IS_REFUSED("aligned", tgs_change_count(s, (uint64_t *)(void *)(place.bytes + 1), E));
    IS_REFUSED("aligned", tgs_get_user_id(s, (int64_t *)(void *)(place.bytes + 1), E));
    IS_REFUSED("aligned", tgs_set_user_id(s, (const int64_t *)(const void *)(place.bytes + 1), E));
}

static void everything(const char *location)
{
    tgs_options *options = tgs_options_new();
    tgs_session *session = NULL, *target = NULL;
    OK(tgs_open(location, NULL, &session, E));
    OK(tgs_open(":memory:", NULL, &target, E));
    texts(session, options);
    lengths(session);
    numbers(session, options);
    fields_at_once(session);
    overrides(session, target);
    counts(session);
    misaligned(session);
    tgs_close(session);
    tgs_close(target);
    tgs_options_free(options);
}

static void beside(const char *location)
{
    tgs_session *session = NULL;
    OK(tgs_open(location, NULL, &session, E));
    values_beside(session);
    other_data_centers(session);
    reports(session);
    tgs_close(session);
}

int main(void)
{
    outputs_fill();
    everything(":memory:");
    beside(":memory:");
    beside("beside.session");
    make_session("values.session", "kurigram@7");
    struct bytes before = read_file("values.session");
    everything("values.session");
    CHECK(is_unchanged("values.session", before));
    free(before.bytes);
    return finish();
}
