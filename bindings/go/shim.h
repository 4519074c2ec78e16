/*
 * What stands between cgo and tgsession.h.
 *
 * A handle of tgsession is a number that only looks like a pointer. Go's garbage collector and stack copier may end a
 * program that has such a number in a variable of a pointer's type (GODEBUG, invalidptr); so Go sees a uintptr_t.
 *
 * Answers come back by value: a pointer to a Go variable would move that variable to the heap in every call.
 */
#ifndef TGSESSION_GO_SHIM_H
#define TGSESSION_GO_SHIM_H

#include <stdlib.h>

#include "tgsession.h"

typedef struct {
  int32_t status;
  tgs_error *error;
} go_result;

/* A call's body: runs it with `error` in scope, and answers with the result. */
#define GO_RESULT(call)                   \
  tgs_error *error = NULL;                \
  int32_t status = (call);                \
  return (go_result){status, error}

/* ---------- Sessions ---------- */

typedef struct {
  bool read_only;
  bool create;
  const char *format;
  const char *expected_format;
  bool wal;
  bool exclusive;
  int64_t busy_timeout; /* below 0: the library's default */
  bool has_max_bytes;
  uint64_t max_bytes;
  bool has_cache_size;
  uint32_t cache_size;
  int64_t username_expiry;
  const char *passphrase;
  const uint8_t *encryption_key;
  size_t encryption_key_len;
  const uint8_t *database_key; /* NULL: none; an empty one is a key, too */
  size_t database_key_len;
  const char *passcode;
  bool has_account;
  int64_t account;
  bool keep_foreign_tables;
  bool lease;
  const char *lease_owner;
  uint32_t lease_seconds;
} go_options;

typedef struct {
  go_result result;
  uintptr_t session;
} go_opened;

static inline tgs_session *go_session(uintptr_t session) { return (tgs_session *)session; }

static inline int32_t go_set_options(tgs_options *options, go_options wanted, tgs_error **error) {
  int32_t status = tgs_options_set_read_only(options, wanted.read_only, error);
  if (status == TGS_OK) status = tgs_options_set_create(options, wanted.create, error);
  if (status == TGS_OK && wanted.format != NULL) status = tgs_options_set_format(options, wanted.format, error);
  if (status == TGS_OK && wanted.expected_format != NULL)
    status = tgs_options_set_expected_format(options, wanted.expected_format, error);
  if (status == TGS_OK) status = tgs_options_set_wal(options, wanted.wal, error);
  if (status == TGS_OK) status = tgs_options_set_exclusive(options, wanted.exclusive, error);
  if (status == TGS_OK && wanted.busy_timeout >= 0)
    status = tgs_options_set_busy_timeout(options, (uint32_t)wanted.busy_timeout, error);
  if (status == TGS_OK && wanted.has_max_bytes) status = tgs_options_set_max_bytes(options, wanted.max_bytes, error);
  if (status == TGS_OK && wanted.has_cache_size) status = tgs_options_set_cache_size(options, wanted.cache_size, error);
  if (status == TGS_OK) status = tgs_options_set_username_expiry(options, wanted.username_expiry, error);
  if (status == TGS_OK && wanted.passphrase != NULL)
    status = tgs_options_set_passphrase(options, wanted.passphrase, error);
  if (status == TGS_OK && wanted.encryption_key != NULL)
    status = tgs_options_set_encryption_key(options, wanted.encryption_key, wanted.encryption_key_len, error);
  if (status == TGS_OK && wanted.database_key != NULL)
    status = tgs_options_set_database_key(options, wanted.database_key, wanted.database_key_len, error);
  if (status == TGS_OK && wanted.passcode != NULL) status = tgs_options_set_passcode(options, wanted.passcode, error);
  if (status == TGS_OK && wanted.has_account) status = tgs_options_set_account(options, &wanted.account, error);
  if (status == TGS_OK)
    status = tgs_options_set_keep_foreign_tables(options, wanted.keep_foreign_tables, error);
  if (status == TGS_OK)
    status = tgs_options_set_lease(options, wanted.lease, wanted.lease_owner, wanted.lease_seconds, error);
  return status;
}

/* An opener's body: runs the call with the options `wanted`, and with `options`, `session` and `error` in scope. */
#define GO_OPEN(call)                                                          \
  go_opened opened = {{TGS_OK, NULL}, 0};                                      \
  tgs_error **error = &opened.result.error;                                    \
  tgs_session *session = NULL;                                                 \
  tgs_options *options = tgs_options_new();                                    \
  opened.result.status = go_set_options(options, wanted, error);               \
  if (opened.result.status == TGS_OK) opened.result.status = (call);           \
  tgs_options_free(options);                                                   \
  opened.session = (uintptr_t)session;                                         \
  return opened

