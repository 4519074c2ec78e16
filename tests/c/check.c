#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "check.h"

struct outputs out;
static unsigned long checks;

void check_that(bool holds, const char *file, int line, const char *what)
{
    __atomic_add_fetch(&checks, 1, __ATOMIC_RELAXED); /* from any thread */
    if (!holds) {
        fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
        exit(1);
    }
}

void check_ok(tgs_status status, tgs_error *error, const char *file, int line, const char *call)
{
    if (status != TGS_OK)
        fprintf(stderr, "%s: %s\n", tgs_status_name(status), tgs_error_message(error));
    check_that(status == TGS_OK && error == NULL, file, line, call);
}

void check_refused(tgs_status status, tgs_status expected, tgs_error *error, const char *names, const char *file, int line,
                   const char *call)
{
    if (status != expected)
        fprintf(stderr, "expected %s, not %s\n", tgs_status_name(expected), tgs_status_name(status));
    check_that(status == expected && status >= TGS_ERROR_INVALID_ARGUMENT, file, line, call);
    check_that(error != NULL && tgs_error_status(error) == status, file, line, call);
    const char *message = tgs_error_message(error);
    if (getenv("TGS_SHOW") != NULL)
        fprintf(stderr, "%-28s %s\n", tgs_status_name(status), message);
    check_that(strlen(message) > 10 && !shows_key(message), file, line, call);
    if (names != NULL && strstr(message, names) == NULL) {
        fprintf(stderr, "'%s' is not in: %s\n", names, message);
        check_that(false, file, line, call);
    }
    tgs_error_free(error);
}

static void fill(struct outputs *outputs)
{
    memset(outputs, 0xA5, sizeof *outputs);
    outputs->peer.size = sizeof outputs->peer;
    outputs->state.size = sizeof outputs->state;
    outputs->sent.size = sizeof outputs->sent;
}

void outputs_fill(void)
{
    fill(&out);
}

bool outputs_untouched(void)
{
    struct outputs filled;
    fill(&filled);
    return memcmp(&out, &filled, sizeof out) == 0;
}

void make_session(const char *path, const char *format)
{
    tgs_options *options = tgs_options_new();
    tgs_session *session = NULL;
    int32_t dc_id = 4, api_id = 12345;
    int64_t user_id = 777000123456;
    bool no = false;
    OK(tgs_options_set_format(options, format, E));
    OK(tgs_open(path, options, &session, E));
    OK(tgs_set_auth_key(session, test_key, sizeof test_key, E));
    OK(tgs_set_dc_id(session, &dc_id, E));
    OK(tgs_set_api_id(session, &api_id, E));
    OK(tgs_set_user_id(session, &user_id, E));
    OK(tgs_set_test_mode(session, &no, E));
    OK(tgs_set_is_bot(session, &no, E));
    tgs_close(session);
    tgs_options_free(options);
}

struct bytes read_file(const char *path)
{
    struct bytes content = {NULL, 0};
    struct stat status;
    FILE *file = stat(path, &status) == 0 && S_ISREG(status.st_mode) ? fopen(path, "rb") : NULL;
    if (file == NULL)
        return content;
    content.len = (size_t)status.st_size;
    content.bytes = (uint8_t *)malloc(content.len + 1);
    CHECK(fread(content.bytes, 1, content.len, file) == content.len);
    fclose(file);
    return content;
}

void write_file(const char *path, const void *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    CHECK(fwrite(bytes, 1, len, file) == len);
    const int closed = fclose(file); /* once: cppcheck takes the macro for a second use */
    CHECK(closed == 0);
}

bool is_unchanged(const char *path, struct bytes before)
{
    struct bytes now = read_file(path);
    bool same = now.len == before.len && (now.len == 0 || memcmp(now.bytes, before.bytes, now.len) == 0);
    free(now.bytes);
    return same;
}

bool make_disk(const char *folder, const char *options)
{
    return mkdir(folder, 0700) == 0 && unshare(CLONE_NEWNS) == 0
        && mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0 && mount("tmpfs", folder, "tmpfs", 0, options) == 0;
}

int finish(void)
{
    printf("%lu checks\n", checks);
    return 0;
}
