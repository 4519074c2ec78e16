/* A disk without space, and a file that may not grow: the call fails, what was written before is there, and the next
 * call works once there is space again. */
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "check.h"

enum { MANY = 1200 };

static tgs_peer *many_peers(void)
{
    tgs_peer *peers = (tgs_peer *)calloc(MANY, sizeof *peers);
    for (int i = 0; i < MANY; i++) {
        peers[i].size = sizeof *peers;
        peers[i].id = 777000000 + i;
        peers[i].name = "Somebody with a name that takes some space";
    }
    return peers;
}

/* A file that takes all the space that is left. */
static void fill_disk(const char *path)
{
    char block[4096];
    memset(block, 7, sizeof block);
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    setbuf(file, NULL);
    while (fwrite(block, 1, sizeof block, file) == sizeof block)
        continue;
    fclose(file);
}

/* The batch fails and leaves no trace; the session still answers. */
static void batch_fails(tgs_session *s, const tgs_peer *peers, tgs_status expected, const char *path)
{
    REFUSED(expected, path, tgs_update_peers(s, peers, MANY, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_id(s, 777000000, &out.peer, E));
    OK(tgs_get_auth_key(s, out.key, sizeof out.key, E));
    CHECK(memcmp(out.key, test_key, sizeof test_key) == 0);
}

static void on_a_full_disk(const char *format)
{
    static const char path[] = "disk/a.session";
    tgs_session *session = NULL;
    tgs_peer *peers = many_peers();
    make_session(path, format);
    struct bytes before = read_file(path);
    OK(tgs_open(path, NULL, &session, E));
    fill_disk("disk/filler");
    batch_fails(session, peers, TGS_ERROR_DISK_FULL, path);
    CHECK(is_unchanged(path, before));
    outputs_fill();
    REFUSED(TGS_ERROR_DISK_FULL, "disk/new.session", tgs_open("disk/new.session", NULL, &out.session, E));
    CHECK(outputs_untouched() && access("disk/new.session", F_OK) != 0);
    CHECK(unlink("disk/filler") == 0);
    OK(tgs_update_peers(session, peers, MANY / 20, E));
    OK(tgs_get_peer_by_id(session, 777000000, &out.peer, E));
    OK(tgs_delete(session, E));
    tgs_close(session);
    free(before.bytes);
    free(peers);
}

/* No root is needed for that. The signal that comes with the limit would end a program that does not ignore it. */
static void under_a_limit(void)
{
    static const char path[] = "limit.session";
    tgs_session *session = NULL;
    tgs_peer *peers = many_peers();
    make_session(path, "pyrogram@3");
    struct bytes before = read_file(path);
    struct rlimit limit, none;
    CHECK(getrlimit(RLIMIT_FSIZE, &none) == 0);
    limit = none;
    limit.rlim_cur = before.len + 4096;
    signal(SIGXFSZ, SIG_IGN);
    OK(tgs_open(path, NULL, &session, E));
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    batch_fails(session, peers, TGS_ERROR_IO, path);
    CHECK(setrlimit(RLIMIT_FSIZE, &none) == 0);
    CHECK(is_unchanged(path, before));
    OK(tgs_update_peers(session, peers, MANY, E));
    tgs_close(session);
    free(before.bytes);
    free(peers);
}

int main(void)
{
    outputs_fill();
    under_a_limit();
    if (make_disk("disk", "size=160k")) {
        on_a_full_disk("pyrogram@3");
        on_a_full_disk("telethon@8");
    } else {
        CHECK(getenv("CI") == NULL); /* an ordinary user may not mount, and has the limit above; CI has to */
    }
    return finish();
}