static inline go_opened go_open(const char *location, go_options wanted) {
  GO_OPEN(tgs_open(location, options, &session, error));
}

static inline go_opened go_open_string(const char *text, go_options wanted) {
  GO_OPEN(tgs_open_string(text, options, &session, error));
}

static inline go_opened go_open_bytes(const uint8_t *bytes, size_t len, go_options wanted) {
  GO_OPEN(tgs_open_bytes(bytes, len, options, &session, error));
}

static inline go_opened go_open_age(const uint8_t *bytes, size_t len, const char *passphrase, const char *identity,
                                    go_options wanted) {
  GO_OPEN(tgs_open_age(bytes, len, passphrase, identity, options, &session, error));
}

/* What an engine has beside the functions that are required. */
typedef struct {
  bool finds_usernames;
  bool finds_phone_numbers;
  bool saves;
  bool removes;
  bool has_transactions;
  bool has_leases;
  bool deletes_peers;
  bool keeps_values;
} go_abilities;

/* In engine.c. */
go_opened go_open_engine(uintptr_t engine, const char *location, uint32_t flags, go_abilities has, go_options wanted);

static inline void go_close(uintptr_t session) { tgs_close((tgs_session *)session); }

static inline go_result go_save(uintptr_t session) { GO_RESULT(tgs_save(go_session(session), &error)); }

static inline go_result go_change_passphrase(uintptr_t session, const char *passphrase) {
  GO_RESULT(tgs_change_passphrase(go_session(session), passphrase, &error));
}

static inline go_result go_change_encryption_key(uintptr_t session, const uint8_t *key, size_t len) {
  GO_RESULT(tgs_change_encryption_key(go_session(session), key, len, &error));
}

static inline go_result go_delete(uintptr_t session) { GO_RESULT(tgs_delete(go_session(session), &error)); }

/* ---------- Texts and fields ---------- */

/* NAME(session) answers with a value of TYPE by tgs_NAME. */
#define GO_GETTER(NAME, TYPE)                                                          \
  typedef struct {                                                                     \
    go_result result;                                                                  \
    TYPE value;                                                                        \
  } go_##NAME##_answer;                                                                \
  static inline go_##NAME##_answer go_##NAME(uintptr_t session) {                      \
    go_##NAME##_answer answer = {{TGS_OK, NULL}, 0};                                   \
    answer.result.status = tgs_##NAME(go_session(session), &answer.value, &answer.result.error); \
    return answer;                                                                     \
  }

