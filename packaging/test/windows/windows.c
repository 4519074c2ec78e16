/* windows FOLDER: what is different on Windows: names, long paths, locks and leases between processes. It starts itself
 * as its children: windows CHILD EVENT PATH [NUMBER]. Arguments come and go as UTF-16, as paths do there. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <shellapi.h>

#include "tgsession.h"

#define LONGEST 4096
#define WRITERS 4
#define PEERS_EACH 25

/* Where SQLite locks a file: a byte of who is about to write, of who means to, and those of the readers. */
#define LOCKS_AT 0x40000000
#define LOCKS_LEN 512

static void check(bool holds, int line, const char *what)
{
    if (!holds) {
        fprintf(stderr, "windows.c:%d: does not hold: %s (Windows says %lu)\n", line, what, GetLastError());
        exit(1);
    }
}
#define CHECK(CONDITION) check((CONDITION), __LINE__, #CONDITION)

/* `E` in the call stands for the error. */
#define ANSWERS(STATUS, CALL)                                                                                    \
    do {                                                                                                         \
        tgs_error *error_ = NULL, **E = &error_;                                                                 \
        tgs_status status_ = (CALL);                                                                             \
        if (status_ != (STATUS))                                                                                 \
            fprintf(stderr, "%s: %s\n", tgs_status_name(status_), error_ ? tgs_error_message(error_) : "no error"); \
        check(status_ == (STATUS), __LINE__, #CALL);                                                             \
        tgs_error_free(error_);                                                                                  \
    } while (0)
#define OK(CALL) ANSWERS(TGS_OK, CALL)

static uint8_t key[TGS_AUTH_KEY_LEN];

static wchar_t *wide(const char *text)
{
    wchar_t *made = calloc(LONGEST, sizeof *made);
    CHECK(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, made, LONGEST) > 0);
    return made;
}

static char *narrow(const wchar_t *text)
{
    char *made = calloc(LONGEST, 1);
    CHECK(WideCharToMultiByte(CP_UTF8, 0, text, -1, made, LONGEST, NULL, NULL) > 0);
    return made;
}

static char *joined(const char *folder, const char *name)
{
    char *made = calloc(LONGEST, 1);
    CHECK(snprintf(made, LONGEST, "%s\\%s", folder, name) < LONGEST);
    return made;
}

static bool is_there(const char *path)
{
    return GetFileAttributesW(wide(path)) != INVALID_FILE_ATTRIBUTES;
}

static tgs_session *opened(const char *path, const tgs_options *options)
{
    tgs_session *session = NULL;
    OK(tgs_open(path, options, &session, E));
    return session;
}

static void fill(tgs_session *session)
{
    int32_t dc_id = 4, api_id = 12345;
    int64_t user_id = 777000123456;
    bool no = false;
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(i * 7 + 1);
    OK(tgs_set_auth_key(session, key, sizeof key, E));
    OK(tgs_set_dc_id(session, &dc_id, E));
    OK(tgs_set_api_id(session, &api_id, E));
    OK(tgs_set_user_id(session, &user_id, E));
    OK(tgs_set_test_mode(session, &no, E));
    OK(tgs_set_is_bot(session, &no, E));
}

static void add_peer(tgs_session *session, int64_t id)
{
    const char *const names[] = {"SomeBody"};
    tgs_peer peer = {.size = sizeof(tgs_peer), .id = id, .access_hash = id * 3, .has_access_hash = 1,
                     .type = TGS_PEER_TYPE_USER, .usernames = names, .username_count = 1};
    OK(tgs_update_peers(session, &peer, 1, E));
}

