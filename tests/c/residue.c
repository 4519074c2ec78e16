/* residue [LOCATION...]: after a session is closed nothing of its key is in this process: raw, in hexadecimal digits or in
 * base64. LOCATIONs are of sessions in databases, which are made, used and deleted.
 *
 * Each scenario runs in a child of its own, which looks through all its writable memory at the end. The key is never in
 * this program's memory but while the library reads it; what is searched for is kept in disguise. */
#include <fcntl.h>
#include <inttypes.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shelf.h"

enum { SLICE = 16, DISGUISE = 0xA5, ROOM = 1 << 20, TABLE = 1 << 16, FORMATS = 7, LAYOUTS = 7 };

static const char *const formats[FORMATS] = {"pyrogram", "pyrogram-1", "telethon", "gramjs", "mtcute", "mtkruto", "gogram"};
static const char *const layouts[LAYOUTS] = {"pyrogram@3", "pyrofork@4", "kurigram@7", "kurigram@6",
                                             "telethon@8", "telethon@7", "telethon@10"};
static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char lower[] = "0123456789abcdef";
static const char upper[] = "0123456789ABCDEF";

/* What the program itself reads and passes on; wiped after each use. */
static uint8_t place[ROOM];

/* The keys: byte AT of key WHICH. The same bytes never stand in one row anywhere but in a key that is in use. */
static uint8_t key_byte(unsigned which, unsigned at)
{
    uint32_t x = (at + 1) * 2654435761U + which * 40503U * 65537U;
    x ^= x >> 15;
    x *= 2246822519U;
    x ^= x >> 13;
    x *= 3266489917U;
    return (uint8_t)(x >> 16);
}

static void wipe(void *bytes, size_t len)
{
    volatile uint8_t *byte = (volatile uint8_t *)bytes;
    while (len-- > 0)
        *byte++ = 0;
}

static void use_key(unsigned which)
{
    for (unsigned at = 0; at < TGS_AUTH_KEY_LEN; at++)
        place[at] = key_byte(which, at);
}

/* ---- the search ---- */

struct needle {
    uint8_t disguised[SLICE];
    char kind[12];
};

static struct needle needles[1 << 13];
static size_t needle_count;
static uint16_t table[TABLE]; /* the number of a needle by its first bytes, 0 for none */
static uint16_t next_of[1 << 13];

static size_t slot(const uint8_t *slice, uint8_t mask)
{
    uint32_t start = 0;
    for (int i = 0; i < 4; i++)
        start = start << 8 | (uint8_t)(slice[i] ^ mask);
    return (start * 2654435761U) >> 16;
}

static void add_needle(const uint8_t *disguised, const char *kind)
{
    struct needle *needle = &needles[++needle_count];
    CHECK(needle_count < sizeof needles / sizeof *needles);
    memcpy(needle->disguised, disguised, SLICE);
    snprintf(needle->kind, sizeof needle->kind, "%s", kind);
    size_t at = slot(disguised, 0);
    next_of[needle_count] = table[at];
    table[at] = (uint16_t)needle_count;
}

/* Adds every slice of a text or of bytes that stand in disguise. */
static void add_needles(const uint8_t *disguised, size_t len, const char *kind)
{
    for (size_t at = 0; at + SLICE <= len; at++)
        add_needle(disguised + at, kind);
}

