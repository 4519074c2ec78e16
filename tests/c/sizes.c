/* Structs that may grow: a caller sets their size, and the library reads and writes no more than that. */
#include "check.h"

/* The structs of a later header, which this library does not know whole. */
struct later_peer {
    tgs_input_peer known;
    int64_t later[2];
};
struct later_state {
    tgs_update_state known;
    int64_t later[2];
};
struct later_file {
    tgs_sent_file known;
    int64_t later[2];
};

/* What a later library would have to say in them is absent. */
#define IS_LATER(PLACE) CHECK((PLACE).known.size == sizeof(PLACE) && (PLACE).later[0] == 0 && (PLACE).later[1] == 0)

/* Sizes of no header: never set, too small, and what a pointer or -1 would be. */
static const size_t wrong[] = {0, 8, 24, 41, 4104, (size_t)1 << 47, (size_t)-1, (size_t)-8};
enum { WRONG_COUNT = sizeof wrong / sizeof *wrong };

static void fill_session(tgs_session *s)
{
    const char *const name = "TgsSized";
    tgs_peer peer;
    tgs_update_state states[2];
    tgs_sent_file file;
    memset(&peer, 0, sizeof peer);
    memset(states, 0, sizeof states);
    memset(&file, 0, sizeof file);
    peer.size = sizeof peer;
    peer.id = 777000101;
    peer.usernames = &name;
    peer.username_count = 1;
    peer.phone_number = "99966110001";
    peer.name = "Sized";
    states[0].size = states[1].size = sizeof *states;
    states[1].id = -1001777000301;
    states[0].pts = states[1].pts = 7;
    states[0].has_pts = states[1].has_pts = true;
    file.size = sizeof file;
    file.file_size = 5;
    memcpy(file.md5, test_key, sizeof file.md5);
    OK(tgs_update_peers(s, &peer, 1, E));
    OK(tgs_set_update_states(s, states, 2, E));
    OK(tgs_cache_sent_files(s, &file, 1, E));
}

#define NAMES_SIZE(NAME, CALL)                                                  \
    do {                                                                        \
        struct outputs before = out;                                            \
        REFUSED(TGS_ERROR_INVALID_ARGUMENT, NAME, CALL);                        \
        CHECK(memcmp(&out, &before, sizeof out) == 0); /* nothing is written */ \
    } while (0)

static void wrong_sizes_are_refused(tgs_session *s)
{
    for (size_t i = 0; i < WRONG_COUNT; i++) {
        outputs_fill();
        out.peer.size = out.state.size = out.sent.size = wrong[i];
        NAMES_SIZE("sizeof(tgs_input_peer)", tgs_get_peer_by_id(s, 777000101, &out.peer, E));
        NAMES_SIZE("sizeof(tgs_input_peer)", tgs_get_peer_by_username(s, "TgsSized", &out.peer, E));
        NAMES_SIZE("sizeof(tgs_input_peer)", tgs_get_peer_by_phone_number(s, "99966110001", &out.peer, E));
        NAMES_SIZE("sizeof(tgs_input_peer)", tgs_get_peer_by_name(s, "Sized", &out.peer, E));
        NAMES_SIZE("sizeof(tgs_input_peer)", tgs_get_peer_by_id(s, 5, &out.peer, E)); /* nobody: refused all the same */
        const int64_t nobody = 5;
        NAMES_SIZE("peers[0].size", tgs_get_peers(s, &nobody, 1, &out.peer, E));
        NAMES_SIZE("sizeof(tgs_update_state)", tgs_get_update_state(s, 0, &out.state, E));
        NAMES_SIZE("states[0].size", tgs_get_update_states(s, &out.state, 1, &out.count, E));
        NAMES_SIZE("states[0].size", tgs_set_update_states(s, &out.state, 1, E));
        NAMES_SIZE("sizeof(tgs_sent_file)", tgs_get_sent_file(s, test_key, 5, 0, &out.sent, E));
        NAMES_SIZE("files[0].size", tgs_get_sent_files(s, &out.sent, 1, &out.count, E));
        NAMES_SIZE("files[0].size", tgs_cache_sent_files(s, &out.sent, 1, E));
    }
}

