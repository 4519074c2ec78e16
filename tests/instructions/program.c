/* One operation, again and again, between two marks that callgrind counts between: program FOLDER OPERATION TIMES. */
#include <valgrind/callgrind.h>

#include "tgsession.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PEERS 2000
#define BATCH 200

static char path[4096];
static const char *format = "pyrogram@3";
static char names[PEERS + BATCH][32];
static char numbers[PEERS + BATCH][16];
static const char *lists[PEERS + BATCH][1];
static tgs_peer peers[PEERS + BATCH];

static void check(tgs_status status, tgs_error *error)
{
    if (status != TGS_OK) {
        fprintf(stderr, "program: %s\n", error ? tgs_error_message(error) : "failed");
        exit(1);
    }
}

static tgs_session *open_it(void)
{
    tgs_session *session = NULL;
    tgs_error *error = NULL;
    tgs_options *options = tgs_options_new();
    check(tgs_options_set_format(options, format, &error), error);
    check(tgs_open(path, options, &session, &error), error);
    tgs_options_free(options);
    return session;
}

static void one_field(const tgs_session *session)
{
    int32_t dc_id = 0;
    tgs_error *error = NULL;
    check(tgs_get_dc_id(session, &dc_id, &error), error);
}

static void by_id(const tgs_session *session, int64_t id)
{
    tgs_input_peer peer;
    tgs_error *error = NULL;
    memset(&peer, 0, sizeof peer);
    peer.size = sizeof peer;
    check(tgs_get_peer_by_id(session, id, &peer, &error), error);
}

static void by_username(const tgs_session *session, const char *name)
{
    tgs_input_peer peer;
    tgs_error *error = NULL;
    memset(&peer, 0, sizeof peer);
    peer.size = sizeof peer;
    check(tgs_get_peer_by_username(session, name, &peer, &error), error);
}

static void update(tgs_session *session, int first, int count)
{
    tgs_error *error = NULL;
    check(tgs_update_peers(session, peers + first, (size_t)count, &error), error);
}

/* As Kurigram tells of other usernames: without anything else. */
static void merge_usernames(tgs_session *session)
{
    tgs_peer told[BATCH];
    memset(told, 0, sizeof told);
    for (int i = 0; i < BATCH; i++) {
        told[i].size = sizeof told[i];
        told[i].id = peers[i].id;
        told[i].usernames = lists[PEERS + i];
        told[i].username_count = 1;
    }
    tgs_error *error = NULL;
    check(tgs_merge_peers(session, told, BATCH, &error), error);
}

/* To Telethon an entity has a phone number and a name, too. */
static void invent(void)
{
    const bool is_telethon = strcmp(format, "telethon@8") == 0;
    for (int i = 0; i < PEERS + BATCH; i++) {
        snprintf(names[i], sizeof names[i], "tgs_user_%d", i);
        lists[i][0] = names[i];
        peers[i].size = sizeof peers[i];
        peers[i].id = 1000 + i;
        peers[i].has_access_hash = true;
        peers[i].access_hash = i;
        peers[i].usernames = lists[i];
        peers[i].username_count = 1;
        if (is_telethon) {
            snprintf(numbers[i], sizeof numbers[i], "99966%07d", i);
            peers[i].phone_number = numbers[i];
            peers[i].name = "Anna Invented";
        }
    }
}

/* A file with a login and peers. */
static void make(void)
{
    tgs_session *session = open_it();
    tgs_error *error = NULL;
    uint8_t key[256];
    int32_t dc_id = 2;
    memset(key, 7, sizeof key);
    check(tgs_set_dc_id(session, &dc_id, &error), error);
    check(tgs_set_auth_key(session, key, sizeof key, &error), error);
    update(session, 0, PEERS);
    tgs_close(session);
}

static void run(const char *operation, int times)
{
    tgs_session *session = open_it();
    for (int warm = 0; warm < 3; warm++) {
        one_field(session);
        by_id(session, 1000);
        by_username(session, names[0]);
    }
    if (strcmp(operation, "update_200_again") == 0)
        update(session, 0, BATCH);
    CALLGRIND_TOGGLE_COLLECT;
    for (int i = 0; i < times; i++) {
        if (strcmp(operation, "open_field_close") == 0) {
            tgs_session *other = open_it();
            one_field(other);
            tgs_close(other);
        } else if (strcmp(operation, "field_hot") == 0) {
            one_field(session);
        } else if (strcmp(operation, "peer_by_id_hot") == 0) {
            by_id(session, 1000);
        } else if (strcmp(operation, "peer_by_id_once") == 0) {
            by_id(session, 1001 + i);
        } else if (strcmp(operation, "peer_by_username_once") == 0 || strcmp(operation, "kurigram_by_username_once") == 0) {
            by_username(session, names[1 + i]);
        } else if (strcmp(operation, "update_200_new") == 0 || strcmp(operation, "telethon_200_new") == 0) {
            update(session, PEERS, BATCH);
        } else if (strcmp(operation, "kurigram_200_merged") == 0) {
            merge_usernames(session);
        } else if (strcmp(operation, "update_200_again") == 0) {
            update(session, 0, BATCH);
        } else {
            fprintf(stderr, "program: there is no operation %s\n", operation);
            exit(2);
        }
    }
    CALLGRIND_TOGGLE_COLLECT;
    tgs_close(session);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    snprintf(path, sizeof path, "%s/%s.session", argv[1], argv[2]);
    if (strncmp(argv[2], "telethon", 8) == 0)
        format = "telethon@8";
    if (strncmp(argv[2], "kurigram", 8) == 0)
        format = "kurigram";
    invent();
    make();
    run(argv[2], atoi(argv[3]));
    return 0;
}