static void add_key(unsigned which)
{
    uint8_t text[2 * TGS_AUTH_KEY_LEN];
    for (unsigned at = 0; at < TGS_AUTH_KEY_LEN; at++)
        text[at] = key_byte(which, at) ^ DISGUISE;
    add_needles(text, TGS_AUTH_KEY_LEN, "raw");
    for (int i = 0; i < 2; i++) {
        const char *digits = i == 0 ? lower : upper;
        for (unsigned at = 0; at < TGS_AUTH_KEY_LEN; at++) {
            text[2 * at] = (uint8_t)(digits[key_byte(which, at) >> 4] ^ DISGUISE);
            text[2 * at + 1] = (uint8_t)(digits[key_byte(which, at) & 15] ^ DISGUISE);
        }
        add_needles(text, sizeof text, "hexadecimal");
    }
    for (int i = 0; i < 2; i++) {
        const char *letters = i == 0 ? standard : url_safe;
        for (unsigned first = 0; first < 3; first++) {
            size_t len = 0;
            for (unsigned at = first; at + 3 <= TGS_AUTH_KEY_LEN; at += 3) {
                uint32_t three = (uint32_t)key_byte(which, at) << 16 | (uint32_t)key_byte(which, at + 1) << 8
                    | key_byte(which, at + 2);
                for (int shift = 18; shift >= 0; shift -= 6)
                    text[len++] = (uint8_t)(letters[three >> shift & 63] ^ DISGUISE);
            }
            add_needles(text, len, "base64");
        }
    }
}

static const struct needle *find(const uint8_t *slice)
{
    for (uint16_t number = table[slot(slice, DISGUISE)]; number != 0; number = next_of[number]) {
        int same = 0;
        while (same < SLICE && (slice[same] ^ DISGUISE) == needles[number].disguised[same])
            same++;
        if (same == SLICE)
            return &needles[number];
    }
    return NULL;
}

/* Looks through one region; says where the first piece of each run was found. */
static size_t search_region(const uint8_t *from, const uint8_t *to, const char *name)
{
    size_t found = 0;
    bool in_run = false;
    for (const uint8_t *at = from; at + SLICE <= to; at++) {
        const struct needle *needle = find(at);
        if (needle != NULL && !in_run && getenv("TGS_SHOW") != NULL)
            fprintf(stderr, "    %s at %p of %s\n", needle->kind, (const void *)at, name);
        in_run = needle != NULL;
        found += in_run;
    }
    return found;
}

/* How many slices of a key are in the writable memory of this process. */
static size_t search_memory(void)
{
    static char maps[1 << 18];
    size_t len = 0, found = 0;
    int file = open("/proc/self/maps", O_RDONLY);
    CHECK(file >= 0);
    for (ssize_t got; (got = read(file, maps + len, sizeof maps - len - 1)) > 0;)
        len += (size_t)got;
    close(file);
    maps[len] = '\0';
    for (char *line = maps, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        uintptr_t from, to;
        char mode[8], name[256] = "anonymous memory";
        CHECK(sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %7s %*s %*s %*s %255[^\n]", &from, &to, mode, name) >= 3);
        if (mode[0] == 'r' && mode[1] == 'w' && strcmp(name, "[vvar]") != 0)
            found += search_region((const uint8_t *)from, (const uint8_t *)to, name);
    }
    return found;
}

/* ---- what the scenarios are made of ---- */

static size_t load(const char *path)
{
    size_t len = 0;
    int file = open(path, O_RDONLY);
    CHECK(file >= 0);
    for (ssize_t got; (got = read(file, place + len, sizeof place - len - 1)) > 0;)
        len += (size_t)got;
    close(file);
    place[len] = '\0';
    return len;
}

static void store(const char *path, const void *bytes, size_t len)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(file >= 0 && write(file, bytes, len) == (ssize_t)len);
    close(file);
}

static tgs_session *open_with(const char *location, const char *format, bool read_only)
{
    tgs_options *options = tgs_options_new();
    tgs_session *session = NULL;
    if (format != NULL)
        OK(tgs_options_set_format(options, format, E));
    OK(tgs_options_set_read_only(options, read_only, E));
    OK(tgs_open(location, options, &session, E));
    tgs_options_free(options);
    return session;
}

static tgs_session *open_plain(const char *location)
{
    return open_with(location, NULL, false);
}

static void set_key(tgs_session *session, unsigned which)
{
    use_key(which);
    OK(tgs_set_auth_key(session, place, TGS_AUTH_KEY_LEN, E));
    wipe(place, TGS_AUTH_KEY_LEN);
}

