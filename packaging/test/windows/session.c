/* session check FILE | write FILE FIRST_ID | count FILE PEERS | hold FILE | locked FILE | lease FILE: the library on Windows, from
 * several processes of this program. It ends with 0 if all held. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include "tgsession.h"

static tgs_error *error = NULL;

#define CHECK(condition)                                                                                           \
    do {                                                                                                           \
        if (!(condition)) {                                                                                        \
            fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #condition,                                     \
                    error != NULL ? tgs_error_message(error) : "no error");                                        \
            exit(1);                                                                                               \
        }                                                                                                          \
    } while (0)

enum { BATCHES = 20, BATCH = 25 };

static tgs_session *open_with(const char *file, const char *format, uint32_t busy_ms)
{
    tgs_options *options = tgs_options_new();
    tgs_session *session = NULL;
    CHECK(tgs_options_set_busy_timeout(options, busy_ms, &error) == TGS_OK);
    CHECK(format == NULL || tgs_options_set_format(options, format, &error) == TGS_OK);
    CHECK(tgs_open(file, options, &session, &error) == TGS_OK);
    tgs_options_free(options);
    return session;
}

static void write_batch(tgs_session *session, int64_t first_id)
{
    static const char *const usernames[] = {"TgsWindowsUser"};
    tgs_peer peers[BATCH];
    memset(peers, 0, sizeof peers);
    for (int i = 0; i < BATCH; i++) {
        peers[i].size = sizeof(tgs_peer);
        peers[i].id = first_id + i;
        peers[i].access_hash = -first_id - i;
        peers[i].has_access_hash = true;
        peers[i].type = TGS_PEER_TYPE_USER;
    }
    peers[0].usernames = usernames;
    peers[0].username_count = 1;
    CHECK(tgs_update_peers(session, peers, BATCH, &error) == TGS_OK);
}

static void log_in(tgs_session *session)
{
    uint8_t key[TGS_AUTH_KEY_LEN];
    for (int i = 0; i < TGS_AUTH_KEY_LEN; i++) key[i] = (uint8_t)(i * 7 + 1);
    CHECK(tgs_set_dc_id(session, 4, &error) == TGS_OK);
    CHECK(tgs_set_api_id(session, 12345, &error) == TGS_OK);
    CHECK(tgs_set_test_mode(session, false, &error) == TGS_OK);
    CHECK(tgs_set_user_id(session, 777000, &error) == TGS_OK);
    CHECK(tgs_set_is_bot(session, false, &error) == TGS_OK);
    CHECK(tgs_set_auth_key(session, key, sizeof key, &error) == TGS_OK);
}

/* Open, update, find, export, convert, save, open again, delete. */
static void check(const char *file)
{
    char other[2048];
    snprintf(other, sizeof other, "%s.converted", file);
    tgs_session *session = open_with(file, "pyrogram@3", 1000);
    log_in(session);
    write_batch(session, 1000);
    CHECK(tgs_save(session, &error) == TGS_OK);
    tgs_close(session);

    session = open_with(file, NULL, 1000);
    tgs_input_peer peer;
    memset(&peer, 0, sizeof peer);
    CHECK(tgs_get_peer_by_username(session, "@tgswindowsuser", &peer, &error) == TGS_OK);
    CHECK(peer.id == 1000 && peer.access_hash == -1000);
    char *text = NULL;
    CHECK(tgs_export_session_string(session, "pyrogram", &text, NULL, &error) == TGS_OK);
    CHECK(strlen(text) == 362);
    tgs_string_free(text);
    tgs_session *target = open_with(other, "telethon@10", 1000);
    CHECK(tgs_convert(session, target, NULL, 0, NULL, &error) == TGS_OK);
    uint8_t theirs[TGS_AUTH_KEY_LEN], ours[TGS_AUTH_KEY_LEN];
    CHECK(tgs_get_auth_key(session, ours, sizeof ours, &error) == TGS_OK);
    CHECK(tgs_get_auth_key(target, theirs, sizeof theirs, &error) == TGS_OK);
    CHECK(memcmp(ours, theirs, sizeof ours) == 0);
    CHECK(tgs_delete(target, &error) == TGS_OK);
    tgs_close(target);
    tgs_close(session);
}

