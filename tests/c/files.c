/* Paths that lead to no session, or to one that cannot be used: the message names the file and the cause, and the file
 * stays as it was to the byte. */
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static bool exists(const char *path, const char *suffix)
{
    char name[256];
    snprintf(name, sizeof name, "%s%s", path, suffix);
    return access(name, F_OK) == 0;
}

/* Opening fails, with and without the right to write, and leaves nothing behind. */
static void opening_fails(const char *path, tgs_status expected)
{
    struct bytes before = read_file(path);
    tgs_options *options = tgs_options_new();
    for (int read_only = 0; read_only < 2; read_only++) {
        OK(tgs_options_set_read_only(options, read_only == 1, E));
        outputs_fill();
        REFUSED(expected, path, tgs_open(path, options, &out.session, E));
        CHECK(outputs_untouched());
        CHECK(is_unchanged(path, before));
        CHECK(!exists(path, "-journal") && !exists(path, "-wal") && !exists(path, "-shm"));
    }
    tgs_options_free(options);
    free(before.bytes);
}

/* A session with some of its bytes replaced by as many others, wherever they stand. */
static void make_patched(const char *path, const char *format, const char *from, const char *to)
{
    make_session(path, format);
    struct bytes content = read_file(path);
    size_t len = strlen(from), found = 0;
    CHECK(strlen(to) == len);
    for (size_t i = 0; i + len <= content.len; i++)
        if (memcmp(content.bytes + i, from, len) == 0) {
            memcpy(content.bytes + i, to, len);
            found++;
        }
    CHECK(found > 0);
    write_file(path, content.bytes, content.len);
    free(content.bytes);
}

/* The table `version` has one row, whose number is its rowid: the last four bytes of a page. */
static void make_newer(const char *path, const char *format, uint8_t version)
{
    enum { PAGE = 4096 };
    const uint8_t row[] = {2, version, 2, 0};
    make_session(path, format);
    struct bytes content = read_file(path);
    bool found = false;
    for (size_t end = PAGE; end <= content.len; end += PAGE)
        if (memcmp(content.bytes + end - sizeof row, row, sizeof row) == 0) {
            content.bytes[end - 3] = 99;
            found = true;
        }
    CHECK(found);
    write_file(path, content.bytes, content.len);
    free(content.bytes);
}

static void make_truncated(const char *path, size_t len)
{
    make_session(path, "pyrogram@3");
    CHECK(truncate(path, (off_t)len) == 0);
}

static void what_is_no_session(void)
{
    CHECK(mkdir("folder", 0700) == 0);
    opening_fails("folder", TGS_ERROR_NOT_A_SESSION);
    write_file("empty.session", "", 0);
    opening_fails("empty.session", TGS_ERROR_NOT_A_SESSION);
    write_file("text.session", "This is a letter to a friend.\n", 30);
    opening_fails("text.session", TGS_ERROR_NOT_A_SESSION);
    write_file("key.session", test_key, sizeof test_key); /* as random as an encrypted file, and must not be shown */
    opening_fails("key.session", TGS_ERROR_NOT_A_SESSION);
    write_file("object.json", "{\"unknown\": 1}", 14);
    opening_fails("object.json", TGS_ERROR_NOT_A_SESSION);
    make_patched("unknown.session", "pyrogram@3", "sessions", "zessions");
    opening_fails("unknown.session", TGS_ERROR_NOT_A_SESSION);
    CHECK(mkfifo("pipe", 0600) == 0);
    outputs_fill();
    REFUSED(TGS_ERROR_NOT_A_SESSION, "pipe", tgs_open("pipe", NULL, &out.session, E));
    CHECK(outputs_untouched());
}

/* By what is known of its tables: the number stays. */
static void opening_succeeds(const char *path)
{
    struct bytes before = read_file(path);
    outputs_fill();
    OK(tgs_open(path, NULL, &out.session, E));
    tgs_close(out.session);
    CHECK(is_unchanged(path, before));
    free(before.bytes);
}

static void what_is_damaged_or_newer(void)
{
    make_truncated("cut-50.session", 50);
    opening_fails("cut-50.session", TGS_ERROR_CORRUPT);
    make_truncated("cut-200.session", 200);
    opening_fails("cut-200.session", TGS_ERROR_CORRUPT);
    make_truncated("cut-5000.session", 5000);
    opening_fails("cut-5000.session", TGS_ERROR_CORRUPT);
    make_newer("newer-pyrogram.session", "pyrogram@3", 3);
    opening_succeeds("newer-pyrogram.session");
    make_newer("newer-telethon.session", "telethon@8", 8);
    opening_succeeds("newer-telethon.session");
}

static void what_is_missing(void)
{
    tgs_options *options = tgs_options_new();
    OK(tgs_options_set_create(options, false, E));
    outputs_fill();
    REFUSED(TGS_ERROR_FILE_NOT_FOUND, "missing.session", tgs_open("missing.session", options, &out.session, E));
    REFUSED(TGS_ERROR_FILE_NOT_FOUND, "nowhere", tgs_open("nowhere/new.session", NULL, &out.session, E));
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "empty", tgs_open("", NULL, &out.session, E));
    REFUSED(TGS_ERROR_UNSUPPORTED, "nothing", tgs_open("nothing://me:secret@host/name", NULL, &out.session, E));
    CHECK(outputs_untouched());
    CHECK(!exists("missing.session", "") && !exists("nowhere", ""));
    tgs_options_free(options);
}