static void get_key(tgs_session *session)
{
    OK(tgs_get_auth_key(session, place, TGS_AUTH_KEY_LEN, E));
    CHECK(place[7] == key_byte(1, 7) && place[255] == key_byte(1, 255));
    wipe(place, TGS_AUTH_KEY_LEN);
}

static void fill(tgs_session *session)
{
    const int32_t dc_id = 4, api_id = 12345;
    const int64_t user_id = 777000123;
    const bool no = false;
    const uint16_t port = 443;
    OK(tgs_set_dc_id(session, &dc_id, E));
    OK(tgs_set_server_address(session, "149.154.167.92", E));
    OK(tgs_set_port(session, &port, E));
    OK(tgs_set_api_id(session, &api_id, E));
    OK(tgs_set_user_id(session, &user_id, E));
    OK(tgs_set_test_mode(session, &no, E));
    OK(tgs_set_is_bot(session, &no, E));
    set_key(session, 1);
    use_key(2);
    OK(tgs_set_tmp_auth_key(session, place, TGS_AUTH_KEY_LEN, E));
    wipe(place, TGS_AUTH_KEY_LEN);
}

/* The JSON of an old client: the key in base64, in texts of some length. */
static void make_json(const char *path, const char *before, unsigned text_len, const char *after)
{
    char *json = (char *)place;
    size_t len = (size_t)sprintf(json, "%s\"", before);
    for (unsigned at = 0, count = 0; at < TGS_AUTH_KEY_LEN; at += 3) {
        uint32_t three = (uint32_t)key_byte(1, at) << 16;
        three |= at + 1 < TGS_AUTH_KEY_LEN ? (uint32_t)key_byte(1, at + 1) << 8 : 0;
        three |= at + 2 < TGS_AUTH_KEY_LEN ? key_byte(1, at + 2) : 0;
        for (unsigned i = 0; i < 4; i++, count++) {
            if (count > 0 && count % text_len == 0)
                len += (size_t)sprintf(json + len, "\", \"");
            json[len++] = at + i > TGS_AUTH_KEY_LEN ? '=' : standard[three >> (18 - 6 * i) & 63];
        }
    }
    len += (size_t)sprintf(json + len, "\"%s", after);
    store(path, json, len);
}

/* The files with which the scenarios begin, made by a child that takes what it knows with it. */
static void make_files(void)
{
    char name[64];
    for (int i = 0; i < LAYOUTS; i++) {
        snprintf(name, sizeof name, "%s.session", layouts[i]);
        tgs_session *session = open_with(name, layouts[i], false);
        fill(session);
        tgs_close(session);
    }
    tgs_session *session = open_plain("pyrogram@3.session");
    for (int i = 0; i < FORMATS; i++) {
        char *text = NULL;
        OK(tgs_export_session_string(session, formats[i], &text, NULL, E));
        snprintf(name, sizeof name, "%s.string", formats[i]);
        store(name, text, strlen(text));
        tgs_string_free(text);
    }
    for (int compress = 0; compress < 2; compress++) {
        uint8_t *bytes = NULL;
        size_t len = 0;
        OK(tgs_to_bytes(session, NULL, compress != 0, &bytes, &len, E));
        store(compress ? "bytes.gz" : "bytes", bytes, len);
        tgs_bytes_free(bytes, len);
    }
    tgs_close(session);

    make_json("pyrogram.json", "{\"dc_id\": 4, \"test_mode\": false, \"user_id\": 777000123, \"auth_key\": [", 43, "]}");
    make_json("telethon.json", "{\"server_address\": \"149.154.167.92\", \"port\": 443, \"auth_key_data\": ", 344, "}");

    /* One whose client was killed: its login is in its WAL. */
    tgs_options *options = tgs_options_new();
    OK(tgs_options_set_wal(options, true, E));
    OK(tgs_open("killed.session", options, &session, E));
    fill(session);
    _exit(0);
}

