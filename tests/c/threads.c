/* Eight threads use a session, and one closes it in the middle: each call is done, or answers TGS_ERROR_CLOSED. */
#include <pthread.h>

#include "check.h"

enum { THREADS = 8 };

static tgs_session *session;
static int started;

static void is_done_or_closed(tgs_status status, tgs_error **place, bool *closed)
{
    tgs_error *error = *place;
    CHECK(status == TGS_OK || status == TGS_NOT_FOUND || status == TGS_ERROR_CLOSED);
    CHECK((status == TGS_ERROR_CLOSED) == (error != NULL));
    CHECK(!*closed || status == TGS_ERROR_CLOSED); /* closed once is closed for ever */
    *closed = status == TGS_ERROR_CLOSED;
    tgs_error_free(error);
}

static void *use(void *argument)
{
    int64_t id = 777000000 + *(const int *)argument;
    bool closed = false;
    for (int64_t round = 0; !closed; round++) { /* until main() has closed it */
        tgs_error *error = NULL;
        tgs_input_peer found;
        tgs_peer peer;
        found.size = sizeof found;
        memset(&peer, 0, sizeof peer);
        peer.size = sizeof peer;
        peer.id = id;
        peer.access_hash = round;
        peer.has_access_hash = true;
        is_done_or_closed(tgs_update_peers(session, &peer, 1, &error), &error, &closed);
        tgs_status status = tgs_get_peer_by_id(session, id, &found, &error);
        is_done_or_closed(status, &error, &closed);
        CHECK(status != TGS_OK || (found.id == id && found.access_hash == round));
        __atomic_add_fetch(&started, 1, __ATOMIC_SEQ_CST);
    }
    return NULL;
}

static void close_in_the_middle(const char *location)
{
    pthread_t threads[THREADS];
    int numbers[THREADS];
    started = 0;
    OK(tgs_open(location, NULL, &session, E));
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i + 1;
        CHECK(pthread_create(&threads[i], NULL, use, &numbers[i]) == 0);
    }
    while (__atomic_load_n(&started, __ATOMIC_SEQ_CST) < 5 * THREADS)
        sched_yield();
    tgs_close(session);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
}

/* What they wrote is there. */
static void all_is_there(const char *path)
{
    tgs_input_peer found;
    found.size = sizeof found;
    OK(tgs_open(path, NULL, &session, E));
    for (int i = 1; i <= THREADS; i++)
        CHECK(tgs_get_peer_by_id(session, 777000000 + i, &found, NULL) != TGS_ERROR_CORRUPT);
    tgs_close(session);
}

int main(void)
{
    close_in_the_middle(":memory:");
    make_session("threads.session", "pyrogram@3");
    close_in_the_middle("threads.session");
    all_is_there("threads.session");
    return finish();
}