/* Every call that writes. */
static void writing_fails(tgs_session *s, tgs_status expected, const char *path)
{
    const int64_t wide = 5;
    tgs_peer peer;
    tgs_update_state state;
    memset(&peer, 0, sizeof peer);
    memset(&state, 0, sizeof state);
    state.size = sizeof state;
    peer.size = sizeof peer;
    peer.id = 777000101;
    REFUSED(expected, path, tgs_set_user_id(s, &wide, E));
    REFUSED(expected, path, tgs_set_auth_key(s, test_key, TGS_AUTH_KEY_LEN, E));
    REFUSED(expected, path, tgs_update_peers(s, &peer, 1, E));
    REFUSED(expected, path, tgs_set_update_states(s, &state, 1, E));
    REFUSED(expected, path, tgs_delete_update_state(s, 0, E));
    REFUSED(expected, path, tgs_save(s, E));
}

static void opened_read_only(void)
{
    tgs_options *options = tgs_options_new();
    tgs_session *session = NULL;
    make_session("read-only.session", "pyrogram@3");
    struct bytes before = read_file("read-only.session");
    OK(tgs_options_set_read_only(options, true, E));
    OK(tgs_open("read-only.session", options, &session, E));
    writing_fails(session, TGS_ERROR_READ_ONLY, "read-only.session");
    REFUSED(TGS_ERROR_READ_ONLY, "read-only.session", tgs_delete(session, E));
    OK(tgs_get_user_id(session, &out.wide, E));
    CHECK(out.wide == 777000123456);
    tgs_close(session);
    tgs_options_free(options);
    CHECK(is_unchanged("read-only.session", before));
    free(before.bytes);
}

static void on_a_read_only_medium(void)
{
    tgs_session *session = NULL;
    tgs_update_state state;
    memset(&state, 0, sizeof state);
    state.size = sizeof state;
    make_session("medium/a.session", "pyrogram@3");
    OK(tgs_open("medium/a.session", NULL, &session, E));
    OK(tgs_set_update_states(session, &state, 1, E)); /* something to delete */
    tgs_close(session);
    CHECK(mount("tmpfs", "medium", "tmpfs", MS_REMOUNT | MS_RDONLY, "") == 0);
    struct bytes before = read_file("medium/a.session");
    OK(tgs_open("medium/a.session", NULL, &session, E));
    OK(tgs_get_user_id(session, &out.wide, E));
    writing_fails(session, TGS_ERROR_READ_ONLY, "medium/a.session");
    CHECK(tgs_delete(session, NULL) == TGS_ERROR_READ_ONLY);
    tgs_close(session);
    outputs_fill();
    REFUSED(TGS_ERROR_READ_ONLY, "medium/new.session", tgs_open("medium/new.session", NULL, &out.session, E));
    CHECK(outputs_untouched());
    CHECK(is_unchanged("medium/a.session", before));
    free(before.bytes);
    CHECK(umount("medium") == 0);
}

/* Root may read everything, so a child becomes nobody. */
static void without_permission(void)
{
    make_session("private.session", "pyrogram@3");
    struct bytes before = read_file("private.session");
    CHECK(chmod("private.session", 0) == 0 && chmod(".", 0711) == 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        CHECK(getuid() != 0 || setuid(65534) == 0);
        outputs_fill();
        REFUSED(TGS_ERROR_PERMISSION_DENIED, "private.session", tgs_open("private.session", NULL, &out.session, E));
        CHECK(outputs_untouched());
        _exit(0);
    }
    int status = 1;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    CHECK(chmod("private.session", 0600) == 0);
    CHECK(is_unchanged("private.session", before));
    free(before.bytes);
}

/* As SQLite locks: the byte after 2^30 is PENDING, then RESERVED, then 510 bytes SHARED. Another process holds it. */
static void locked_by_another(void)
{
    int ready[2], done[2];
    char byte = 0;
    make_session("locked.session", "pyrogram@3");
    struct bytes before = read_file("locked.session");
    CHECK(pipe(ready) == 0 && pipe(done) == 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct flock lock;
        memset(&lock, 0, sizeof lock);
        lock.l_type = F_WRLCK;
        lock.l_start = 0x40000000;
        lock.l_len = 512;
        CHECK(fcntl(open("locked.session", O_RDWR), F_SETLK, &lock) == 0);
        CHECK(write(ready[1], &byte, 1) == 1);
        CHECK(read(done[0], &byte, 1) == 1);
        _exit(0);
    }
    CHECK(read(ready[0], &byte, 1) == 1);
    tgs_options *options = tgs_options_new();
    OK(tgs_options_set_busy_timeout(options, 50, E));
    outputs_fill();
    REFUSED(TGS_ERROR_LOCKED, "locked.session", tgs_open("locked.session", options, &out.session, E));
    CHECK(outputs_untouched());
    CHECK(write(done[1], &byte, 1) == 1);
    CHECK(waitpid(child, NULL, 0) == child);
    CHECK(is_unchanged("locked.session", before));
    free(before.bytes);
    tgs_options_free(options);
}

int main(void)
{
    what_is_no_session();
    what_is_damaged_or_newer();
    what_is_missing();
    opened_read_only();
    if (make_disk("medium", "size=1m"))
        on_a_read_only_medium();
    else
        CHECK(getenv("CI") == NULL); /* an ordinary user may not mount; CI has to */
    without_permission();
    locked_by_another();
    return finish();
}