/* Whatever a path is called: make, update, find, export, convert, save, open again, delete. */
static void whole_life(const char *path)
{
    tgs_session *session = opened(path, NULL), *back = NULL, *target = NULL;
    tgs_input_peer peer = {.size = sizeof peer};
    char *text = NULL, *report = NULL, *other = calloc(LONGEST, 1);
    int64_t user_id = 0;
    fill(session);
    add_peer(session, 777000900901);
    OK(tgs_get_peer_by_username(session, "@somebody", &peer, E));
    CHECK(peer.id == 777000900901);
    OK(tgs_save(session, E));
    OK(tgs_export_session_string(session, "telethon", &text, NULL, E));
    OK(tgs_open(text, NULL, &back, E));
    tgs_close(back);

    snprintf(other, LONGEST, "%s.converted", path);
    for (int format = 0; format < 2; format++) {
        tgs_options *options = tgs_options_new();
        OK(tgs_options_set_format(options, format ? "telethon@10" : "kurigram@7", E));
        OK(tgs_options_set_wal(options, format == 0, E));
        target = opened(other, options);
        OK(tgs_convert(session, target, NULL, 0, &report, E));
        OK(tgs_save(target, E)); /* with a WAL, too */
        tgs_close(target);
        tgs_string_free(report);
        OK(tgs_options_set_read_only(options, true, E));
        target = opened(other, options);
        OK(tgs_get_peer_by_id(target, 777000900901, &peer, E));
        tgs_close(target);
        tgs_options_free(options);
        target = opened(other, NULL);
        OK(tgs_delete(target, E));
        tgs_close(target);
        CHECK(!is_there(other));
    }
    tgs_string_free(text);
    tgs_close(session);

    CHECK(is_there(path));
    session = opened(path, NULL);
    OK(tgs_get_user_id(session, &user_id, E));
    CHECK(user_id == 777000123456);
    OK(tgs_delete(session, E));
    tgs_close(session);
    CHECK(!is_there(path));
}

static void names(const char *folder)
{
    char *text = calloc(LONGEST, 1);
    whole_life(joined(folder, "plain.session"));
    whole_life(joined(folder, "Gr\xc3\xbc\xc3\x9f" "e \xe4\xbd\xa0\xe5\xa5\xbd \xf0\x9f\x94\x91 %20#.session"));
    strcpy(text, joined(folder, "slashes.session"));
    for (char *at = text; *at != 0; at++)
        if (*at == '\\')
            *at = '/';
    whole_life(text);
    CHECK(SetCurrentDirectoryW(wide(folder)));
    whole_life("relative.session");
    whole_life(".\\relative.session");
    snprintf(text, LONGEST, "\\\\?\\%s", joined(folder, "verbatim.session"));
    whole_life(text);
    puts("names: drive, relative, slashes, not ASCII, verbatim");
}

static void long_paths(const char *folder)
{
    char *deep = calloc(LONGEST, 1), *verbatim = calloc(LONGEST, 1);
    strcpy(deep, folder);
    while (strlen(deep) < 400) {
        strcat(deep, "\\a-folder-with-a-name-of-some-length-\xc3\xbc");
        snprintf(verbatim, LONGEST, "\\\\?\\%s", deep);
        CHECK(CreateDirectoryW(wide(verbatim), NULL));
    }
    whole_life(joined(deep, "long.session"));
    whole_life(joined(verbatim, "long.session"));
    puts("names: longer than 260 characters, with and without the long form");
}

struct child {
    HANDLE process, ready, end;
};

static HANDLE event(const char *name, const char *of)
{
    char text[128];
    snprintf(text, sizeof text, "tgsession-%s-%s", name, of);
    HANDLE made = CreateEventW(NULL, TRUE, FALSE, wide(text));
    CHECK(made != NULL);
    return made;
}

static struct child start(const char *what, const char *path, int number)
{
    static int count;
    struct child child = {NULL, NULL, NULL};
    char name[64], *line = calloc(LONGEST, 1), *self;
    wchar_t program[LONGEST];
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    snprintf(name, sizeof name, "%lu-%d", GetCurrentProcessId(), count++);
    child.ready = event("ready", name);
    child.end = event("end", name);
    CHECK(GetModuleFileNameW(NULL, program, LONGEST) > 0);
    self = narrow(program);
    CHECK(snprintf(line, LONGEST, "\"%s\" %s %s \"%s\" %d", self, what, name, path, number) < LONGEST);
    CHECK(CreateProcessW(program, wide(line), NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process));
    child.process = process.hProcess;
    return child;
}

static void wait_for(HANDLE what)
{
    CHECK(WaitForSingleObject(what, 60000) == WAIT_OBJECT_0);
}

static void ended(struct child child)
{
    DWORD code = 1;
    wait_for(child.process);
    CHECK(GetExitCodeProcess(child.process, &code) && code == 0);
}

static void many_writers(const char *folder)
{
    char *path = joined(folder, "sh\xc3\xa4red.session");
    struct child children[WRITERS];
    tgs_input_peer peer = {.size = sizeof peer};
    fill(opened(path, NULL)); /* one that stays open meanwhile */
    for (int i = 0; i < WRITERS; i++)
        children[i] = start("writer", path, i);
    for (int i = 0; i < WRITERS; i++)
        ended(children[i]);
    tgs_session *session = opened(path, NULL);
    for (int i = 0; i < WRITERS * PEERS_EACH; i++)
        OK(tgs_get_peer_by_id(session, 777000000000 + i, &peer, E));
    tgs_close(session);
    puts("several processes write one file: nothing is lost");
}