#define GO_FIELD(NAME, TYPE)                                                                   \
  GO_GETTER(get_##NAME, TYPE)                                                                  \
  static inline go_result go_set_##NAME(uintptr_t session, bool present, TYPE value) {         \
    GO_RESULT(tgs_set_##NAME(go_session(session), present ? &value : NULL, &error));           \
  }

#define GO_KEY(NAME)                                                                           \
  static inline go_result go_get_##NAME(uintptr_t session, uint8_t *key, size_t key_len) {     \
    GO_RESULT(tgs_get_##NAME(go_session(session), key, key_len, &error));                      \
  }                                                                                            \
  static inline go_result go_set_##NAME(uintptr_t session, const uint8_t *key, size_t key_len) { \
    GO_RESULT(tgs_set_##NAME(go_session(session), key, key_len, &error));                      \
  }

GO_FIELD(dc_id, int32_t)
GO_FIELD(port, uint16_t)
GO_FIELD(api_id, int32_t)
GO_FIELD(test_mode, bool)
GO_FIELD(date, int64_t)
GO_FIELD(user_id, int64_t)
GO_FIELD(is_bot, bool)
GO_FIELD(takeout_id, int64_t)
GO_KEY(auth_key)
GO_KEY(tmp_auth_key)
GO_GETTER(get_format, char *)
GO_GETTER(get_server_address, char *)

static inline go_result go_set_server_address(uintptr_t session, const char *address) {
  GO_RESULT(tgs_set_server_address(go_session(session), address, &error));
}

typedef struct {
  go_result result;
  char *address;
  uint16_t port;
} go_address;

static inline go_address go_default_server_address(int32_t dc_id, bool test_mode) {
  go_address answer = {{TGS_OK, NULL}, NULL, 0};
  answer.result.status =
      tgs_default_server_address(dc_id, test_mode, &answer.address, &answer.port, &answer.result.error);
  return answer;
}

/* The pointers of `data` are taken from the other arguments: Go may pass none inside a struct. */
static inline tgs_session_data go_whole_data(tgs_session_data data, const char *server_address, const uint8_t *auth_key,
                                             const uint8_t *tmp_auth_key) {
  data.size = sizeof data;
  data.server_address = server_address;
  data.auth_key = auth_key;
  data.tmp_auth_key = tmp_auth_key;
  return data;
}

static inline go_result go_set_session_data(uintptr_t session, uint32_t which, tgs_session_data data,
                                            const char *server_address, const uint8_t *auth_key,
                                            const uint8_t *tmp_auth_key) {
  data = go_whole_data(data, server_address, auth_key, tmp_auth_key);
  GO_RESULT(tgs_set_session_data(go_session(session), &data, which, &error));
}

typedef struct {
  go_result result;
  const tgs_session_data *data;
} go_data;

static inline go_data go_get_session_data(uintptr_t session) {
  go_data answer = {{TGS_OK, NULL}, NULL};
  answer.result.status = tgs_get_session_data(go_session(session), &answer.data, &answer.result.error);
  return answer;
}

/* ---------- Peers ---------- */

typedef struct {
  go_result result;
  tgs_input_peer peer;
} go_found;

static inline go_result go_update_peers(uintptr_t session, const tgs_peer *peers, size_t count) {
  GO_RESULT(tgs_update_peers(go_session(session), peers, count, &error));
}

static inline go_result go_merge_peers(uintptr_t session, const tgs_peer *peers, size_t count) {
  GO_RESULT(tgs_merge_peers(go_session(session), peers, count, &error));
}

static inline go_result go_delete_peers(uintptr_t session, const int64_t *ids, size_t count) {
  GO_RESULT(tgs_delete_peers(go_session(session), ids, count, &error));
}

static inline go_result go_delete_all_peers(uintptr_t session) {
  GO_RESULT(tgs_delete_all_peers(go_session(session), &error));
}

static inline go_result go_prune_peers(uintptr_t session, int64_t seen_before, int32_t peer_type, int64_t keep_newest,
                                       uint64_t *removed) {
  GO_RESULT(tgs_prune_peers(go_session(session), seen_before, peer_type, keep_newest, removed, &error));
}

static inline go_result go_compact(uintptr_t session, int64_t max_bytes, int64_t *freed) {
  GO_RESULT(tgs_compact(go_session(session), max_bytes, freed, &error));
}

static inline go_result go_get_peers(uintptr_t session, const int64_t *ids, size_t count, tgs_input_peer *peers) {
  if (count > 0) peers->size = sizeof *peers;
  GO_RESULT(tgs_get_peers(go_session(session), ids, count, peers, &error));
}

#define GO_LOOKUP(NAME, TYPE)                                                                       \
  static inline go_found go_##NAME(uintptr_t session, TYPE key) {                                   \
    go_found found = {.peer.size = sizeof found.peer};                                              \
    found.result.status = tgs_##NAME(go_session(session), key, &found.peer, &found.result.error);   \
    return found;                                                                                   \
  }

GO_LOOKUP(get_peer_by_id, int64_t)
GO_LOOKUP(get_peer_by_username, const char *)
GO_LOOKUP(get_peer_by_phone_number, const char *)
GO_LOOKUP(get_peer_by_name, const char *)

typedef struct {
  go_result result;
  uintptr_t iter;
} go_iter;

typedef struct {
  go_result result;
  const tgs_peer *peer;
} go_next;

static inline go_iter go_peer_iter_new(uintptr_t session, const int64_t *ids, size_t count) {
  go_iter answer = {{TGS_OK, NULL}, 0};
  tgs_peer_iter *iter = NULL;
  answer.result.status = tgs_peer_iter_new(go_session(session), ids, count, &iter, &answer.result.error);
  answer.iter = (uintptr_t)iter;
  return answer;
}

static inline go_next go_peer_iter_next(uintptr_t iter) {
  go_next answer = {{TGS_OK, NULL}, NULL};
  answer.result.status = tgs_peer_iter_next((tgs_peer_iter *)iter, &answer.peer, &answer.result.error);
  return answer;
}

static inline void go_peer_iter_free(uintptr_t iter) { tgs_peer_iter_free((tgs_peer_iter *)iter); }

/* ---------- Update states and sent files ---------- */

typedef struct {
  go_result result;
  size_t count;
} go_count;

static inline go_count go_get_update_states(uintptr_t session, tgs_update_state *states, size_t capacity) {
  go_count answer = {{TGS_OK, NULL}, 0};
  if (capacity > 0) states->size = sizeof *states;
  answer.result.status =
      tgs_get_update_states(go_session(session), states, capacity, &answer.count, &answer.result.error);
  return answer;
}

