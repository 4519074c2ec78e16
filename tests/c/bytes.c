/* Sessions in bytes: whole, compressed, in other layouts; cut off, of something else, none at all; and the counter. */
#include "check.h"

static const char *const layouts[] = {"pyrogram@3", "kurigram@6", "kurigram@7", "pyrofork@4",
                                      "telethon@7", "telethon@8", "telethon@10"};
enum { LAYOUTS = sizeof layouts / sizeof *layouts };

static struct bytes bytes_of(tgs_session *session, const char *format, bool compress)
{
    struct bytes given = {NULL, 0};
    OK(tgs_to_bytes(session, format, compress, &given.bytes, &given.len, E));
    CHECK(given.bytes != NULL && given.len > 0);
    return given;
}

static void give_back(struct bytes given)
{
    tgs_bytes_free(given.bytes, given.len);
}

/* A login with a peer. */
static tgs_session *a_session(const char *location, const char *format)
{
    tgs_session *session = NULL;
    const char *const name = "tgs_anna";
    tgs_peer peer;
    memset(&peer, 0, sizeof peer);
    peer.size = sizeof peer;
    peer.id = 777000101;
    peer.usernames = &name;
    peer.username_count = 1;
    make_session(location, format);
    OK(tgs_open(location, NULL, &session, E));
    OK(tgs_set_server_address(session, "149.154.167.91", E));
    const uint16_t port = 443;
    OK(tgs_set_port(session, &port, E));
    OK(tgs_update_peers(session, &peer, 1, E));
    return session;
}

static void is_the_session(tgs_session *session, const char *format)
{
    uint8_t key[TGS_AUTH_KEY_LEN];
    char *found = NULL;
    OK(tgs_get_format(session, &found, E));
    CHECK(strcmp(found, format) == 0);
    tgs_string_free(found);
    OK(tgs_get_auth_key(session, key, sizeof key, E));
    OK(tgs_get_user_id(session, &out.wide, E));
    OK(tgs_get_peer_by_username(session, "tgs_anna", &out.peer, E));
    CHECK(memcmp(key, test_key, sizeof key) == 0 && out.wide == 777000123456 && out.peer.id == 777000101);
}

/* From each layout to each, compressed and not. */
static void every_layout(void)
{
    for (int from = 0; from < LAYOUTS; from++) {
        tgs_session *session = a_session("layout.session", layouts[from]), *other = NULL;
        for (int to = 0; to < LAYOUTS; to++) {
            struct bytes given = bytes_of(session, layouts[to], to % 2 == 1);
            CHECK((memcmp(given.bytes, "SQLite format 3", 16) == 0) == (to % 2 == 0));
            OK(tgs_open_bytes(given.bytes, given.len, NULL, &other, E));
            give_back(given); /* they were copied */
            is_the_session(other, layouts[to]);
            tgs_close(other);
        }
        OK(tgs_delete(session, E));
        tgs_close(session);
    }
}

/* What a file's session gives is the file. */
static void as_in_the_file(void)
{
    const int32_t dc_id = 4;
    tgs_session *session = a_session("same.session", "kurigram@7"), *other = NULL;
    struct bytes plain = bytes_of(session, NULL, false), packed = bytes_of(session, NULL, true);
    CHECK(is_unchanged("same.session", plain) && packed.len < plain.len / 2);
    write_file("written.session", plain.bytes, plain.len);
    OK(tgs_open("written.session", NULL, &other, E));
    is_the_session(other, "kurigram@7");
    tgs_close(other);
    write_file("packed.session", packed.bytes, packed.len); /* a file is as its client writes it: this one is only read */
    OK(tgs_open("packed.session", NULL, &other, E));
    is_the_session(other, "kurigram@7");
    CHECK(tgs_set_dc_id(other, &dc_id, NULL) == TGS_ERROR_READ_ONLY);
    tgs_close(other);
    give_back(plain);
    give_back(packed);
    tgs_close(session);
}

static void is_no_session(const uint8_t *bytes, size_t len)
{
    tgs_error *error = NULL;
    outputs_fill();
    tgs_status status = tgs_open_bytes(bytes, len, NULL, &out.session, &error);
    CHECK(status == TGS_ERROR_NOT_A_SESSION || status == TGS_ERROR_CORRUPT);
    CHECK(outputs_untouched() && strstr(tgs_error_message(error), "bytes") != NULL);
    CHECK(!shows_key(tgs_error_message(error)));
    tgs_error_free(error);
}

/* At each hundredth byte, in a buffer that ends there, so that valgrind sees what is read beyond it. */
static void cut_off(struct bytes whole)
{
    for (size_t len = 0; len < whole.len; len += 100) {
        uint8_t *part = (uint8_t *)malloc(len + (len == 0));
        memcpy(part, whole.bytes, len);
        is_no_session(part, len);
        free(part);
    }
}

