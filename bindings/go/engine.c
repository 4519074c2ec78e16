/*
 * The table of an engine that is written in Go: C's functions, which call those of engine_calls.go. The context is the
 * number of a cgo.Handle and an answer that of the library, so that Go sees both as numbers, as shim.h tells.
 */
#include "_cgo_export.h"

static void destroy(void *context) { goEngineDestroy((uintptr_t)context); }

static int32_t get_session_data(void *context, tgs_answer *answer) {
  return goEngineGetSessionData((uintptr_t)context, (uintptr_t)answer);
}

static int32_t set_session_data(void *context, const tgs_session_data *data, uint32_t which, tgs_answer *answer) {
  return goEngineSetSessionData((uintptr_t)context, (uintptr_t)answer, (tgs_session_data *)data, which);
}

static int32_t put_peers(void *context, const tgs_peer *peers, size_t count, tgs_answer *answer) {
  return goEnginePutPeers((uintptr_t)context, (uintptr_t)answer, (tgs_peer *)peers, count);
}

static int32_t get_peers(void *context, const int64_t *ids, size_t count, tgs_answer *answer) {
  return goEngineGetPeers((uintptr_t)context, (uintptr_t)answer, (int64_t *)ids, count);
}

static int32_t delete_peers(void *context, const int64_t *ids, size_t count, tgs_answer *answer) {
  return goEngineDeletePeers((uintptr_t)context, (uintptr_t)answer, (int64_t *)ids, count);
}

static int32_t get_peers_by_username(void *context, const char *const *usernames, size_t count, tgs_answer *answer) {
  return goEngineGetPeersByUsername((uintptr_t)context, (uintptr_t)answer, (char **)usernames, count);
}

static int32_t get_peers_by_phone_number(void *context, const char *phone_number, tgs_answer *answer) {
  return goEngineGetPeersByPhoneNumber((uintptr_t)context, (uintptr_t)answer, (char *)phone_number);
}

static int32_t get_update_states(void *context, tgs_answer *answer) {
  return goEngineGetUpdateStates((uintptr_t)context, (uintptr_t)answer);
}

static int32_t set_update_states(void *context, const tgs_update_state *states, size_t count, tgs_answer *answer) {
  return goEngineSetUpdateStates((uintptr_t)context, (uintptr_t)answer, (tgs_update_state *)states, count);
}

static int32_t delete_update_state(void *context, int64_t id, tgs_answer *answer) {
  return goEngineDeleteUpdateState((uintptr_t)context, (uintptr_t)answer, id);
}

static int32_t get_sent_files(void *context, tgs_answer *answer) {
  return goEngineGetSentFiles((uintptr_t)context, (uintptr_t)answer);
}

static int32_t cache_sent_files(void *context, const tgs_sent_file *files, size_t count, tgs_answer *answer) {
  return goEngineCacheSentFiles((uintptr_t)context, (uintptr_t)answer, (tgs_sent_file *)files, count);
}

static int32_t save(void *context, tgs_answer *answer) {
  return goEngineSave((uintptr_t)context, (uintptr_t)answer);
}

static int32_t remove_session(void *context, tgs_answer *answer) {
  return goEngineRemove((uintptr_t)context, (uintptr_t)answer);
}

static int32_t begin(void *context, tgs_answer *answer) {
  return goEngineBegin((uintptr_t)context, (uintptr_t)answer);
}

static int32_t finish(void *context, bool keep, tgs_answer *answer) {
  return goEngineFinish((uintptr_t)context, (uintptr_t)answer, keep);
}

static int32_t take_lease(void *context, const char *key_id, const char *token, const char *owner, uint32_t seconds,
                          tgs_answer *answer) {
  return goEngineTakeLease((uintptr_t)context, (uintptr_t)answer, (char *)key_id, (char *)token, (char *)owner,
                              seconds);
}

static int32_t release_lease(void *context, const char *key_id, const char *token, tgs_answer *answer) {
  return goEngineReleaseLease((uintptr_t)context, (uintptr_t)answer, (char *)key_id, (char *)token);
}

static int32_t get_values(void *context, const char *const *names, size_t count, tgs_answer *answer) {
  return goEngineGetValues((uintptr_t)context, (uintptr_t)answer, (char **)names, count);
}

static int32_t set_value(void *context, const char *name, const uint8_t *bytes, size_t len, tgs_answer *answer) {
  return goEngineSetValue((uintptr_t)context, (uintptr_t)answer, (char *)name, (uint8_t *)bytes, len);
}

static tgs_engine table(uintptr_t engine, const char *location, uint32_t flags) {
  return (tgs_engine){
      .size = sizeof(tgs_engine),
      .version = TGS_ENGINE_VERSION,
      .flags = flags,
      .context = (void *)engine,
      .location = location,
      .destroy = destroy,
      .get_session_data = get_session_data,
      .set_session_data = set_session_data,
      .put_peers = put_peers,
      .get_peers = get_peers,
      .get_update_states = get_update_states,
      .set_update_states = set_update_states,
      .delete_update_state = delete_update_state,
      .get_sent_files = get_sent_files,
      .cache_sent_files = cache_sent_files,
  };
}

go_opened go_open_engine(uintptr_t engine, const char *location, uint32_t flags, go_abilities has, go_options wanted) {
  tgs_engine functions = table(engine, location, flags);
  if (has.finds_usernames) functions.get_peers_by_username = get_peers_by_username;
  if (has.finds_phone_numbers) functions.get_peers_by_phone_number = get_peers_by_phone_number;
  if (has.saves) functions.save = save;
  if (has.removes) functions.remove = remove_session;
  if (has.has_transactions) functions.begin = begin;
  if (has.has_transactions) functions.finish = finish;
  if (has.has_leases) functions.take_lease = take_lease;
  if (has.has_leases) functions.release_lease = release_lease;
  if (has.deletes_peers) functions.delete_peers = delete_peers;
  if (has.keeps_values) functions.get_values = get_values;
  if (has.keeps_values) functions.set_value = set_value;
  GO_OPEN(tgs_open_engine(&functions, options, &session, error));
}
