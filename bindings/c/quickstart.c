/* quickstart SESSION [STRING_FILE]: shows a session, adds peers, finds them again, exports its session string. */
#include <inttypes.h>
#include <stdio.h>

#include "tgsession.h"

/* Says why a call failed. "Not found" and "expired" are ordinary answers, and have no error. */
static bool failed(tgs_status status, tgs_error *const *error)
{
    if (*error != NULL)
        fprintf(stderr, "%s: %s\n", tgs_status_name(status), tgs_error_message(*error)); /* never the key */
    return *error != NULL;
}

static bool show(tgs_session *session, tgs_error **error)
{
    char *description = NULL; /* JSON; it has the key's id, not the key, and is safe to print */
    if (failed(tgs_inspect(session, false, &description, error), error))
        return false;
    printf("opened  %s\n", description);
    tgs_string_free(description);
    return true;
}

static bool add(tgs_session *session, tgs_error **error)
{
    const char *const user[] = {"TgsQuickUser"}, *const bot[] = {"tgs_quick_bot"}, *const news[] = {"TgsQuickNews"};
#define PEER(ID, HASH, TYPE) .size = sizeof(tgs_peer), .id = ID, .access_hash = HASH, .has_access_hash = 1, .type = TYPE
    const tgs_peer peers[] = {
        {PEER(777000900901, 101, TGS_PEER_TYPE_USER), .usernames = user, .username_count = 1,
         .phone_number = "99966110901"},
        {PEER(777000902, INT64_MIN, TGS_PEER_TYPE_BOT), .usernames = bot, .username_count = 1},
        {PEER(-777000903, 0, TGS_PEER_TYPE_GROUP)},
        {PEER(-1001777000904, -104, TGS_PEER_TYPE_CHANNEL), .usernames = news, .username_count = 1},
        {PEER(-1001777000905, INT64_MAX, TGS_PEER_TYPE_SUPERGROUP)},
    };
    return !failed(tgs_update_peers(session, peers, sizeof peers / sizeof *peers, error), error); /* all, or none */
}

static bool found(const char *what, tgs_status status, const tgs_input_peer *peer, tgs_error **error)
{
    if (status == TGS_OK)
        printf("found   %-14s is peer %" PRId64 " of type %" PRId32 "\n", what, peer->id, peer->type);
    else if (!failed(status, error))
        printf("missed  %-14s is %s\n", what, tgs_status_name(status));
    return *error == NULL;
}

static bool find(tgs_session *session, tgs_error **error)
{
    tgs_input_peer p = {.size = sizeof p};
    return found("-1001777000905", tgs_get_peer_by_id(session, -1001777000905, &p, error), &p, error)
        && found("@TGSQuickNEWS", tgs_get_peer_by_username(session, "@TGSQuickNEWS", &p, error), &p, error)
        && found("+999 66 110901", tgs_get_peer_by_phone_number(session, "+999 66 110901", &p, error), &p, error)
        && found("@tgs_nobody", tgs_get_peer_by_username(session, "@tgs_nobody", &p, error), &p, error);
}

static bool export_string(tgs_session *session, const char *path, tgs_error **error)
{
    char *text = NULL; /* the whole login: guard it like a password */
    if (failed(tgs_export_session_string(session, "pyrogram", &text, NULL, error), error))
        return false;
    FILE *file = fopen(path, "w");
    bool written = file != NULL && fputs(text, file) != EOF;
    written = (file == NULL || fclose(file) == 0) && written;
    tgs_string_free(text); /* wipes it, too */
    return written;
}

int main(int argc, char **argv)
{
    tgs_session *session = NULL;
    tgs_error *error = NULL;
    if (argc < 2 || tgs_abi_version() != TGS_ABI_VERSION) {
        fprintf(stderr, "usage: quickstart SESSION [STRING_FILE], with tgsession of ABI %d\n", TGS_ABI_VERSION);
        return 2;
    }
    bool done = !failed(tgs_open(argv[1], NULL, &session, &error), &error) && show(session, &error)
        && add(session, &error) && find(session, &error) && (argc < 3 || export_string(session, argv[2], &error))
        && !failed(tgs_save(session, &error), &error); /* on the medium now, even if the power fails */
    tgs_close(session);
    tgs_error_free(error);
    return done ? 0 : 1;
}
