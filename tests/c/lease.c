/* Leases on auth keys: two handles in one process, two processes, one that is killed, and a store that machines share.
 * Leases are the whole machine's, and the key of these tests is always the same: TMPDIR makes them this program's. */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shelf.h"

static tgs_options *leased(const char *owner, uint32_t seconds)
{
    tgs_options *options = tgs_options_new();
    OK(tgs_options_set_lease(options, true, owner, seconds, E));
    return options;
}

static tgs_session *opened(const char *path, const char *owner)
{
    tgs_options *options = leased(owner, 0);
    tgs_session *session = NULL;
    OK(tgs_open(path, options, &session, E));
    tgs_options_free(options);
    return session;
}

static void is_in_use(const char *path, const char *owner)
{
    tgs_options *options = leased("somebody else", 0);
    outputs_fill();
    REFUSED(TGS_ERROR_IN_USE, owner, tgs_open(path, options, &out.session, E));
    REFUSED(TGS_ERROR_IN_USE, path, tgs_open(path, options, &out.session, E));
    CHECK(outputs_untouched());
    tgs_options_free(options);
}

static void two_handles(void)
{
    tgs_session *session = opened("a.session", "bot 1"), *other = NULL;
    is_in_use("a.session", "bot 1");
    OK(tgs_open("a.session", NULL, &other, E)); /* who wants no lease is not asked */
    OK(tgs_get_user_id(other, &out.wide, E));
    tgs_close(other);
    tgs_close(session);
    session = opened("a.session", NULL); /* the owner is the process and the host */
    char pid[32];
    snprintf(pid, sizeof pid, "process %d on ", (int)getpid());
    is_in_use("a.session", pid);
    tgs_close(session);
    tgs_close(opened("a.session", "bot 2"));
}

/* The key counts: the same one in another file, as bytes, and as a session string. */
static void the_same_key_elsewhere(void)
{
    tgs_session *session = opened("a.session", "bot 1"), *empty = opened(":memory:", "bot 2");
    tgs_options *options = leased(NULL, 0);
    char *text = NULL;
    uint8_t *bytes = NULL;
    size_t len = 0;
    is_in_use("b.session", "bot 1");
    outputs_fill();
    OK(tgs_export_session_string(session, "pyrogram", &text, NULL, E));
    OK(tgs_to_bytes(session, NULL, true, &bytes, &len, E));
    REFUSED(TGS_ERROR_IN_USE, "bot 1", tgs_open_string(text, options, &out.session, E));
    REFUSED(TGS_ERROR_IN_USE, "bot 1", tgs_open_bytes(bytes, len, options, &out.session, E));
    CHECK(outputs_untouched());
    /* A key that comes later, by each of the calls that write one. */
    tgs_session_data data;
    memset(&data, 0, sizeof data);
    data.size = sizeof data;
    data.auth_key = test_key;
    data.dc_id = 4;
    data.has_dc_id = true;
    REFUSED(TGS_ERROR_IN_USE, "bot 1", tgs_set_auth_key(empty, test_key, sizeof test_key, E));
    REFUSED(TGS_ERROR_IN_USE, "bot 1",
            tgs_set_session_data(empty, &data, TGS_FIELD_AUTH_KEY | TGS_FIELD_DC_ID, E));
    REFUSED(TGS_ERROR_IN_USE, "bot 1", tgs_convert(session, empty, NULL, 0, NULL, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_dc_id(empty, &out.number, E));
    OK(tgs_set_auth_key(session, NULL, 0, E)); /* logged out: the lease is over */
    OK(tgs_set_auth_key(empty, test_key, sizeof test_key, E));
    is_in_use("b.session", "bot 2");
    tgs_close(empty);
    OK(tgs_set_auth_key(session, test_key, sizeof test_key, E));
    tgs_close(session);
    tgs_string_free(text);
    tgs_bytes_free(bytes, len);
    tgs_options_free(options);
}

static void values(void)
{
    tgs_options *options = tgs_options_new();
    const uint32_t wrong[] = {1, 2, 86401, UINT32_MAX};
    tgs_session *session = NULL, *other = NULL;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        REFUSED(TGS_ERROR_INVALID_ARGUMENT, "86400", tgs_options_set_lease(options, true, NULL, wrong[i], E));
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "owner", tgs_options_set_lease(options, true, "", 0, E));
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "owner", tgs_options_set_lease(options, true, "two\nlines", 0, E));
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "UTF-8", tgs_options_set_lease(options, true, "bot \xff", 0, E));
    OK(tgs_open("a.session", options, &session, E)); /* refused: the default stays, which is none */
    OK(tgs_open("a.session", options, &other, E));
    tgs_close(session);
    tgs_close(other);
    OK(tgs_options_set_lease(options, true, NULL, 3, E));
    OK(tgs_options_set_lease(options, true, NULL, 86400, E));
    OK(tgs_options_set_read_only(options, true, E));
    session = opened("a.session", "bot 1");
    OK(tgs_open("a.session", options, &other, E)); /* who only reads takes none */
    tgs_close(session);
    tgs_close(opened("a.session", "bot 2"));
    tgs_close(other);
    OK(tgs_options_set_read_only(options, false, E));
    OK(tgs_options_set_lease(options, false, NULL, 0, E));
    session = opened("a.session", "bot 1");
    OK(tgs_open("a.session", options, &other, E));
    tgs_close(session);
    tgs_close(other);
    tgs_options_free(options);
}

