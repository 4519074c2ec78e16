int another_sqlite_calls(void);
const char *sqlite3_libversion(void);