typedef struct {
  go_result result;
  tgs_update_state state;
} go_state;

static inline go_state go_get_update_state(uintptr_t session, int64_t id) {
  go_state answer = {.state.size = sizeof answer.state};
  answer.result.status = tgs_get_update_state(go_session(session), id, &answer.state, &answer.result.error);
  return answer;
}

static inline go_result go_set_update_states(uintptr_t session, const tgs_update_state *states, size_t count) {
  GO_RESULT(tgs_set_update_states(go_session(session), states, count, &error));
}

static inline go_result go_delete_update_state(uintptr_t session, int64_t id) {
  GO_RESULT(tgs_delete_update_state(go_session(session), id, &error));
}

static inline go_count go_get_sent_files(uintptr_t session, tgs_sent_file *files, size_t capacity) {
  go_count answer = {{TGS_OK, NULL}, 0};
  if (capacity > 0) files->size = sizeof *files;
  answer.result.status = tgs_get_sent_files(go_session(session), files, capacity, &answer.count, &answer.result.error);
  return answer;
}

typedef struct {
  go_result result;
  tgs_sent_file file;
} go_file;

static inline go_file go_get_sent_file(uintptr_t session, const uint8_t *md5, int64_t file_size, int32_t type) {
  go_file answer = {.file.size = sizeof answer.file};
  answer.result.status =
      tgs_get_sent_file(go_session(session), md5, file_size, type, &answer.file, &answer.result.error);
  return answer;
}

static inline go_result go_cache_sent_files(uintptr_t session, const tgs_sent_file *files, size_t count) {
  GO_RESULT(tgs_cache_sent_files(go_session(session), files, count, &error));
}

/* ---------- Conversion ---------- */

typedef struct {
  go_result result;
  char *text;
  char *report;
} go_texts;

static inline go_texts go_export_session_string(uintptr_t session, const char *format, bool with_report) {
  go_texts answer = {{TGS_OK, NULL}, NULL, NULL};
  answer.result.status = tgs_export_session_string(go_session(session), format, &answer.text,
                                                   with_report ? &answer.report : NULL, &answer.result.error);
  return answer;
}

static inline go_texts go_convert(uintptr_t source, uintptr_t target, go_options wanted, const char *const *overrides,
                                  size_t count) {
  go_texts answer = {{TGS_OK, NULL}, NULL, NULL};
  tgs_error **error = &answer.result.error;
  tgs_options *options = tgs_options_new();
  answer.result.status = go_set_options(options, wanted, error);
  if (answer.result.status == TGS_OK)
    answer.result.status = tgs_convert_with_options(go_session(source), go_session(target), options, overrides, count,
                                                    &answer.report, error);
  tgs_options_free(options);
  return answer;
}

static inline go_texts go_export_file(uintptr_t source, const char *format, const char *path, go_options wanted,
                                      const char *const *overrides, size_t count) {
  go_texts answer = {{TGS_OK, NULL}, NULL, NULL};
  tgs_error **error = &answer.result.error;
  tgs_options *options = tgs_options_new();
  answer.result.status = go_set_options(options, wanted, error);
  if (answer.result.status == TGS_OK)
    answer.result.status = tgs_export_file_with_options(go_session(source), format, path, options, overrides, count,
                                                        &answer.report, error);
  tgs_options_free(options);
  return answer;
}

static inline go_texts go_inspect(uintptr_t session, bool show_secrets) {
  go_texts answer = {{TGS_OK, NULL}, NULL, NULL};
  answer.result.status = tgs_inspect(go_session(session), show_secrets, &answer.text, &answer.result.error);
  return answer;
}

static inline go_texts go_diagnose(const char *text) {
  go_texts answer = {{TGS_OK, NULL}, NULL, NULL};
  answer.result.status = tgs_diagnose(text, &answer.text, &answer.result.error);
  return answer;
}

static inline go_texts go_list_sessions(const char *location) {
  go_texts answer = {{TGS_OK, NULL}, NULL, NULL};
  answer.result.status = tgs_list_sessions(location, &answer.text, &answer.result.error);
  return answer;
}

/* ---------- Bytes ---------- */

typedef struct {
  go_result result;
  uint8_t *bytes;
  size_t len;
} go_bytes;

static inline go_bytes go_to_bytes(uintptr_t session, const char *format, bool compress) {
  go_bytes answer = {{TGS_OK, NULL}, NULL, 0};
  answer.result.status =
      tgs_to_bytes(go_session(session), format, compress, &answer.bytes, &answer.len, &answer.result.error);
  return answer;
}

