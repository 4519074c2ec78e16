/* beside-sqlite SESSION: a program that has an SQLite of its own uses tgsession too, and each has the one it came with. */
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>
#include <tgsession.h>

static bool own_sqlite_works(void)
{
    sqlite3 *database = NULL;
    bool works = strcmp(sqlite3_libversion(), SQLITE_VERSION) == 0 && sqlite3_open(":memory:", &database) == SQLITE_OK
        && sqlite3_exec(database, "CREATE TABLE t (a); INSERT INTO t VALUES (1)", NULL, NULL, NULL) == SQLITE_OK;
    return sqlite3_close(database) == SQLITE_OK && works;
}

int main(int argc, char **argv)
{
    tgs_session *session = NULL;
    tgs_error *error = NULL;
    if (argc < 2)
        return 2;
    const tgs_peer peer = {.size = sizeof(tgs_peer), .id = 777000900901, .access_hash = 101, .has_access_hash = 1,
                           .type = TGS_PEER_TYPE_USER};
    tgs_input_peer found = {.size = sizeof found};
    bool works = own_sqlite_works() && tgs_open(argv[1], NULL, &session, &error) == TGS_OK
        && tgs_update_peers(session, &peer, 1, &error) == TGS_OK
        && tgs_get_peer_by_id(session, peer.id, &found, &error) == TGS_OK && own_sqlite_works();
    if (error != NULL)
        fprintf(stderr, "%s\n", tgs_error_message(error));
    tgs_error_free(error);
    tgs_close(session);
    return works ? 0 : 1;
}