static void count(const char *file, int expected)
{
    tgs_session *session = open_with(file, NULL, 5000);
    tgs_peer_iter *iter = NULL;
    CHECK(tgs_peer_iter_new(session, NULL, 0, &iter, &error) == TGS_OK);
    tgs_peer peer;
    int found = 0;
    memset(&peer, 0, sizeof peer);
    peer.size = sizeof peer;
    while (tgs_peer_iter_next(iter, &peer, &error) == TGS_OK) found++;
    tgs_peer_iter_free(iter);
    tgs_close(session);
    if (found != expected) {
        fprintf(stderr, "%d peers are there, not %d\n", found, expected);
        exit(1);
    }
}

/* Another program's write: SQLite's lock bytes, held until the end of input. */
static void hold(const char *file)
{
    wchar_t wide[2048];
    CHECK(MultiByteToWideChar(CP_UTF8, 0, file, -1, wide, 2048) > 0);
    HANDLE handle = CreateFileW(wide, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(handle != INVALID_HANDLE_VALUE);
    OVERLAPPED at;
    memset(&at, 0, sizeof at);
    at.Offset = 0x40000000;
    CHECK(LockFileEx(handle, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 512, 0, &at));
    puts("held");
    fflush(stdout);
    while (getchar() != EOF) continue;
}

static void locked(const char *file)
{
    tgs_options *options = tgs_options_new();
    tgs_session *session = NULL;
    CHECK(tgs_options_set_busy_timeout(options, 200, &error) == TGS_OK);
    tgs_status status = tgs_open(file, options, &session, &error);
    if (status == TGS_OK) status = tgs_set_dc_id(session, 2, &error);
    CHECK(status == TGS_ERROR_LOCKED);
    printf("%s\n", tgs_error_message(error));
}

/* The key of FILE is in use by this process; it starts itself again, which is refused. */
static void lease(const char *file, const char *self)
{
    tgs_options *options = tgs_options_new();
    tgs_session *session = NULL;
    CHECK(tgs_options_set_lease(options, true, "windows test", 30, &error) == TGS_OK);
    tgs_status status = tgs_open(file, options, &session, &error);
    if (self == NULL) {
        CHECK(status == TGS_ERROR_IN_USE);
        printf("%s\n", tgs_error_message(error));
        return;
    }
    CHECK(status == TGS_OK);
    char command[4096];
    snprintf(command, sizeof command, "\"%s\" leased \"%s\"", self, file);
    STARTUPINFOA startup;
    PROCESS_INFORMATION process;
    memset(&startup, 0, sizeof startup);
    startup.cb = sizeof startup;
    CHECK(CreateProcessA(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process));
    WaitForSingleObject(process.hProcess, INFINITE);
    DWORD code = 99;
    CHECK(GetExitCodeProcess(process.hProcess, &code) && code == 0);
    tgs_close(session);
    session = NULL;
    CHECK(tgs_open(file, options, &session, &error) == TGS_OK); /* given back */
    tgs_close(session);
}

/* The arguments as UTF-8: C's are in the code page of the machine. */
static char **utf8_arguments(int *argc)
{
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), argc);
    char **arguments = calloc((size_t)*argc + 1, sizeof *arguments);
    for (int i = 0; i < *argc; i++) {
        int size = WideCharToMultiByte(CP_UTF8, 0, wide[i], -1, NULL, 0, NULL, NULL);
        arguments[i] = malloc((size_t)size);
        WideCharToMultiByte(CP_UTF8, 0, wide[i], -1, arguments[i], size, NULL, NULL);
    }
    return arguments;
}

int main(void)
{
    int argc = 0;
    char **argv = utf8_arguments(&argc);
    if (argc < 3) return 2;
    const char *what = argv[1], *file = argv[2];
    if (strcmp(what, "check") == 0) check(file);
    else if (strcmp(what, "write") == 0) {
        tgs_session *session = open_with(file, NULL, 30000);
        for (int batch = 0; batch < BATCHES; batch++) write_batch(session, atoll(argv[3]) + batch * BATCH);
        tgs_close(session);
    } else if (strcmp(what, "count") == 0) count(file, atoi(argv[3]));
    else if (strcmp(what, "hold") == 0) hold(file);
    else if (strcmp(what, "locked") == 0) locked(file);
    else if (strcmp(what, "lease") == 0) lease(file, argv[0]);
    else if (strcmp(what, "leased") == 0) lease(file, NULL);
    else return 2;
    puts("passed");
    return 0;
}
