/* floor LAYOUT [wal]: plain SQLite, as a careful programmer would use it: the same layout (LAYOUT is a file of SQL that was read
 * from a session of ours), the same pragmas, prepared statements, one transaction a batch. No library over SQLite can do less,
 * unless it answers from memory. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sqlite3.h"
#include "storage.h"

enum { BEGIN, COMMIT, REPLACE, BY_ID, BY_USERNAME, BY_PHONE, FIELD, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    "BEGIN IMMEDIATE",
    "COMMIT",
    "REPLACE INTO peers (id, access_hash, type, username, phone_number) VALUES (?, ?, 'user', ?, ?)",
    "SELECT id, access_hash, type FROM peers WHERE id = ?",
    "SELECT id, access_hash, type, last_update_on FROM peers WHERE username = ? ORDER BY last_update_on DESC",
    "SELECT id, access_hash, type FROM peers WHERE phone_number = ?",
    "SELECT user_id FROM sessions",
};

struct storage_batch {
    const bench_peer *peers;
    size_t count;
};

static sqlite3 *database;
static sqlite3_stmt *statements[STATEMENTS];
static char *layout;
static bool wal;

static void check(int status)
{
    if (status != SQLITE_OK)
        fail("SQLite: %s", sqlite3_errmsg(database));
}

static void execute(const char *text) { check(sqlite3_exec(database, text, NULL, NULL, NULL)); }

const char *storage_version(void) { return sqlite3_sourceid(); }

static char *read_text(const char *path)
{
    char *text = (char *)allocate(1, 65536);
    FILE *file = fopen(path, "rb");
    const size_t size = file != NULL ? fread(text, 1, 65535, file) : 0;
    if (file != NULL)
        fclose(file);
    if (size == 0)
        fail("cannot read %s", path);
    return text;
}

void storage_start(int argc, char **argv)
{
    if (argc < 2)
        fail("usage: floor LAYOUT [wal]");
    layout = read_text(argv[1]);
    wal = argc > 2 && strcmp(argv[2], "wal") == 0;
}

static bool is_new(void)
{
    sqlite3_stmt *count = NULL;
    check(sqlite3_prepare_v2(database, "SELECT count(*) FROM sqlite_master", -1, &count, NULL));
    const bool none = sqlite3_step(count) == SQLITE_ROW && sqlite3_column_int(count, 0) == 0;
    sqlite3_finalize(count);
    return none;
}

static void create(void)
{
    if (wal)
        execute("PRAGMA journal_mode = WAL");
    execute("BEGIN");
    execute(layout);
    execute("COMMIT");
}

void storage_open(const char *file)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    check(sqlite3_open_v2(file, &database, flags, NULL));
    execute("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF");
    if (wal)
        execute("PRAGMA synchronous = NORMAL");
    if (is_new())
        create();
}

void storage_close(void)
{
    for (int at = 0; at < STATEMENTS; at++) {
        sqlite3_finalize(statements[at]);
        statements[at] = NULL;
    }
    check(sqlite3_close(database));
    database = NULL;
}

/* Prepared when it is first used, and kept until the file is closed. */
static sqlite3_stmt *statement(int which)
{
    if (statements[which] == NULL)
        check(sqlite3_prepare_v3(database, sql[which], -1, SQLITE_PREPARE_PERSISTENT, &statements[which], NULL));
    return statements[which];
}

static void run(int which)
{
    if (sqlite3_step(statement(which)) != SQLITE_DONE)
        check(sqlite3_errcode(database));
    check(sqlite3_reset(statement(which)));
}

void storage_log_in(const uint8_t *auth_key, size_t len, int64_t user_id)
{
    const char *text = "UPDATE sessions SET api_id = 5, test_mode = 0, is_bot = 0, auth_key = ?, user_id = ?";
    sqlite3_stmt *update = NULL;
    check(sqlite3_prepare_v2(database, text, -1, &update, NULL));
    check(sqlite3_bind_blob(update, 1, auth_key, (int)len, SQLITE_STATIC));
    check(sqlite3_bind_int64(update, 2, user_id));
    if (sqlite3_step(update) != SQLITE_DONE)
        fail("SQLite: %s", sqlite3_errmsg(database));
    sqlite3_finalize(update);
}

storage_batch *storage_batch_new(const bench_peer *peers, size_t count)
{
    storage_batch *batch = (storage_batch *)allocate(1, sizeof *batch);
    *batch = (storage_batch){peers, count};
    return batch;
}

void storage_batch_free(storage_batch *batch) { free(batch); }

void storage_update(const storage_batch *batch)
{
    sqlite3_stmt *replace = statement(REPLACE);
    run(BEGIN);
    for (size_t at = 0; at < batch->count; at++) {
        const bench_peer *peer = &batch->peers[at];
        sqlite3_bind_int64(replace, 1, peer->id);
        sqlite3_bind_int64(replace, 2, peer->access_hash);
        sqlite3_bind_text(replace, 3, peer->username, -1, SQLITE_STATIC);
        sqlite3_bind_text(replace, 4, peer->phone_number, -1, SQLITE_STATIC);
        run(REPLACE);
    }
    run(COMMIT);
}

/* Column `column` of the one row. */
static int64_t answer(int which, int column)
{
    if (sqlite3_step(statement(which)) != SQLITE_ROW)
        fail("no row: %s", sqlite3_errmsg(database));
    const int64_t value = sqlite3_column_int64(statement(which), column);
    check(sqlite3_reset(statement(which)));
    return value;
}

int64_t storage_by_id(int64_t id)
{
    check(sqlite3_bind_int64(statement(BY_ID), 1, id));
    return answer(BY_ID, 1);
}

int64_t storage_by_username(const char *username)
{
    check(sqlite3_bind_text(statement(BY_USERNAME), 1, username, -1, SQLITE_STATIC));
    return answer(BY_USERNAME, 1);
}

int64_t storage_by_phone(const char *phone_number)
{
    check(sqlite3_bind_text(statement(BY_PHONE), 1, phone_number, -1, SQLITE_STATIC));
    return answer(BY_PHONE, 1);
}

int64_t storage_field(void) { return answer(FIELD, 0); }

size_t storage_export(void) { return 0; }
