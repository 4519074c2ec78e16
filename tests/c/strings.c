/* Session strings: what is damaged is refused, whatever the damage, and no message shows any of it. */
#include "check.h"

static const char *const formats[] = {"pyrogram", "pyrogram-1", "telethon", "gramjs", "mtcute", "mtkruto", "gogram"};
enum { FORMATS = sizeof formats / sizeof *formats };

static char *export_string(tgs_session *s, const char *format)
{
    char *text = NULL;
    OK(tgs_export_session_string(s, format, &text, NULL, E));
    return text;
}

static tgs_session *source(void)
{
    tgs_session *session = NULL;
    const int32_t dc_id = 4, api_id = 12345;
    const int64_t user_id = 777000123; /* within the 32 bits of Pyrogram 1 */
    const bool no = false;
    OK(tgs_open(":memory:", NULL, &session, E));
    OK(tgs_set_dc_id(session, &dc_id, E));
    OK(tgs_set_api_id(session, &api_id, E));
    OK(tgs_set_user_id(session, &user_id, E));
    OK(tgs_set_test_mode(session, &no, E));
    OK(tgs_set_is_bot(session, &no, E));
    OK(tgs_set_auth_key(session, test_key, sizeof test_key, E));
    return session;
}

/* Refused; and a diagnosis of the same text shows nothing of the key either. */
static void refused(const char *text)
{
    char *diagnosis = NULL;
    outputs_fill();
    REFUSED(TGS_ERROR_BAD_SESSION_STRING, NULL, tgs_open_string(text, NULL, &out.session, E));
    CHECK(outputs_untouched());
    OK(tgs_diagnose(text, &diagnosis, E));
    CHECK(!shows_key(diagnosis));
    tgs_string_free(diagnosis);
}

static void intact(const char *text)
{
    tgs_session *session = NULL;
    OK(tgs_open_string(text, NULL, &session, E));
    OK(tgs_get_auth_key(session, out.key, sizeof out.key, E));
    CHECK(memcmp(out.key, test_key, sizeof test_key) == 0);
    tgs_close(session);
}

/* Cut at many lengths, and with a tail too much. */
static void cut(const char *text)
{
    size_t len = strlen(text);
    char *copy = (char *)malloc(len + 16);
    for (size_t kept = 1; kept < len; kept += kept < 16 || kept + 16 > len ? 1 : 23) {
        memcpy(copy, text, kept);
        copy[kept] = '\0';
        tgs_session *session = NULL;
        if (tgs_open_string(copy, NULL, &session, NULL) != TGS_OK) {
            refused(copy);
            continue;
        }
        /* Only lost padding may be mended: then it is the whole key. */
        CHECK(text[kept] == '=');
        tgs_close(session);
        intact(copy);
    }
    snprintf(copy, len + 16, "%sAAAAAAAA", text);
    refused(copy);
    free(copy);
}

static void nonsense(void)
{
    static const char *const texts[] = {"",  " ",  "\n\n",             "hello",               "====",
                                        "1", "{}", "\xf0\x9f\x94\x91", "aaaaaaaaaaaaaaaaaaaa"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        refused(texts[i]);
    char *mega = (char *)malloc(1 << 20);
    memset(mega, 'A', (1 << 20) - 1);
    mega[(1 << 20) - 1] = '\0';
    refused(mega);
    free(mega);
}

/* A string that is read has no place on a disk, and can be written like any session. */
static void is_in_memory(const char *text)
{
    tgs_session *session = NULL;
    char *format = NULL, *description = NULL;
    OK(tgs_open(text, NULL, &session, E));
    OK(tgs_get_format(session, &format, E));
    OK(tgs_inspect(session, false, &description, E));
    CHECK(!shows_key(description));
    tgs_string_free(description);
    OK(tgs_inspect(session, true, &description, E));
    CHECK(shows_key(description)); /* asked for by name */
    tgs_string_free(description);
    tgs_string_free(format);
    OK(tgs_save(session, E));
    tgs_close(session);
}

int main(void)
{
    tgs_session *session = source();
    for (int i = 0; i < FORMATS; i++) {
        char *text = export_string(session, formats[i]);
        intact(text);
        cut(text);
        is_in_memory(text);
        tgs_string_free(text);
    }
    nonsense();
    tgs_close(session);
    return finish();
}
