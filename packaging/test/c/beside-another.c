/* beside-another SESSION: tgsession works, and calls its own SQLite, in a program that has another. */
#include <stdio.h>
#include <string.h>

#include <tgsession.h>

#include "another-sqlite.h"

int main(int argc, char **argv)
{
    tgs_session *session = NULL;
    tgs_error *error = NULL;
    const tgs_peer peer = {.size = sizeof(tgs_peer), .id = 777000900901, .access_hash = 101, .has_access_hash = 1,
                           .type = TGS_PEER_TYPE_USER};
    tgs_input_peer found = {.size = sizeof found};
    bool works = argc == 2 && strcmp(sqlite3_libversion(), "another") == 0 && another_sqlite_calls() == 1
        && tgs_open(argv[1], NULL, &session, &error) == TGS_OK && tgs_update_peers(session, &peer, 1, &error) == TGS_OK
        && tgs_get_peer_by_id(session, peer.id, &found, &error) == TGS_OK && another_sqlite_calls() == 1;
    if (!works)
        fprintf(stderr, "%d calls of the other SQLite: %s\n", another_sqlite_calls(), error ? tgs_error_message(error) : "");
    tgs_error_free(error);
    tgs_close(session);
    return works ? 0 : 1;
}