/* ---- the scenarios ---- */

static void get_from_each_layout(void)
{
    char name[64];
    for (int i = 0; i < LAYOUTS; i++) {
        for (int read_only = 0; read_only < 2; read_only++) {
            snprintf(name, sizeof name, "%s.session", layouts[i]);
            tgs_session *session = open_with(name, NULL, read_only != 0);
            get_key(session);
            get_key(session);
            OK(tgs_get_tmp_auth_key(session, place, TGS_AUTH_KEY_LEN, E));
            wipe(place, TGS_AUTH_KEY_LEN);
            tgs_close(session);
        }
    }
}

static void get_from_the_wal_of_a_killed_client(void)
{
    for (int read_only = 1; read_only >= 0; read_only--) {
        tgs_session *session = open_with("killed.session", NULL, read_only != 0);
        get_key(session);
        tgs_close(session);
    }
}

static void inspect(void)
{
    tgs_session *session = open_plain("pyrogram@3.session");
    for (int show = 0; show < 2; show++) {
        char *text = NULL;
        OK(tgs_inspect(session, show != 0, &text, E));
        tgs_string_free(text);
    }
    tgs_close(session);
}

static void export_each_format(void)
{
    tgs_session *session = open_plain("kurigram@7.session");
    for (int i = 0; i < FORMATS; i++) {
        char *text = NULL, *report = NULL;
        OK(tgs_export_session_string(session, formats[i], &text, &report, E));
        tgs_string_free(text);
        tgs_string_free(report);
    }
    tgs_close(session);
}

static void open_each_string(void)
{
    char name[64];
    for (int i = 0; i < FORMATS; i++) {
        for (int as_location = 0; as_location < 2; as_location++) {
            tgs_session *session = NULL;
            char *diagnosis = NULL;
            snprintf(name, sizeof name, "%s.string", formats[i]);
            size_t len = load(name);
            OK(tgs_diagnose((const char *)place, &diagnosis, E));
            tgs_string_free(diagnosis);
            if (as_location)
                OK(tgs_open((const char *)place, NULL, &session, E));
            else
                OK(tgs_open_string((const char *)place, NULL, &session, E));
            wipe(place, len);
            get_key(session);
            tgs_close(session);
        }
    }
}

static void open_damaged_strings(void)
{
    char name[64];
    for (int i = 0; i < FORMATS; i++) {
        tgs_session *session = NULL;
        snprintf(name, sizeof name, "%s.string", formats[i]);
        size_t len = load(name);
        place[len - 20] = '\0';
        REFUSED(TGS_ERROR_BAD_SESSION_STRING, NULL, tgs_open_string((const char *)place, NULL, &session, E));
        place[len - 20] = '!';
        REFUSED(TGS_ERROR_BAD_SESSION_STRING, NULL, tgs_open((const char *)place, NULL, &session, E));
        place[len - 20] = ' ';
        memmove(place + 1, place, len);
        place[0] = '"';
        tgs_open_string((const char *)place, NULL, &session, NULL);
        tgs_close(session);
        wipe(place, len + 2);
    }
}

static void convert_into_each_layout(void)
{
    char name[64];
    for (int i = 0; i < LAYOUTS; i++) {
        tgs_session *source = open_plain("pyrogram@3.session");
        snprintf(name, sizeof name, "converted-%s", layouts[i]);
        tgs_session *target = open_with(name, layouts[i], false);
        char *report = NULL;
        OK(tgs_convert(source, target, NULL, 0, &report, E));
        OK(tgs_save(target, E));
        tgs_string_free(report);
        tgs_close(target);
        tgs_close(source);
    }
}

static void convert_through_memory(void)
{
    tgs_session *source = open_plain("telethon@8.session"), *target = open_plain(":memory:");
    OK(tgs_convert(source, target, NULL, 0, NULL, E));
    tgs_close(source);
    get_key(target);
    tgs_close(target);
}