static void locked_by_another(const char *folder)
{
    char *path = joined(folder, "locked.session");
    tgs_session *session = opened(path, NULL);
    fill(session);
    tgs_close(session);
    tgs_options *options = tgs_options_new();
    OK(tgs_options_set_busy_timeout(options, 100, E));
    session = opened(path, options);
    struct child child = start("locker", path, 0);
    wait_for(child.ready);
    tgs_peer peer = {.size = sizeof(tgs_peer), .id = 777000000001, .access_hash = 1, .has_access_hash = 1, .type = TGS_PEER_TYPE_USER};
    ANSWERS(TGS_ERROR_LOCKED, tgs_update_peers(session, &peer, 1, E));
    SetEvent(child.end);
    ended(child);
    OK(tgs_update_peers(session, &peer, 1, E));

    child = start("holder", path, 0);
    wait_for(child.ready);
    ANSWERS(TGS_ERROR_LOCKED, tgs_delete(session, E));
    OK(tgs_update_peers(session, &peer, 1, E)); /* it is as it was */
    SetEvent(child.end);
    ended(child);
    OK(tgs_delete(session, E));
    tgs_close(session);
    CHECK(!is_there(path));
    tgs_options_free(options);
    puts("another process's lock is TGS_ERROR_LOCKED until it is gone; a file that it has open is not removed");
}

static tgs_status lease(const char *path, const char *owner, tgs_session **session, tgs_error **error)
{
    tgs_options *options = tgs_options_new();
    OK(tgs_options_set_lease(options, true, owner, 0, E));
    tgs_status status = tgs_open(path, options, session, error);
    tgs_options_free(options);
    return status;
}

static void leased_by_another(const char *folder)
{
    char *path = joined(folder, "leased.session");
    tgs_session *session = opened(path, NULL);
    tgs_error *error = NULL;
    fill(session);
    tgs_close(session);
    session = NULL;
    struct child child = start("lessee", path, 0);
    wait_for(child.ready);
    CHECK(lease(path, "me", &session, &error) == TGS_ERROR_IN_USE);
    CHECK(strstr(tgs_error_message(error), "the other bot") != NULL);
    tgs_error_free(error);
    CHECK(TerminateProcess(child.process, 0)); /* its lease ends with it */
    wait_for(child.process);
    OK(lease(path, "me", &session, E));
    tgs_close(session);
    puts("another process's lease is TGS_ERROR_IN_USE, says whose, and ends with the process");
}

static void lock(const char *path)
{
    OVERLAPPED at = {.Offset = LOCKS_AT};
    HANDLE file = CreateFileW(wide(path), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              OPEN_EXISTING, 0, NULL);
    CHECK(file != INVALID_HANDLE_VALUE);
    CHECK(LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, LOCKS_LEN, 0, &at));
}

static void child(const char *what, const char *name, const char *path, int number)
{
    tgs_session *session = NULL;
    if (strcmp(what, "writer") == 0) {
        /* SQLite's lock has no queue: on a busy machine one of several may wait long. */
        tgs_options *options = tgs_options_new();
        OK(tgs_options_set_busy_timeout(options, 50000, E));
        session = opened(path, options);
        tgs_options_free(options);
        for (int i = 0; i < PEERS_EACH; i++)
            add_peer(session, 777000000000 + number * PEERS_EACH + i);
        tgs_close(session);
        return;
    }
    if (strcmp(what, "locker") == 0)
        lock(path);
    else if (strcmp(what, "lessee") == 0)
        OK(lease(path, "the other bot", &session, E));
    else
        session = opened(path, NULL);
    SetEvent(event("ready", name));
    wait_for(event("end", name));
    tgs_close(session);
}

int main(void)
{
    int count;
    wchar_t **arguments = CommandLineToArgvW(GetCommandLineW(), &count);
    CHECK(arguments != NULL);
    if (count == 5) {
        child(narrow(arguments[1]), narrow(arguments[2]), narrow(arguments[3]), atoi(narrow(arguments[4])));
        return 0;
    }
    CHECK(count == 2);
    char *folder = narrow(arguments[1]);
    names(folder);
    long_paths(folder);
    many_writers(folder);
    locked_by_another(folder);
    leased_by_another(folder);
    return 0;
}