static inline go_bytes go_to_age(uintptr_t session, const char *format, const char *passphrase,
                                 const char *const *recipients, size_t count) {
  go_bytes answer = {{TGS_OK, NULL}, NULL, 0};
  answer.result.status = tgs_to_age(go_session(session), format, passphrase, recipients, count, &answer.bytes,
                                    &answer.len, &answer.result.error);
  return answer;
}

GO_GETTER(change_count, uint64_t)

/* ---------- Values ---------- */

static inline go_result go_set_value(uintptr_t session, const char *name, const uint8_t *bytes, size_t len) {
  GO_RESULT(tgs_set_value(go_session(session), name, bytes, len, &error));
}

static inline go_bytes go_get_value(uintptr_t session, const char *name) {
  go_bytes answer = {{TGS_OK, NULL}, NULL, 0};
  answer.result.status = tgs_get_value(go_session(session), name, &answer.bytes, &answer.len, &answer.result.error);
  return answer;
}

static inline go_result go_delete_value(uintptr_t session, const char *name) {
  GO_RESULT(tgs_delete_value(go_session(session), name, &error));
}

static inline go_texts go_list_values(uintptr_t session) {
  go_texts answer = {{TGS_OK, NULL}, NULL, NULL};
  answer.result.status = tgs_list_values(go_session(session), &answer.text, &answer.result.error);
  return answer;
}

/* ---------- Data centres ---------- */

/* The keys are taken from the other arguments, as for go_whole_data; the addresses stand in C's memory. */
static inline go_result go_set_dc(uintptr_t session, tgs_dc dc, const uint8_t *auth_key, const uint8_t *tmp_auth_key) {
  dc.size = sizeof dc;
  dc.auth_key = auth_key;
  dc.tmp_auth_key = tmp_auth_key;
  GO_RESULT(tgs_set_dc(go_session(session), &dc, &error));
}

typedef struct {
  go_result result;
  const tgs_dc *dc;
} go_dc;

static inline go_dc go_get_dc(uintptr_t session, int32_t dc_id) {
  go_dc answer = {{TGS_OK, NULL}, NULL};
  answer.result.status = tgs_get_dc(go_session(session), dc_id, &answer.dc, &answer.result.error);
  return answer;
}

static inline go_result go_delete_dc(uintptr_t session, int32_t dc_id) {
  GO_RESULT(tgs_delete_dc(go_session(session), dc_id, &error));
}

static inline go_texts go_list_dcs(uintptr_t session) {
  go_texts answer = {{TGS_OK, NULL}, NULL, NULL};
  answer.result.status = tgs_list_dcs(go_session(session), &answer.text, &answer.result.error);
  return answer;
}

/* ---------- Counts ---------- */

typedef struct {
  go_result result;
  tgs_counts counts;
} go_counts;

static inline go_counts go_get_counts(uintptr_t session) {
  go_counts answer = {.counts.size = sizeof answer.counts};
  answer.result.status = tgs_get_counts(go_session(session), &answer.counts, &answer.result.error);
  return answer;
}

/* ---------- What an engine answers ---------- */

static inline tgs_answer *go_answer(uintptr_t answer) { return (tgs_answer *)answer; }

static inline go_result go_answer_session_data(uintptr_t answer, tgs_session_data data, const char *server_address,
                                               const uint8_t *auth_key, const uint8_t *tmp_auth_key) {
  data = go_whole_data(data, server_address, auth_key, tmp_auth_key);
  GO_RESULT(tgs_answer_session_data(go_answer(answer), &data, &error));
}

static inline go_result go_answer_peers(uintptr_t answer, const tgs_peer *peers, size_t count) {
  GO_RESULT(tgs_answer_peers(go_answer(answer), peers, count, &error));
}

static inline go_result go_answer_update_states(uintptr_t answer, const tgs_update_state *states, size_t count) {
  GO_RESULT(tgs_answer_update_states(go_answer(answer), states, count, &error));
}

static inline go_result go_answer_sent_files(uintptr_t answer, const tgs_sent_file *files, size_t count) {
  GO_RESULT(tgs_answer_sent_files(go_answer(answer), files, count, &error));
}

static inline go_result go_answer_holder(uintptr_t answer, const char *owner, int64_t since) {
  GO_RESULT(tgs_answer_holder(go_answer(answer), owner, since, &error));
}

static inline go_result go_answer_value(uintptr_t answer, const char *name, const uint8_t *bytes, size_t len) {
  GO_RESULT(tgs_answer_value(go_answer(answer), name, bytes, len, &error));
}

static inline go_result go_answer_cause(uintptr_t answer, const char *cause) {
  GO_RESULT(tgs_answer_cause(go_answer(answer), cause, &error));
}

#endif