static const char *database = "sqlite:///many.db?session=account";

static void convert_into_a_database(void)
{
    tgs_session *source = open_plain("telethon@8.session"), *target = NULL;
    tgs_status opened = tgs_open(database, NULL, &target, NULL);
    if (opened != TGS_ERROR_UNSUPPORTED) { /* a library without that engine */
        CHECK(opened == TGS_OK);
        OK(tgs_convert(source, target, NULL, 0, NULL, E));
        get_key(target);
        OK(tgs_set_tmp_auth_key(target, NULL, 0, E));
        tgs_close(target);
        target = open_plain(database);
        get_key(target);
        OK(tgs_delete(target, E));
        tgs_close(target);
    }
    tgs_close(source);
}

static void lease(void)
{
    tgs_options *options = tgs_options_new();
    tgs_session *session = NULL;
    OK(tgs_options_set_lease(options, true, "residue", 60, E));
    OK(tgs_open("pyrogram@3.session", options, &session, E));
    tgs_options_free(options);
    get_key(session);
    set_key(session, 2);
    set_key(session, 1);
    tgs_close(session);
}

static void bytes_out(void)
{
    tgs_session *session = open_plain("pyrogram@3.session");
    const char *const into[] = {NULL, "telethon@8", "kurigram@7"};
    for (int i = 0; i < 6; i++) {
        uint8_t *bytes = NULL;
        size_t len = 0;
        OK(tgs_to_bytes(session, into[i / 2], i % 2 != 0, &bytes, &len, E));
        tgs_bytes_free(bytes, len);
    }
    tgs_close(session);
}

static void bytes_in(void)
{
    const char *const names[] = {"bytes", "bytes.gz", "pyrogram.json", "telethon.json"};
    for (int i = 0; i < 4; i++) {
        tgs_session *session = NULL;
        size_t len = load(names[i]);
        OK(tgs_open_bytes(place, len, NULL, &session, E));
        wipe(place, len);
        get_key(session);
        tgs_close(session);
    }
}

static void age_files(void)
{
    const char *const recipient = "age1j9xgd6rqa7vyvj3svcqs8fs94d7pv24pr5qhman7vtmxflwfcumq2fd49f";
    const char *const identity = "AGE-SECRET-KEY-14U7D8KWEENWG4JKJVJXRXNH9890TAWKH8L4RQ8XQ482SEQZZ6VXSHK7D8P";
    for (int with_passphrase = 0; with_passphrase < 2; with_passphrase++) {
        const char *const passphrase = with_passphrase ? "correct horse battery staple" : NULL;
        tgs_session *session = open_plain("pyrogram@3.session"), *back = NULL;
        uint8_t *bytes = NULL;
        size_t len = 0;
        tgs_status made = tgs_to_age(session, NULL, passphrase, &recipient, passphrase ? 0 : 1, &bytes, &len, NULL);
        tgs_close(session);
        if (made == TGS_ERROR_UNSUPPORTED) /* a library without age */
            return;
        CHECK(made == TGS_OK);
        OK(tgs_open_age(bytes, len, passphrase, passphrase ? NULL : identity, NULL, &back, E));
        get_key(back);
        tgs_close(back);
        bytes[len - 10] ^= 0x55; /* all but its end is decrypted */
        REFUSED(TGS_ERROR_CORRUPT, NULL, tgs_open_age(bytes, len, passphrase, passphrase ? NULL : identity, NULL, &back, E));
        tgs_bytes_free(bytes, len);
    }
}

