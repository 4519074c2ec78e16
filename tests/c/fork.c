/* Forks of a process whose threads are in the middle of calls: in the child every inherited handle is closed at once,
 * closing it changes nothing for the parent, and the child can make sessions of its own. */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shelf.h"

enum { SESSIONS = 5, THREADS = 4, FORKS = 12, SECONDS = 120 };

static tgs_session *sessions[SESSIONS];
static tgs_peer_iter *iter;
static tgs_options *options;
static int over;

static tgs_peer peer(int64_t id)
{
    tgs_peer made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    made.id = id;
    made.access_hash = id;
    made.has_access_hash = true;
    return made;
}

/* Opens, writes, reads and closes, so that a fork meets every lock. */
static void *use(void *argument)
{
    const int64_t first = 10 * *(const int *)argument;
    for (int64_t round = 0; !__atomic_load_n(&over, __ATOMIC_SEQ_CST); round++) {
        tgs_session *other = NULL;
        for (int i = 0; i < SESSIONS; i++) {
            tgs_input_peer found;
            tgs_peer written = peer(first + round % 10);
            found.size = sizeof found;
            written.access_hash = round;
            OK(tgs_update_peers(sessions[i], &written, 1, E));
            OK(tgs_get_peer_by_id(sessions[i], written.id, &found, E));
        }
        OK(tgs_open("rollback.session", NULL, &other, E));
        tgs_close(other);
    }
    return NULL;
}

static void all_are_closed(void)
{
    const tgs_peer *row = NULL;
    tgs_session *none = NULL;
    tgs_peer written = peer(1);
    for (int i = 0; i < SESSIONS; i++) {
        REFUSED(TGS_ERROR_CLOSED, "forked", tgs_get_user_id(sessions[i], &out.wide, E));
        REFUSED(TGS_ERROR_CLOSED, "forked", tgs_update_peers(sessions[i], &written, 1, E));
        REFUSED(TGS_ERROR_CLOSED, "forked", tgs_save(sessions[i], E));
        REFUSED(TGS_ERROR_CLOSED, "forked", tgs_delete(sessions[i], E));
        tgs_close(sessions[i]);
        tgs_close(sessions[i]);
        REFUSED(TGS_ERROR_CLOSED, NULL, tgs_save(sessions[i], E));
    }
    REFUSED(TGS_ERROR_CLOSED, "forked", tgs_peer_iter_next(iter, &row, E));
    tgs_peer_iter_free(iter);
    REFUSED(TGS_ERROR_CLOSED, "forked", tgs_open(":memory:", options, &none, E));
    tgs_options_free(options);
}

static void has_its_own(int number)
{
    char path[32];
    tgs_session *session = NULL;
    tgs_peer written = peer(7);
    tgs_options *lease = tgs_options_new();
    snprintf(path, sizeof path, "child-%d.session", number);
    OK(tgs_open(path, NULL, &session, E));
    OK(tgs_update_peers(session, &written, 1, E));
    OK(tgs_delete(session, E));
    tgs_close(session);
    REFUSED(TGS_ERROR_UNSUPPORTED, "forked", tgs_open("wal.session", NULL, &session, E));
    /* The parent still has the lease, of which this is the key too. */
    OK(tgs_options_set_lease(lease, true, NULL, 0, E));
    REFUSED(TGS_ERROR_IN_USE, "bot 1", tgs_open("other.session", lease, &session, E));
    tgs_options_free(lease);
}

/* Without valgrind, which would take for lost what the stacks of the parent's threads lead to. */
static void leave(void)
{
    execl("/bin/sh", "sh", "-c", "exit 0", (char *)NULL);
    _exit(1);
}

static void forks(void)
{
    for (int i = 0; i < FORKS; i++) {
        int status = -1;
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            alarm(SECONDS); /* who hangs is killed */
            all_are_closed();
            has_its_own(i);
            leave();
        }
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}

/* Where nothing was under way, the child may open the same file, if it is not in WAL mode. */
static void an_idle_file_may_be_opened(void)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        tgs_session *session = NULL;
        tgs_peer written = peer(500);
        OK(tgs_open("rollback.session", NULL, &session, E));
        OK(tgs_update_peers(session, &written, 1, E));
        tgs_close(session);
        REFUSED(TGS_ERROR_CLOSED, "forked", tgs_get_peer_by_id(sessions[0], 500, &out.peer, E));
        leave();
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    OK(tgs_get_peer_by_id(sessions[0], 500, &out.peer, E));
}

int main(void)
{
    static const char *const files[] = {"rollback.session", "wal.session", "leased.session"};
    pthread_t threads[THREADS];
    int numbers[THREADS];
    const int64_t user_id = 5;
    struct shelf *shelf = shelf_new();
    outputs_fill();
    CHECK(setenv("TMPDIR", ".", 1) == 0);
    make_session("other.session", "pyrogram@3");
    options = tgs_options_new();
    for (int i = 0; i < 3; i++) {
        tgs_options *own = tgs_options_new();
        OK(tgs_options_set_wal(own, i == 1, E));
        OK(tgs_options_set_lease(own, i == 2, "bot 1", 0, E));
        OK(tgs_open(files[i], own, &sessions[i], E));
        OK(tgs_set_user_id(sessions[i], &user_id, E));
        tgs_options_free(own);
    }
    OK(tgs_set_auth_key(sessions[2], test_key, sizeof test_key, E));
    OK(tgs_open(":memory:", NULL, &sessions[3], E));
    sessions[4] = shelf_session(shelf);
    OK(tgs_peer_iter_new(sessions[0], NULL, 0, &iter, E));
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i + 1;
        CHECK(pthread_create(&threads[i], NULL, use, &numbers[i]) == 0);
    }
    forks();
    __atomic_store_n(&over, 1, __ATOMIC_SEQ_CST);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    an_idle_file_may_be_opened();
    /* Nothing of what the children did reached the parent's. */
    tgs_peer_iter_free(iter);
    tgs_options_free(options);
    for (int i = 0; i < SESSIONS; i++) {
        OK(tgs_save(sessions[i], E));
        tgs_close(sessions[i]);
    }
    CHECK(shelf->destroyed == 1);
    shelf_free(shelf);
    return finish();
}