/* kill -9: the kernel ends the lease with its owner. */
static void killed(void)
{
    int ready[2];
    char byte = 0;
    CHECK(pipe(ready) == 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        CHECK(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0); /* never left behind by a test that fails */
        opened("a.session", "the child");
        CHECK(write(ready[1], &byte, 1) == 1);
        for (;;)
            pause();
    }
    CHECK(read(ready[0], &byte, 1) == 1);
    is_in_use("a.session", "the child");
    int status = 0;
    CHECK(kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status));
    tgs_close(opened("a.session", "bot 1"));
    close(ready[0]);
    close(ready[1]);
}

/* A folder that cannot be made is an error, never an open without a lease. */
static void nowhere_to_note_it(void)
{
    tgs_options *options = leased(NULL, 0);
    tgs_session *session = NULL;
    CHECK(setenv("TMPDIR", "no/such/folder", 1) == 0);
    outputs_fill();
    REFUSED(TGS_ERROR_FILE_NOT_FOUND, "no/such/folder", tgs_open("a.session", options, &out.session, E));
    CHECK(outputs_untouched());
    OK(tgs_open("a.session", NULL, &session, E));
    tgs_close(session);
    CHECK(setenv("TMPDIR", ".", 1) == 0);
    tgs_options_free(options);
}

static tgs_status open_shelf(struct shelf *shelf, uint32_t seconds, tgs_session **session, tgs_error **error)
{
    tgs_engine engine = shelf_engine(shelf);
    tgs_options *options = leased("bot 1", seconds);
    tgs_status status = tgs_open_engine(&engine, options, session, error);
    tgs_options_free(options);
    return status;
}

static struct shelf *shelf_with_a_key(void)
{
    struct shelf *shelf = shelf_new();
    tgs_session *session = shelf_session(shelf);
    OK(tgs_set_auth_key(session, test_key, sizeof test_key, E));
    tgs_close(session);
    shelf->destroyed = 0;
    return shelf;
}

static void through_an_engine(void)
{
    struct shelf *shelf = shelf_with_a_key();
    tgs_session *session = NULL;
    OK(open_shelf(shelf, 30, &session, E));
    CHECK(shelf_is_leased(shelf) && strcmp(shelf->lease.owner, "bot 1") == 0);
    is_in_use("a.session", "bot 1"); /* on this machine too */
    OK(tgs_set_auth_key(session, NULL, 0, E));
    CHECK(!shelf_is_leased(shelf));
    OK(tgs_set_auth_key(session, test_key, sizeof test_key, E));
    CHECK(shelf_is_leased(shelf));
    tgs_close(session);
    CHECK(!shelf_is_leased(shelf) && shelf->destroyed == 1);
    shelf_free(shelf);
}

/* On another machine, that is: here nobody holds it. */
static void taken_elsewhere(void)
{
    struct shelf *shelf = shelf_with_a_key();
    tgs_session *session = NULL;
    outputs_fill();
    shelf_taken(shelf, "0123456789abcdef", "bot 2 on another machine", 1700000000, 1000);
    REFUSED(TGS_ERROR_IN_USE, "bot 2 on another machine", open_shelf(shelf, 30, &out.session, E));
    REFUSED(TGS_ERROR_IN_USE, "2023-11-14", open_shelf(shelf, 30, &out.session, E));
    shelf_fail(shelf, TAKE_LEASE, true);
    REFUSED(TGS_ERROR_SERVER, "told no cause", open_shelf(shelf, 30, &out.session, E));
    shelf_fail(shelf, TAKE_LEASE, false);
    CHECK(outputs_untouched() && shelf->destroyed == 0);
    shelf_taken(shelf, "0123456789abcdef", "bot 2 on another machine", 1700000000, -1); /* it has ended */
    OK(open_shelf(shelf, 30, &session, E));
    tgs_close(session);
    shelf_free(shelf);
}

/* It is renewed; a server that is away for a while does no harm; one who lost it cannot go on. */
static void renewed_and_lost(void)
{
    struct shelf *shelf = shelf_with_a_key();
    tgs_session *session = NULL;
    const struct timespec a_while = {0, 20000000};
    OK(open_shelf(shelf, 3, &session, E));
    unsigned calls = shelf_calls(shelf, TAKE_LEASE);
    shelf_fail(shelf, TAKE_LEASE, true);
    while (shelf_calls(shelf, TAKE_LEASE) == calls)
        nanosleep(&a_while, NULL);
    shelf_fail(shelf, TAKE_LEASE, false);
    OK(tgs_get_auth_key(session, out.key, sizeof out.key, E));
    calls = shelf_calls(shelf, TAKE_LEASE);
    while (shelf_calls(shelf, TAKE_LEASE) == calls)
        nanosleep(&a_while, NULL);
    OK(tgs_get_auth_key(session, out.key, sizeof out.key, E));

    shelf_taken(shelf, "0123456789abcdef", "bot 2", 1700000000, 1000);
    while (tgs_get_auth_key(session, out.key, sizeof out.key, NULL) == TGS_OK)
        nanosleep(&a_while, NULL);
    REFUSED(TGS_ERROR_IN_USE, "bot 2", tgs_get_auth_key(session, out.key, sizeof out.key, E));
    REFUSED(TGS_ERROR_IN_USE, "bot 2", tgs_set_auth_key(session, NULL, 0, E));
    REFUSED(TGS_ERROR_IN_USE, "bot 2", tgs_save(session, E));
    tgs_close(session);
    CHECK(shelf_is_leased(shelf) && strcmp(shelf->lease.owner, "bot 2") == 0 && shelf->destroyed == 1);
    shelf_free(shelf);
}

int main(void)
{
    CHECK(setenv("TMPDIR", ".", 1) == 0);
    make_session("a.session", "pyrogram@3");
    make_session("b.session", "telethon@8");
    two_handles();
    the_same_key_elsewhere();
    values();
    killed();
    nowhere_to_note_it();
    through_an_engine();
    taken_elsewhere();
    renewed_and_lost();
    return finish();
}