static void damaged_bytes(void)
{
    const char *const names[] = {"bytes", "bytes.gz", "pyrogram.json", "telethon.json"};
    for (int i = 0; i < 4; i++) {
        tgs_session *session = NULL;
        size_t len = load(names[i]);
        tgs_open_bytes(place, len - len / 4, NULL, &session, NULL);
        tgs_close(session);
        session = NULL;
        place[len - 10] ^= 0x55;
        tgs_open_bytes(place, len, NULL, &session, NULL);
        tgs_close(session);
        wipe(place, len);
    }
}

static void json_files(void)
{
    const char *const names[] = {"pyrogram.json", "telethon.json"};
    for (int i = 0; i < 2; i++) {
        tgs_session *session = open_plain(names[i]);
        get_key(session);
        tgs_close(session);
    }
}

static void change_keys(void)
{
    char name[64];
    for (int i = 0; i < LAYOUTS; i++) {
        snprintf(name, sizeof name, "changed-%s", layouts[i]);
        tgs_session *session = open_with(name, layouts[i], false);
        fill(session);
        set_key(session, 2);
        set_key(session, 1);
        get_key(session);
        OK(tgs_set_auth_key(session, NULL, 0, E));
        OK(tgs_set_tmp_auth_key(session, NULL, 0, E));
        tgs_close(session);
    }
}

static void all_fields_at_once(void)
{
    tgs_session *session = open_plain(":memory:");
    use_key(1);
    tgs_session_data data;
    memset(&data, 0, sizeof data);
    data.size = sizeof data;
    data.auth_key = data.tmp_auth_key = place;
    OK(tgs_set_session_data(session, &data, TGS_FIELD_AUTH_KEY | TGS_FIELD_TMP_AUTH_KEY, E));
    wipe(place, TGS_AUTH_KEY_LEN);
    get_key(session);
    tgs_close(session);
}

static void an_override(void)
{
    tgs_session *source = open_plain("pyrogram@3.session"), *target = open_plain(":memory:");
    const char *const overrides[] = {(const char *)place};
    size_t len = (size_t)snprintf((char *)place, 32, "auth_key=");
    for (unsigned at = 0; at < TGS_AUTH_KEY_LEN; at++) {
        place[len++] = (uint8_t)lower[key_byte(1, at) >> 4];
        place[len++] = (uint8_t)lower[key_byte(1, at) & 15];
    }
    place[len] = '\0';
    tgs_convert(source, target, overrides, 1, NULL, NULL);
    wipe(place, len);
    tgs_close(target);
    tgs_close(source);
}

static void a_deleted_session(void)
{
    tgs_session *session = open_with("deleted.session", "kurigram@7", false);
    fill(session);
    OK(tgs_delete(session, E));
    tgs_close(session);
}

/* Its own key and its passphrase are pieces of the keys that are looked for: as bytes, and as digits. */
static void an_encrypted_session(void)
{
    for (int is_wal = 0; is_wal < 2; is_wal++) {
        const char *name = is_wal ? "encrypted-wal.session" : "encrypted.session";
        tgs_session *session = NULL;
        tgs_options *options = tgs_options_new();
        OK(tgs_options_set_wal(options, is_wal, E));
        use_key(1);
        OK(tgs_options_set_encryption_key(options, place, 32, E));
        wipe(place, TGS_AUTH_KEY_LEN);
        OK(tgs_open(name, options, &session, E));
        fill(session);
        get_key(session);
        for (unsigned at = 0; at < 32; at++) {
            place[2 * at] = (uint8_t)lower[key_byte(2, at) >> 4];
            place[2 * at + 1] = (uint8_t)lower[key_byte(2, at) & 15];
        }
        place[64] = '\0';
        OK(tgs_change_passphrase(session, (const char *)place, E));
        OK(tgs_options_set_passphrase(options, (const char *)place, E));
        wipe(place, 64);
        get_key(session);
        tgs_close(session);
        OK(tgs_options_set_read_only(options, true, E));
        OK(tgs_open(name, options, &session, E));
        get_key(session);
        tgs_close(session);
        tgs_options_free(options);
    }
}

