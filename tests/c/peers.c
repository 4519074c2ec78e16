/* Peers that are wrong, alone and in the middle of a batch; and structs of a later header, which are larger. */
#include "check.h"

/* What a header of the future may hold. */
struct later_peer {
    tgs_peer known;
    int64_t unknown[3];
};

static tgs_peer a_peer(int64_t id)
{
    tgs_peer peer;
    memset(&peer, 0, sizeof peer);
    peer.size = sizeof peer;
    peer.id = id;
    return peer;
}

/* A batch with one bad peer is refused wholly. */
static void refused(tgs_session *s, tgs_peer bad, const char *names)
{
    tgs_peer batch[3] = {a_peer(777000201), bad, a_peer(777000203)};
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, names, tgs_update_peers(s, batch, 3, E));
    outputs_fill();
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_id(s, 777000201, &out.peer, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_id(s, 777000203, &out.peer, E));
    CHECK(outputs_untouched());
}

static void wrong_sizes(tgs_session *s)
{
    static const size_t right = sizeof(tgs_peer);
    const size_t wrong[] = {0, 1, right - 1, right - 8, right + 1, 1 << 20, (size_t)-1};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        tgs_peer peer = a_peer(777000202);
        peer.size = wrong[i];
        REFUSED(TGS_ERROR_INVALID_ARGUMENT, "peers[0].size", tgs_update_peers(s, &peer, 1, E));
        refused(s, peer, "peers[1].size");
    }
}

static void wrong_types(tgs_session *s)
{
    static const int32_t wrong[] = {-1, 9, 99, 101, INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        tgs_peer peer = a_peer(777000202);
        peer.type = wrong[i];
        refused(s, peer, "777000202");
    }
    tgs_peer peer = a_peer(777000202);
    peer.type = TGS_PEER_TYPE_OTHER;
    peer.type_name = "";
    refused(s, peer, "777000202");
}

static void wrong_texts(tgs_session *s)
{
    static const char not_utf8[] = "tgs_\xc3(";
    static const char *const usernames[] = {"tgs_good", not_utf8};
    tgs_peer peer = a_peer(777000202);
    peer.usernames = usernames;
    peer.username_count = 2;
    refused(s, peer, "777000202");
    peer.username_count = (size_t)-1;
    refused(s, peer, "777000202");
    peer.username_count = 1;
    peer.phone_number = not_utf8;
    refused(s, peer, "777000202");
    peer.phone_number = NULL;
    peer.name = not_utf8;
    refused(s, peer, "777000202");
    peer.name = NULL;
    peer.type = TGS_PEER_TYPE_OTHER;
    peer.type_name = not_utf8;
    refused(s, peer, "777000202");
    refused(s, a_peer(0), "peers[1]");
}

static void larger_structs(tgs_session *s)
{
    struct later_peer peers[3];
    memset(peers, 0x7F, sizeof peers);
    for (int i = 0; i < 3; i++) {
        peers[i].known = a_peer(777000301 + i);
        peers[i].known.size = sizeof peers[i];
    }
    OK(tgs_update_peers(s, (const tgs_peer *)peers, 3, E));
    for (int i = 0; i < 3; i++)
        OK(tgs_get_peer_by_id(s, 777000301 + i, &out.peer, E));
    peers[2].known.size = sizeof(tgs_peer);
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "peers[2].size", tgs_update_peers(s, (const tgs_peer *)peers, 3, E));
}

/* What a struct leaves out stays; an array of no usernames, and an empty text, say that there is none. */
static void merging(tgs_session *s)
{
    static const char *const usernames[] = {"tgs_merged", "tgs_too"};
    tgs_peer peer = a_peer(777000401);
    peer.access_hash = 5;
    peer.has_access_hash = true;
    peer.type = TGS_PEER_TYPE_BOT;
    peer.usernames = usernames;
    peer.username_count = 2;
    peer.phone_number = "99966110401";
    peer.name = "Merged";
    OK(tgs_update_peers(s, &peer, 1, E));
    tgs_peer min = a_peer(777000401);
    OK(tgs_merge_peers(s, &min, 1, E));
    tgs_input_peer found;
    found.size = sizeof found;
    OK(tgs_get_peer_by_username(s, "tgs_too", &found, E));
    CHECK(found.id == 777000401 && found.has_access_hash && found.access_hash == 5 && found.type == TGS_PEER_TYPE_BOT);
    OK(tgs_get_peer_by_phone_number(s, "99966110401", &found, E));
    OK(tgs_get_peer_by_name(s, "Merged", &found, E));
    min.usernames = usernames;
    min.phone_number = "";
    min.name = "";
    OK(tgs_merge_peers(s, &min, 1, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_username(s, "tgs_too", &found, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_phone_number(s, "99966110401", &found, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_name(s, "Merged", &found, E));
    OK(tgs_get_peer_by_id(s, 777000401, &found, E));
    CHECK(found.has_access_hash && found.access_hash == 5);
    /* One bad struct, and nothing of the batch is merged. */
    tgs_peer batch[2] = {a_peer(777000402), a_peer(777000403)};
    batch[1].type = 99;
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "777000403", tgs_merge_peers(s, batch, 2, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_id(s, 777000402, &found, E));
}

static void deleting(tgs_session *s)
{
    const int64_t ids[] = {777000401, 5, 0, 777000401};
    tgs_input_peer found;
    found.size = sizeof found;
    OK(tgs_delete_peers(s, ids, 4, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_id(s, 777000401, &found, E));
    OK(tgs_get_peer_by_id(s, 777000301, &found, E));
    OK(tgs_delete_all_peers(s, E));
    ANSWERS(TGS_NOT_FOUND, tgs_get_peer_by_id(s, 777000301, &found, E));
}

/* A large batch is one transaction. */
static void a_large_batch(tgs_session *s)
{
    enum { MANY = 3000 };
    tgs_peer *peers = (tgs_peer *)malloc(MANY * sizeof *peers);
    for (int i = 0; i < MANY; i++)
        peers[i] = a_peer(778000000 + i);
    OK(tgs_update_peers(s, peers, MANY, E));
    peers[MANY - 1].type = 99;
    REFUSED(TGS_ERROR_INVALID_ARGUMENT, "778002999", tgs_update_peers(s, peers, MANY, E));
    OK(tgs_get_peer_by_id(s, 778002999, &out.peer, E));
    free(peers);
}

static void everything(const char *location)
{
    tgs_session *session = NULL;
    OK(tgs_open(location, NULL, &session, E));
    wrong_sizes(session);
    wrong_types(session);
    wrong_texts(session);
    larger_structs(session);
    merging(session);
    deleting(session);
    tgs_close(session);
}

int main(void)
{
    outputs_fill();
    static const char *const formats[] = {"pyrogram@3", "kurigram@7", "pyrofork@4", "telethon@8"};
    everything(":memory:");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char path[64];
        snprintf(path, sizeof path, "peers-%s.session", formats[i]);
        make_session(path, formats[i]);
        everything(path);
    }
    tgs_session *session = NULL;
    OK(tgs_open("peers-pyrogram@3.session", NULL, &session, E));
    a_large_batch(session);
    tgs_close(session);
    return finish();
}
