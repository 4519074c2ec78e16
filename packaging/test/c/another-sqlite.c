/* What a program gets that has another SQLite: functions of the same names, which do something else. */
#include <stddef.h>

#include "another-sqlite.h"

static int calls;

int another_sqlite_calls(void) { return calls; }

const char *sqlite3_libversion(void) { return calls++, "another"; }
int sqlite3_open_v2(const char *path, void **database, int flags, const char *vfs)
{
    (void)path, (void)flags, (void)vfs;
    *database = NULL;
    return calls++, 1;
}
int sqlite3_prepare_v3(void) { return calls++, 1; }
int sqlite3_step(void) { return calls++, 1; }
int sqlite3_initialize(void) { return calls++, 1; }