static void an_engine_of_the_programs_own(void)
{
    struct shelf *shelf = shelf_new();
    tgs_session *session = shelf_session(shelf), *copy = open_plain(":memory:");
    fill(session);
    get_key(session);
    OK(tgs_convert(session, copy, NULL, 0, NULL, E));
    tgs_close(copy);
    tgs_close(session);
    wipe(&shelf->now, sizeof shelf->now);
    wipe(&shelf->before, sizeof shelf->before);
    shelf_free(shelf);
}

static void *get_in_thread(void *session)
{
    get_key((tgs_session *)session);
    return NULL;
}

/* The stack of a thread that has ended is kept for the next one. */
static void another_thread(void)
{
    pthread_t thread;
    tgs_session *session = open_plain("kurigram@7.session");
    CHECK(pthread_create(&thread, NULL, get_in_thread, session) == 0 && pthread_join(thread, NULL) == 0);
    tgs_close(session);
}

static const struct {
    const char *name;
    void (*run)(void);
} scenarios[] = {
    {"get", get_from_each_layout},
    {"get from the WAL of a killed client", get_from_the_wal_of_a_killed_client},
    {"inspect", inspect},
    {"export", export_each_format},
    {"open a session string", open_each_string},
    {"open a damaged session string", open_damaged_strings},
    {"convert", convert_into_each_layout},
    {"convert into memory", convert_through_memory},
    {"convert into a database", convert_into_a_database},
    {"lease", lease},
    {"to bytes", bytes_out},
    {"from bytes", bytes_in},
    {"age files", age_files},
    {"from damaged bytes", damaged_bytes},
    {"JSON", json_files},
    {"change the keys", change_keys},
    {"set all fields", all_fields_at_once},
    {"override the key", an_override},
    {"delete", a_deleted_session},
    {"an encrypted session", an_encrypted_session},
    {"an engine of the program's own", an_engine_of_the_programs_own},
    {"another thread", another_thread},
};

/* That the search finds what is there: in the heap, on the stack and in a static place, in each form. */
static void find_what_is_there(void)
{
    char text[65];
    CHECK(search_memory() == 0);
    use_key(1);
    CHECK(search_memory() >= TGS_AUTH_KEY_LEN - SLICE + 1);
    wipe(place, TGS_AUTH_KEY_LEN);
    uint8_t *heap = (uint8_t *)malloc(100);
    for (unsigned at = 0; at < SLICE; at++)
        heap[50 + at] = key_byte(2, 100 + at);
    CHECK(search_memory() == 1);
    wipe(heap, 100);
    for (unsigned at = 0; at < 32; at++)
        snprintf(text + 2 * at, 3, "%02X", key_byte(1, 30 + at));
    CHECK(search_memory() > 40);
    wipe(text, sizeof text);
    CHECK(search_memory() == 0);
    free(heap);
}

static int in_child(void (*run)(void), bool search)
{
    int state;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        run();
        _exit(search && search_memory() != 0 ? 2 : 0);
    }
    CHECK(child > 0 && waitpid(child, &state, 0) == child);
    return WIFEXITED(state) ? WEXITSTATUS(state) : 1;
}

static bool leaves_nothing(const char *name, void (*run)(void))
{
    int result = in_child(run, true);
    if (result != 0)
        fprintf(stderr, "%s: %s\n", name, result == 2 ? "pieces of a key are left in memory" : "failed");
    return result == 0;
}

int main(int argc, char **argv)
{
    bool nothing = true;
    add_key(1);
    add_key(2);
    CHECK(in_child(make_files, false) == 0);
    CHECK(in_child(find_what_is_there, false) == 0);
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
        nothing = leaves_nothing(scenarios[i].name, scenarios[i].run) && nothing;
    for (int i = 1; i < argc; i++) {
        database = argv[i];
        nothing = leaves_nothing("a database on a server", convert_into_a_database) && nothing;
    }
    CHECK(nothing);
    return finish();
}
