/* session HOST:PORT NAME show | import FILE | export FILE: a session in Redis, and to and from a file of any client. The
 * password, if there is one, is in REDIS_PASSWORD. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "redis.h"

static int usage(void)
{
    fprintf(stderr, "session HOST:PORT NAME show | import FILE | export FILE\n");
    return 2;
}

static bool show(tgs_session *session, tgs_error **error)
{
    char *description = NULL;
    if (tgs_inspect(session, false, &description, error) != TGS_OK)
        return false;
    puts(description); /* without its key: safe to print */
    tgs_string_free(description);
    return true;
}

static bool copy(tgs_session *session, const char *path, bool import, tgs_error **error)
{
    tgs_session *file = NULL;
    tgs_options *options = tgs_options_new();
    bool is_done = tgs_options_set_read_only(options, import, error) == TGS_OK
        && tgs_open(path, options, &file, error) == TGS_OK
        && tgs_convert(import ? file : session, import ? session : file, NULL, 0, NULL, error) == TGS_OK;
    tgs_close(file);
    tgs_options_free(options);
    return is_done;
}

static bool run(tgs_session *session, char **words, tgs_error **error)
{
    if (strcmp(words[0], "show") == 0)
        return show(session, error);
    return copy(session, words[1], strcmp(words[0], "import") == 0, error);
}

static bool is_usage(int count, char **words)
{
    return (count == 4 && strcmp(words[3], "show") == 0)
        || (count == 5 && (strcmp(words[3], "import") == 0 || strcmp(words[3], "export") == 0));
}

int main(int count, char **words)
{
    char *colon = count > 1 ? strrchr(words[1], ':') : NULL;
    if (colon == NULL || !is_usage(count, words))
        return usage();
    *colon = '\0';
    const struct redis_place place = {words[1], atoi(colon + 1), 0, getenv("REDIS_PASSWORD"), words[2], 0};
    tgs_session *session = NULL;
    tgs_error *error = NULL;
    bool is_done = redis_open(&place, NULL, &session, &error) == TGS_OK && run(session, words + 3, &error);
    tgs_close(session);
    if (!is_done)
        fprintf(stderr, "session: %s\n", error == NULL ? "the place is wrong" : tgs_error_message(error));
    tgs_error_free(error);
    return is_done ? 0 : 1;
}