static void a_later_program_reads(tgs_session *s)
{
    struct later_peer peer;
    struct later_state state;
    struct later_file file;
    memset(&peer, 0xA5, sizeof peer);
    memset(&state, 0xA5, sizeof state);
    memset(&file, 0xA5, sizeof file);
    peer.known.size = sizeof peer;
    state.known.size = sizeof state;
    file.known.size = sizeof file;
    OK(tgs_get_peer_by_id(s, 777000101, &peer.known, E));
    CHECK(peer.known.id == 777000101 && !peer.known.has_access_hash);
    IS_LATER(peer);
    OK(tgs_get_update_state(s, -1001777000301, &state.known, E));
    CHECK(state.known.id == -1001777000301 && state.known.pts == 7 && !state.known.has_seq);
    IS_LATER(state);
    OK(tgs_get_sent_file(s, test_key, 5, 0, &file.known, E));
    CHECK(file.known.file_size == 5 && memcmp(file.known.md5, test_key, 16) == 0);
    IS_LATER(file);
}

/* The structs of an array lie as far apart as the first one says; the library sets the size of each that it fills. */
static void a_later_programs_arrays(tgs_session *s)
{
    struct later_state states[4];
    struct later_file files[2];
    size_t count = 0;
    memset(states, 0xA5, sizeof states);
    memset(files, 0xA5, sizeof files);
    states[0].known.size = sizeof *states;
    files[0].known.size = sizeof *files;
    OK(tgs_get_update_states(s, &states[0].known, 3, &count, E));
    CHECK(count == 2 && states[0].known.id == -1001777000301 && states[1].known.id == 0 && states[1].known.has_pts);
    IS_LATER(states[0]);
    IS_LATER(states[1]);
    CHECK(states[2].known.id == states[3].known.id && states[2].later[1] == states[3].later[1]); /* untouched */
    states[0].known.pts = states[1].known.pts = 8;
    OK(tgs_set_update_states(s, &states[0].known, 2, E));
    OK(tgs_get_update_states(s, &states[0].known, 1, &count, E));
    CHECK(count == 2 && states[0].known.pts == 8 && states[1].known.pts == 8);
    OK(tgs_get_sent_files(s, &files[0].known, 2, &count, E));
    CHECK(count == 1 && files[0].known.file_size == 5);
    IS_LATER(files[0]);
    files[1] = files[0];
    files[1].known.file_size = 6;
    OK(tgs_cache_sent_files(s, &files[0].known, 2, E));
    OK(tgs_get_sent_files(s, NULL, 0, &count, E)); /* how many: no struct, so no size */
    CHECK(count == 2);
    states[1].known.size = sizeof(tgs_update_state);
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "states[1].size", tgs_set_update_states(s, &states[0].known, 2, E));
    files[1].known.size = sizeof(tgs_sent_file);
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "files[1].size", tgs_cache_sent_files(s, &files[0].known, 2, E));
}

/* Each answer lies at the place of its id, and nobody's has the id 0. */
static void a_later_program_finds_many(tgs_session *s)
{
    struct later_peer peers[4];
    const int64_t ids[] = {5, 777000101, 777000101};
    memset(peers, 0xA5, sizeof peers);
    peers[0].known.size = sizeof *peers;
    OK(tgs_get_peers(s, ids, 3, &peers[0].known, E));
    CHECK(peers[0].known.id == 0 && peers[0].known.type == TGS_PEER_TYPE_UNKNOWN && !peers[0].known.has_access_hash);
    CHECK(peers[1].known.id == 777000101 && peers[2].known.id == 777000101);
    for (int i = 0; i < 3; i++)
        IS_LATER(peers[i]);
    CHECK((unsigned char)peers[3].known.id == 0xA5); /* untouched */
}

static void everything(const char *location)
{
    tgs_session *session = NULL;
    OK(tgs_open(location, NULL, &session, E));
    fill_session(session);
    wrong_sizes_are_refused(session);
    a_later_program_reads(session);
    a_later_programs_arrays(session);
    a_later_program_finds_many(session);
    tgs_close(session);
}

int main(void)
{
    everything(":memory:");
    make_session("sizes.session", "telethon@8");
    everything("sizes.session");
    return finish();
}