/* One byte is another: whatever comes of it, nothing is read that is not there. */
static void changed(struct bytes whole)
{
    for (size_t at = 0; at < whole.len; at += 997) {
        tgs_session *session = NULL;
        tgs_error *error = NULL;
        whole.bytes[at] ^= 0x55;
        if (tgs_open_bytes(whole.bytes, whole.len, NULL, &session, &error) == TGS_OK) {
            struct bytes again = {NULL, 0};
            (void)tgs_get_peer_by_username(session, "tgs_anna", &out.peer, NULL);
            if (tgs_to_bytes(session, "telethon@7", true, &again.bytes, &again.len, NULL) == TGS_OK)
                give_back(again);
            tgs_close(session);
        } else {
            CHECK(!shows_key(tgs_error_message(error)));
        }
        tgs_error_free(error);
        whole.bytes[at] ^= 0x55;
    }
}

static void damaged(void)
{
    tgs_session *session = a_session("cut.session", "pyrogram@3");
    for (int compress = 0; compress < 2; compress++) {
        struct bytes whole = bytes_of(session, NULL, compress == 1);
        cut_off(whole);
        changed(whole);
        give_back(whole);
    }
    tgs_close(session);
}

static void foreign(void)
{
    static const char letter[] = "This is a letter to a friend.\n", object[] = "{\"unknown\": 1}";
    const size_t huge[] = {(size_t)-1, (size_t)-1 / 2 + 1, (size_t)1 << 63};
    is_no_session(NULL, 0);
    is_no_session(test_key, 0);
    is_no_session(test_key, sizeof test_key);
    is_no_session((const uint8_t *)letter, sizeof letter);
    is_no_session((const uint8_t *)object, sizeof object - 1);
    outputs_fill();
    for (size_t i = 0; i < sizeof huge / sizeof *huge; i++)
        REFUSED(TGS_ERROR_INVALID_ARGUMENT, "bytes", tgs_open_bytes(test_key, huge[i], NULL, &out.session, E));
    CHECK(outputs_untouched());
}

static void layouts_that_cannot_be(void)
{
    tgs_session *session = NULL;
    OK(tgs_open(":memory:", NULL, &session, E));
    give_back(bytes_of(session, NULL, false)); /* without a login nothing is missing */
    OK(tgs_set_auth_key(session, test_key, sizeof test_key, E));
    outputs_fill();
    REFUSED(TGS_ERROR_INCOMPLETE, "dc_id", tgs_to_bytes(session, NULL, false, &out.bytes, &out.count, E));
    REFUSED(TGS_ERROR_INCOMPLETE, "user_id", tgs_to_bytes(session, "pyrogram", true, &out.bytes, &out.count, E));
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "floppy", tgs_to_bytes(session, "floppy@3", true, &out.bytes, &out.count, E));
    CHECK(outputs_untouched());
    tgs_close(session);
}

static void counts_to(tgs_session *session, uint64_t expected)
{
    uint64_t count = UINT64_MAX;
    OK(tgs_change_count(session, &count, E));
    CHECK(count == expected);
}

/* What another program changes is not counted, nor what fails, nor what changes nothing. */
static void the_counter(const char *location)
{
    tgs_session *session = NULL, *other = NULL;
    const int64_t user_id = 5, wrong = -5;
    tgs_update_state state;
    memset(&state, 0, sizeof state);
    state.size = sizeof state;
    make_session(location, "pyrogram@3");
    OK(tgs_open(location, NULL, &session, E));
    OK(tgs_open(location, NULL, &other, E));
    counts_to(session, 0);
    OK(tgs_set_user_id(session, &user_id, E));
    counts_to(session, 1);
    CHECK(tgs_set_user_id(session, &wrong, NULL) == TGS_ERROR_INVALID_ARGUMENT);
    OK(tgs_get_user_id(session, &out.wide, E));
    OK(tgs_delete_update_state(session, 0, E));
    OK(tgs_update_peers(session, NULL, 0, E));
    OK(tgs_set_update_states(session, NULL, 0, E));
    OK(tgs_cache_sent_files(session, NULL, 0, E));
    OK(tgs_set_user_id(other, &user_id, E));
    OK(tgs_save(session, E));
    counts_to(session, 1);
    OK(tgs_set_update_states(session, &state, 1, E));
    OK(tgs_delete_update_state(session, 0, E));
    counts_to(session, 3);
    counts_to(other, 1);
    OK(tgs_delete(session, E));
    counts_to(session, 4);
    tgs_close(session);
    tgs_close(other);
}

static void the_counter_of_bytes(void)
{
    tgs_session *session = a_session("counter.session", "telethon@8"), *copy = NULL;
    const int64_t user_id = 5;
    struct bytes given = bytes_of(session, NULL, true);
    OK(tgs_open_bytes(given.bytes, given.len, NULL, &copy, E));
    give_back(given);
    counts_to(copy, 0);
    OK(tgs_set_user_id(copy, &user_id, E));
    counts_to(copy, 1);
    give_back(bytes_of(copy, NULL, false));
    counts_to(copy, 1);
    tgs_close(copy);
    OK(tgs_get_user_id(session, &out.wide, E));
    CHECK(out.wide == 777000123456);
    tgs_close(session);
}

int main(void)
{
    outputs_fill();
    every_layout();
    as_in_the_file();
    damaged();
    foreign();
    layouts_that_cannot_be();
    the_counter(":memory:");
    the_counter("count.session");
    the_counter_of_bytes();
    return finish();
}
