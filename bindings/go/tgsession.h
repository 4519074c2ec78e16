/*
 * tgsession: one library that opens, keeps and converts the session of any Telegram client.
 *
 * This header is the manual; read it from top to bottom. It is generated from src/ffi (make header).
 *
 * Errors travel with the call. A fallible function returns a tgs_status and takes a last parameter
 * `tgs_error **error`, which may be NULL and is never read. TGS_OK (0) is success; TGS_NOT_FOUND and TGS_EXPIRED are
 * ordinary answers without an error object; for every other status `*error` becomes an object with a message, which
 * you free with tgs_error_free(). Otherwise `*error` becomes NULL. Other outputs are written on TGS_OK only.
 *
 * Ownership. What a function gives you through `char **` you free with tgs_string_free(); sessions, options and
 * iterators have their own tgs_..._close() or _free(). What you pass in stays yours.
 *
 * Absence. NULL means absent, never empty. A getter answers TGS_NOT_FOUND for an absent field.
 *
 * Threads. A session may be used from any thread, and each call is atomic: it is done wholly or, with an error, not at
 * all. What a call wrote is there after the process is killed; tgs_save() makes it survive a loss of power. No
 * transaction outlives a call, so other programs, some of them Python clients, use the same file at the same time. Only
 * within one process a file must not be open through this library and through another copy of SQLite (Python's sqlite3):
 * POSIX lets them drop each other's locks.
 *
 * Mistakes. NULL, text that is not UTF-8, a wrong length and a closed handle are TGS_ERROR_INVALID_ARGUMENT or
 * TGS_ERROR_CLOSED, never undefined behaviour. A defect of the library is TGS_ERROR_INTERNAL, never a crash.
 *
 * Secrets. The auth key is somebody's way into an account. It is wiped from memory when it is dropped, and is in no
 * error and in no description, unless you ask for it by name.
 */

#ifndef TGSESSION_H
#define TGSESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The version of the binary interface that this header describes. A library with the same number is compatible.
 */
#define TGS_ABI_VERSION 1

/**
 * Usernames never expire.
 */
#define TGS_USERNAME_EXPIRY_NEVER -1

/**
 * Usernames expire as in the session's own client: after 8 hours in Pyrogram's family, never in Telethon's.
 */
#define TGS_USERNAME_EXPIRY_AS_CLIENT -2

/**
 * The number of bytes in an auth key.
 */
#define TGS_AUTH_KEY_LEN 256

/**
 * The version of tgs_engine that this header describes.
 */
#define TGS_ENGINE_VERSION 1

/**
 * What was written is there when the place is opened again.
 */
#define TGS_ENGINE_PERSISTENT 1

/**
 * Usernames expire, as in Pyrogram's family.
 */
#define TGS_ENGINE_USERNAMES_EXPIRE 2

/**
 * What a call came to. Numbers are never reused.
 */
typedef enum tgs_status {
  /**
   * Done.
   */
  TGS_OK = 0,
  /**
   * An ordinary answer: it is not there, or absent. No error object.
   */
  TGS_NOT_FOUND = 1,
  /**
   * An ordinary answer: the username was last seen too long ago to be believed. No error object.
   */
  TGS_EXPIRED = 2,
  /**
   * An argument is NULL, not UTF-8, of a wrong length or out of range.
   */
  TGS_ERROR_INVALID_ARGUMENT = 10,
  /**
   * The handle was closed, or the session deleted.
   */
  TGS_ERROR_CLOSED = 11,
  /**
   * The session, its file or its medium is read-only.
   */
  TGS_ERROR_READ_ONLY = 12,
  /**
   * This session, or this build of the library, cannot do that.
   */
  TGS_ERROR_UNSUPPORTED = 13,
  /**
   * The operating system refused to read or write.
   */
  TGS_ERROR_IO = 20,
  /**
   * There is no such file or folder.
   */
  TGS_ERROR_FILE_NOT_FOUND = 21,
  /**
   * The operating system denies access.
   */
  TGS_ERROR_PERMISSION_DENIED = 22,
  /**
   * No space is left.
   */
  TGS_ERROR_DISK_FULL = 23,
  /**
   * Another program holds the session's lock.
   */
  TGS_ERROR_LOCKED = 24,
  /**
   * What is there is no session that this library knows.
   */
  TGS_ERROR_NOT_A_SESSION = 30,
  /**
   * The session is damaged.
   */
  TGS_ERROR_CORRUPT = 31,
  /**
   * The session's version is newer than this library.
   */
  TGS_ERROR_UNKNOWN_VERSION = 32,
  /**
   * A text is not an intact session string.
   */
  TGS_ERROR_BAD_SESSION_STRING = 33,
  /**
   * A value is unknown that the target cannot do without.
   */
  TGS_ERROR_INCOMPLETE = 40,
  /**
   * A server cannot be reached or answered with an error.
   */
  TGS_ERROR_SERVER = 50,
  /**
   * The auth key is in use elsewhere.
   */
  TGS_ERROR_IN_USE = 51,
  /**
   * A defect of this library.
   */
  TGS_ERROR_INTERNAL = 90,
} tgs_status;

/**
 * Names fields, as bits that are added up. Numbers are never reused.
 */
typedef enum tgs_field {
  /**
   * dc_id
   */
  TGS_FIELD_DC_ID = 1,
  /**
   * server_address
   */
  TGS_FIELD_SERVER_ADDRESS = 2,
  /**
   * port
   */
  TGS_FIELD_PORT = 4,
  /**
   * api_id
   */
  TGS_FIELD_API_ID = 8,
  /**
   * test_mode
   */
  TGS_FIELD_TEST_MODE = 16,
  /**
   * auth_key
   */
  TGS_FIELD_AUTH_KEY = 32,
  /**
   * date
   */
  TGS_FIELD_DATE = 64,
  /**
   * user_id
   */
  TGS_FIELD_USER_ID = 128,
  /**
   * is_bot
   */
  TGS_FIELD_IS_BOT = 256,
  /**
   * takeout_id
   */
  TGS_FIELD_TAKEOUT_ID = 512,
  /**
   * tmp_auth_key
   */
  TGS_FIELD_TMP_AUTH_KEY = 1024,
} tgs_field;

/**
 * The type of a peer. Numbers are never reused.
 */
typedef enum tgs_peer_type {
  /**
   * Not told, in a peer that you write. What is read is then what the id's mark tells: user, group or channel.
   */
  TGS_PEER_TYPE_UNKNOWN = 0,
  /**
   * A person.
   */
  TGS_PEER_TYPE_USER = 1,
  /**
   * A bot.
   */
  TGS_PEER_TYPE_BOT = 2,
  /**
   * A basic group.
   */
  TGS_PEER_TYPE_GROUP = 3,
  /**
   * A broadcast channel.
   */
  TGS_PEER_TYPE_CHANNEL = 4,
  /**
   * A supergroup.
   */
  TGS_PEER_TYPE_SUPERGROUP = 5,
  /**
   * A supergroup with topics (Kurigram).
   */
  TGS_PEER_TYPE_FORUM = 6,
  /**
   * The direct messages of a channel, a monoforum (Kurigram).
   */
  TGS_PEER_TYPE_DIRECT = 7,
  /**
   * A community (Kurigram).
   */
  TGS_PEER_TYPE_COMMUNITY = 8,
  /**
   * A type that this library does not know yet: `type_name` tells it.
   */
  TGS_PEER_TYPE_OTHER = 100,
} tgs_peer_type;

/**
 * Takes what a function of an engine answers. It belongs to the library and is there until that function returns.
 */
typedef struct tgs_answer tgs_answer;

/**
 * Why a call failed. It belongs to the caller, who frees it with tgs_error_free(); it never changes.
 */
typedef struct tgs_error tgs_error;

/**
 * How a session is opened. Made by tgs_options_new(), freed by tgs_options_free(); one object may serve many opens.
 */
typedef struct tgs_options tgs_options;

/**
 * Walks over whole peers. Made by tgs_peer_iter_new(), freed by tgs_peer_iter_free().
 */
typedef struct tgs_peer_iter tgs_peer_iter;

/**
 * An open session. Every thread may use it, each call is atomic. Close it with tgs_close().
 */
typedef struct tgs_session tgs_session;

/**
 * The fields of a session; each is as its getter describes it. Set all of it to zero, then `size`, then what is there.
 */
typedef struct tgs_session_data {
  /**
   * sizeof(tgs_session_data).
   */
  size_t size;
  /**
   * Only if has_dc_id; likewise the other numbers.
   */
  int32_t dc_id;
  /**
   * The application's id.
   */
  int32_t api_id;
  /**
   * IPv4 or IPv6 as text; NULL for absent.
   */
  const char *server_address;
  /**
   * TGS_AUTH_KEY_LEN bytes; NULL for absent.
   */
  const uint8_t *auth_key;
  /**
   * TGS_AUTH_KEY_LEN bytes; NULL for absent.
   */
  const uint8_t *tmp_auth_key;
  /**
   * Unix seconds of the last save.
   */
  int64_t date;
  /**
   * The account's own id.
   */
  int64_t user_id;
  /**
   * The takeout that is under way (Telethon).
   */
  int64_t takeout_id;
  /**
   * TCP port.
   */
  uint16_t port;
  /**
   * Whether the key belongs to Telegram's test servers.
   */
  bool test_mode;
  /**
   * Whether the account is a bot.
   */
  bool is_bot;
  /**
   * Whether dc_id is there.
   */
  bool has_dc_id;
  /**
   * Whether port is there.
   */
  bool has_port;
  /**
   * Whether api_id is there.
   */
  bool has_api_id;
  /**
   * Whether test_mode is there.
   */
  bool has_test_mode;
  /**
   * Whether date is there.
   */
  bool has_date;
  /**
   * Whether user_id is there.
   */
  bool has_user_id;
  /**
   * Whether is_bot is there.
   */
  bool has_is_bot;
  /**
   * Whether takeout_id is there.
   */
  bool has_takeout_id;
} tgs_session_data;

/**
 * All that is known of a peer. Set all of it to zero, then `size`, then what you know.
 */
typedef struct tgs_peer {
  /**
   * sizeof(tgs_peer).
   */
  size_t size;
  /**
   * The marked id: a user's is positive, a basic group's -id, a channel's -1000000000000 - id. Never 0.
   */
  int64_t id;
  /**
   * The whole signed range; only if has_access_hash.
   */
  int64_t access_hash;
  /**
   * Absent and 0 are different things to a client.
   */
  bool has_access_hash;
  /**
   * A tgs_peer_type; never TGS_PEER_TYPE_UNKNOWN where you read it.
   */
  int32_t type;
  /**
   * The type's name, for TGS_PEER_TYPE_OTHER only; else NULL.
   */
  const char *type_name;
  /**
   * username_count texts, the main one first. In any case, with or without "@".
   */
  const char *const *usernames;
  /**
   * How many usernames.
   */
  size_t username_count;
  /**
   * With or without "+" and spaces; NULL for none.
   */
  const char *phone_number;
  /**
   * The display name (Telethon); NULL for none.
   */
  const char *name;
  /**
   * When the peer was last seen, in Unix seconds. 0: not known, or, when you write it, now.
   */
  int64_t last_update_on;
} tgs_peer;

/**
 * The answer of a lookup: as much as an InputPeer needs. It holds no pointers and is yours.
 */
typedef struct tgs_input_peer {
  /**
   * The marked id.
   */
  int64_t id;
  /**
   * The id without its mark, as Telegram's own methods take it.
   */
  int64_t bare_id;
  /**
   * Only if has_access_hash.
   */
  int64_t access_hash;
  /**
   * When the peer was last seen, in Unix seconds; 0 where the client keeps no time.
   */
  int64_t last_update_on;
  /**
   * A tgs_peer_type, never TGS_PEER_TYPE_UNKNOWN.
   */
  int32_t type;
  /**
   * Absent and 0 are different things to a client.
   */
  bool has_access_hash;
} tgs_input_peer;

/**
 * How far updates were read. No state, a state with an absent value, and 0 are three different things.
 */
typedef struct tgs_update_state {
  /**
   * 0 for the account, else the marked id of a channel.
   */
  int64_t id;
  /**
   * Only if has_pts; likewise the others.
   */
  int64_t pts;
  /**
   * The position in secret chats' events.
   */
  int64_t qts;
  /**
   * Unix seconds.
   */
  int64_t date;
  /**
   * The number of the last updates container.
   */
  int64_t seq;
  /**
   * Whether pts is known.
   */
  bool has_pts;
  /**
   * Whether qts is known.
   */
  bool has_qts;
  /**
   * Whether date is known.
   */
  bool has_date;
  /**
   * Whether seq is known.
   */
  bool has_seq;
} tgs_update_state;

/**
 * A file that was uploaded before (Telethon).
 */
typedef struct tgs_sent_file {
  /**
   * The MD5 of its content.
   */
  uint8_t md5[16];
  /**
   * Its size in bytes.
   */
  int64_t size;
  /**
   * Telegram's id of it.
   */
  int64_t id;
  /**
   * Telegram's access hash of it.
   */
  int64_t access_hash;
  /**
   * 0 document, 1 photo.
   */
  int32_t type;
} tgs_sent_file;

/**
 * A storage engine of your own: a table of functions over whatever keeps the session, seen as any other engine, so that
 * lookups, expiry, conversion and session strings work over it. It keeps what it is given and gives it back as it was;
 * the rules (who has a username, which peer is newest, what is absent) are the library's.
 *
 * Each function gets `context` first and `answer` last. It answers TGS_OK, or a TGS_ERROR_ number after
 * tgs_answer_cause(); TGS_ERROR_SERVER where nothing else fits. It is done wholly, or fails and changes nothing. What
 * it is given belongs to the library and is there until it returns. The library calls one function at a time, from any
 * thread, and never again after `destroy`. A function must not call the session that it serves.
 *
 * Set all of it to zero, then fill it. Functions marked "Required" must be there; any other may be NULL.
 */
typedef struct tgs_engine {
  /**
   * sizeof(tgs_engine).
   */
  size_t size;
  /**
   * TGS_ENGINE_VERSION.
   */
  uint32_t version;
  /**
   * A sum of TGS_ENGINE_PERSISTENT and TGS_ENGINE_USERNAMES_EXPIRE.
   */
  uint32_t flags;
  /**
   * Yours: given to each function. May be NULL.
   */
  void *context;
  /**
   * Required. Where the session is, as errors name it, like "redis://host/0 my_account". It must hold no secret. Copied.
   */
  const char *location;
  /**
   * Frees the context; called once, when the session is closed.
   */
  void (*destroy)(void *context);
  /**
   * Required. Answers with the fields: tgs_answer_session_data(). Without that all are absent.
   */
  int32_t (*get_session_data)(void *context, struct tgs_answer *answer);
  /**
   * Required. Writes the fields in `which`, a sum of tgs_field numbers; those that are absent in `data` become absent.
   */
  int32_t (*set_session_data)(void *context,
                              const struct tgs_session_data *data,
                              uint32_t which,
                              struct tgs_answer *answer);
  /**
   * Required. Replaces peers by their ids.
   */
  int32_t (*put_peers)(void *context,
                       const struct tgs_peer *peers,
                       size_t count,
                       struct tgs_answer *answer);
  /**
   * Required. Answers with the peers that have these ids; with all peers if `ids` is NULL: tgs_answer_peers().
   */
  int32_t (*get_peers)(void *context, const int64_t *ids, size_t count, struct tgs_answer *answer);
  /**
   * Answers with every peer that has one of these usernames. NULL: they are found by reading all peers.
   */
  int32_t (*get_peers_by_username)(void *context,
                                   const char *const *usernames,
                                   size_t count,
                                   struct tgs_answer *answer);
  /**
   * Answers with every peer that has this phone number. NULL: they are found by reading all peers.
   */
  int32_t (*get_peers_by_phone_number)(void *context,
                                       const char *phone_number,
                                       struct tgs_answer *answer);
  /**
   * Required. Answers with the update states: tgs_answer_update_states().
   */
  int32_t (*get_update_states)(void *context, struct tgs_answer *answer);
  /**
   * Required. Replaces update states by their ids.
   */
  int32_t (*set_update_states)(void *context,
                               const struct tgs_update_state *states,
                               size_t count,
                               struct tgs_answer *answer);
  /**
   * Required. Removes an update state; it need not be there.
   */
  int32_t (*delete_update_state)(void *context, int64_t id, struct tgs_answer *answer);
  /**
   * Required. Answers with the sent files: tgs_answer_sent_files().
   */
  int32_t (*get_sent_files)(void *context, struct tgs_answer *answer);
  /**
   * Required. Replaces sent files by their MD5, size and type.
   */
  int32_t (*cache_sent_files)(void *context,
                              const struct tgs_sent_file *files,
                              size_t count,
                              struct tgs_answer *answer);
  /**
   * Makes what was written survive a loss of power. NULL: nothing is needed for that.
   */
  int32_t (*save)(void *context, struct tgs_answer *answer);
  /**
   * Removes the session and all that belongs to it. NULL: tgs_delete() is TGS_ERROR_UNSUPPORTED.
   */
  int32_t (*remove)(void *context, struct tgs_answer *answer);
  /**
   * Begins a change of several calls that `finish` ends. NULL: there are no transactions, and a conversion that fails
   * half-way leaves peers without a login.
   */
  int32_t (*begin)(void *context, struct tgs_answer *answer);
  /**
   * Ends it: keeps all of it, or undoes all of it. Required where there is `begin`.
   */
  int32_t (*finish)(void *context, bool keep, struct tgs_answer *answer);
  /**
   * Takes the lease on an auth key, or renews it where `token` holds it; one that has ended is anybody's. Where
   * somebody else holds it, changes nothing and answers who: tgs_answer_holder(). Atomic among all machines. NULL:
   * leases hold on this machine only. Called from a thread of the library's too.
   */
  int32_t (*take_lease)(void *context,
                        const char *key_id,
                        const char *token,
                        const char *owner,
                        uint32_t seconds,
                        struct tgs_answer *answer);
  /**
   * Gives a lease back, if `token` holds it. Required where there is `take_lease`.
   */
  int32_t (*release_lease)(void *context,
                           const char *key_id,
                           const char *token,
                           struct tgs_answer *answer);
} tgs_engine;









#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/* ---------- Versions -------------------------------------------------------------------------------------------- */

/**
 * The version of the binary interface of the library that is loaded.
 *
 * Compare it with TGS_ABI_VERSION, which is the one that this header describes, before you call anything else.
 *
 * Any thread. Since 0.1.0.
 */
uint32_t tgs_abi_version(void);

/**
 * The version of the library, like "0.1.0". The text is the library's and lives as long as the program.
 *
 * Any thread. Since 0.1.0.
 */
const char *tgs_version(void);

/* ---------- Status and errors ----------------------------------------------------------------------------------- */

/**
 * The name of a status, like "TGS_ERROR_LOCKED"; "TGS_STATUS_UNKNOWN" for a number that this library does not know.
 * The text is the library's and lives as long as the program.
 *
 * Any thread. Since 0.1.0.
 */
const char *tgs_status_name(int32_t status);

/**
 * The status with which the call failed; TGS_OK for NULL.
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_error_status(const struct tgs_error *error);

/**
 * What went wrong, for people: it names the session and the cause and holds no secret. UTF-8, never NULL, empty for a
 * NULL error. The text belongs to the error and lives as long as it.
 *
 * Any thread. Since 0.1.0.
 */
const char *tgs_error_message(const struct tgs_error *error);

/**
 * Frees an error. NULL is ignored.
 *
 * Any thread. Since 0.1.0.
 */
void tgs_error_free(struct tgs_error *error);

/* ---------- Texts ----------------------------------------------------------------------------------------------- */

/**
 * Wipes and frees a text that a call of this library gave to you as `char **`. NULL is ignored.
 *
 * Any thread. Since 0.1.0.
 */
void tgs_string_free(char *text);

/* ---------- Options --------------------------------------------------------------------------------------------- */

/**
 * Makes options with the defaults: read and write; make what is not there, as a Pyrogram 3 file; wait 5 seconds for a
 * lock; let usernames expire as the session's own client does. Free them with tgs_options_free().
 *
 * Any thread. Never fails but by a defect, with NULL. Since 0.1.0.
 */
struct tgs_options *tgs_options_new(void);

/**
 * Frees options; sessions that were opened with them stay as they are. NULL and freed options are ignored.
 *
 * Any thread. Since 0.1.0.
 */
void tgs_options_free(struct tgs_options *options);

/**
 * Opens read-only: nothing of the session changes, whatever is called, and what is not there is not made. A WAL file
 * on a read-only medium, a file that another program has locked and one that a killed program left in the middle of a
 * write are read rightly all the same, from a private copy where need be.
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_options_set_read_only(struct tgs_options *options,
                                          bool read_only,
                                          struct tgs_error **error);

/**
 * Whether what is not there is made (the default) or is TGS_ERROR_FILE_NOT_FOUND.
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_options_set_create(struct tgs_options *options,
                                       bool create,
                                       struct tgs_error **error);

/**
 * The layout in which a new file is made: "pyrogram@3" (the default; Pyrogram 2, Hydrogram, and every fork opens it),
 * "kurigram@7", "kurigram@6", "pyrofork@4", "telethon@8", "telethon@7", "telethon@10". Without "@" and a number, the
 * newest one. A file that is there keeps its layout.
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT for another name. Since 0.1.0.
 */
enum tgs_status tgs_options_set_format(struct tgs_options *options,
                                       const char *format,
                                       struct tgs_error **error);

/**
 * Whether a new file is made in SQLite's WAL mode, where a commit costs less and readers never wait for a writer, but
 * two more files stand beside it while it is open. Default: no. A file that is there keeps its mode.
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_options_set_wal(struct tgs_options *options,
                                    bool wal,
                                    struct tgs_error **error);

/**
 * How long a call waits for another program's lock before it fails with TGS_ERROR_LOCKED, in milliseconds.
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_options_set_busy_timeout(struct tgs_options *options,
                                             uint32_t milliseconds,
                                             struct tgs_error **error);

/**
 * After how many seconds without a sighting a lookup by username answers TGS_EXPIRED: usernames change hands. 0 or
 * more, TGS_USERNAME_EXPIRY_NEVER, or TGS_USERNAME_EXPIRY_AS_CLIENT (the default).
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT for another negative number. Since 0.1.0.
 */
enum tgs_status tgs_options_set_username_expiry(struct tgs_options *options,
                                                int64_t seconds,
                                                struct tgs_error **error);

/**
 * Leases the auth key while a session is open, now or as soon as it has one: the same key in use twice makes Telegram
 * end the login for good. Then opening it twice, in this process, in another one on this machine (of any user who
 * shares its temporary folder), or on another machine through the same store (MongoDB, SQL, an engine of your own), is
 * TGS_ERROR_IN_USE, and the message says by whom and since when. The lease of a process that died is over: at once on one
 * machine, after `seconds` in a store. Who loses it, because the process slept for longer, gets TGS_ERROR_IN_USE from
 * every call. A session that is opened read-only takes no lease.
 *
 * @param lease     Whether there is a lease. The default is none.
 * @param owner     What others are told who holds it; NULL for the process and the host.
 * @param seconds   3 to 86400; 0 for the default, 30.
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT. Since 0.1.0.
 */
enum tgs_status tgs_options_set_lease(struct tgs_options *options,
                                      bool lease,
                                      const char *owner,
                                      uint32_t seconds,
                                      struct tgs_error **error);

/* ---------- Opening and closing --------------------------------------------------------------------------------- */

/**
 * Opens a session: a path, ":memory:" (nothing is kept), a session string, or a URL. The library recognises whose it is
 * by its shape. A file that is there is opened as it is, in its client's layout and version: opening writes nothing. A
 * path where nothing is becomes a new file, with permissions for its owner only, unless the options say otherwise.
 *
 * URLs, where the library was built with their engines: "mongodb://host/NAME" (the layout of Pyrofork's MongoStorage),
 * "postgresql://host/database?session=NAME", "mysql://..." and "sqlite:///file?session=NAME" (many sessions in one
 * database, in the layout of Telethon's AlchemySession). User, password, TLS and time-outs are in the URL; README.md
 * lists the parameters. Connections are shared by all sessions of the process.
 *
 * @param location  NUL-terminated UTF-8.
 * @param options   NULL for the defaults. They may be freed afterwards.
 * @param session   Receives the session; close it with tgs_close().
 * @param error     NULL, or receives why it failed.
 *
 * Any thread. TGS_ERROR_FILE_NOT_FOUND, _PERMISSION_DENIED, _LOCKED, _NOT_A_SESSION, _CORRUPT, _UNKNOWN_VERSION,
 * _BAD_SESSION_STRING, _UNSUPPORTED (a URL of an engine that this build lacks), _SERVER, _IN_USE, _DISK_FULL, _IO.
 * Since 0.1.0.
 */
enum tgs_status tgs_open(const char *location,
                         const struct tgs_options *options,
                         struct tgs_session **session,
                         struct tgs_error **error);

/**
 * Opens a session string of any format, in memory. White space, quotes, lost or added padding and the other base64
 * alphabet are mended; a text that is cut, shifted or otherwise damaged is refused with a message that says what it
 * looks like and what is wrong, never with the text.
 *
 * @param text      NUL-terminated UTF-8.
 * @param options   NULL for the defaults.
 * @param session   Receives the session; close it with tgs_close().
 * @param error     NULL, or receives why it failed.
 *
 * Any thread. TGS_ERROR_BAD_SESSION_STRING. Since 0.1.0.
 */
enum tgs_status tgs_open_string(const char *text,
                                const struct tgs_options *options,
                                struct tgs_session **session,
                                struct tgs_error **error);

/**
 * Makes everything that was written survive a loss of power, and notes the time in `date` where the session's client
 * does. What a call wrote survives a killed process without this.
 *
 * Any thread. TGS_ERROR_READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_save(const struct tgs_session *session,
                         struct tgs_error **error);

/**
 * Closes a session. Nothing is lost without tgs_save(). A call of another thread that is under way comes to its end;
 * later ones fail with TGS_ERROR_CLOSED. NULL and a closed session are ignored.
 *
 * Any thread. Since 0.1.0.
 */
void tgs_close(struct tgs_session *session);

/**
 * Deletes the session and all that belongs to it: the file, its -wal, -shm and -journal. The handle stays until
 * tgs_close(); every other call on it fails with TGS_ERROR_CLOSED.
 *
 * Any thread. TGS_ERROR_READ_ONLY, _PERMISSION_DENIED, _IO. Since 0.1.0.
 */
enum tgs_status tgs_delete(const struct tgs_session *session,
                           struct tgs_error **error);

/**
 * Whose layout the session has and in which version, like "kurigram@7", "telethon@8" or "memory"; "pyrofork"
 * in MongoDB, "alchemysession@2" in a SQL database, "custom" in an engine of your own.
 *
 * @param format    Receives the text; free it with tgs_string_free().
 *
 * Any thread. TGS_ERROR_LOCKED, _IO. Since 0.1.0.
 */
enum tgs_status tgs_get_format(const struct tgs_session *session,
                               char **format,
                               struct tgs_error **error);

/**
 * Lists the sessions in a store that keeps many.
 *
 * @param location  A URL without a session's name: "mongodb://host/", "postgresql://host/database" (mysql, mariadb
 *                  likewise), "sqlite:///file".
 * @param names     Receives a JSON array of the names, in ascending order; free it with tgs_string_free().
 *
 * Any thread. TGS_ERROR_UNSUPPORTED for a place that keeps one session, and for an engine that this build lacks;
 * TGS_ERROR_INVALID_ARGUMENT, _SERVER, _FILE_NOT_FOUND, _NOT_A_SESSION. Since 0.1.0.
 */
enum tgs_status tgs_list_sessions(const char *location,
                                  char **names,
                                  struct tgs_error **error);

/* ---------- Fields ---------------------------------------------------------------------------------------------- */

/**
 * The data centre where the account lives: 1 to 5, 203, others possible.
 *
 * @return TGS_NOT_FOUND where it is absent.
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_get_dc_id(const struct tgs_session *session,
                              int32_t *dc_id,
                              struct tgs_error **error);

/**
 * Sets it; NULL makes it absent. Absent in a file of the Pyrogram family is 2, which is what its clients write into a new session.
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_set_dc_id(const struct tgs_session *session,
                              const int32_t *dc_id,
                              struct tgs_error **error);

/**
 * The address of the data centre, IPv4 or IPv6 as text. Most clients store none: see tgs_default_server_address().
 *
 * @param server_address   Receives the text; free it with tgs_string_free().
 * @return TGS_NOT_FOUND where it is absent.
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_get_server_address(const struct tgs_session *session,
                                       char **server_address,
                                       struct tgs_error **error);

/**
 * Sets it; NULL makes it absent.
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_set_server_address(const struct tgs_session *session,
                                       const char *server_address,
                                       struct tgs_error **error);

/**
 * The TCP port of the data centre.
 *
 * @return TGS_NOT_FOUND where it is absent.
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_get_port(const struct tgs_session *session,
                             uint16_t *port,
                             struct tgs_error **error);

/**
 * Sets it; NULL makes it absent.
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_set_port(const struct tgs_session *session,
                             const uint16_t *port,
                             struct tgs_error **error);

/**
 * The application's id.
 *
 * @return TGS_NOT_FOUND where it is absent.
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_get_api_id(const struct tgs_session *session,
                               int32_t *api_id,
                               struct tgs_error **error);

/**
 * Sets it; NULL makes it absent.
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_set_api_id(const struct tgs_session *session,
                               const int32_t *api_id,
                               struct tgs_error **error);

/**
 * Whether the auth key belongs to Telegram's test servers.
 *
 * @return TGS_NOT_FOUND where it is absent.
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_get_test_mode(const struct tgs_session *session,
                                  bool *test_mode,
                                  struct tgs_error **error);

/**
 * Sets it; NULL makes it absent.
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_set_test_mode(const struct tgs_session *session,
                                  const bool *test_mode,
                                  struct tgs_error **error);

/**
 * The auth key: the secret that is the login. Absent: not logged in.
 *
 * @param key       Receives the bytes. Wipe them when you are done.
 * @param key_len   The room there: TGS_AUTH_KEY_LEN.
 * @return TGS_NOT_FOUND where it is absent.
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_get_auth_key(const struct tgs_session *session,
                                 uint8_t *key,
                                 size_t key_len,
                                 struct tgs_error **error);

/**
 * Sets it; NULL makes it absent. A key of another length than TGS_AUTH_KEY_LEN is TGS_ERROR_INVALID_ARGUMENT.
 *
 * Any thread. TGS_ERROR_READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_set_auth_key(const struct tgs_session *session,
                                 const uint8_t *key,
                                 size_t key_len,
                                 struct tgs_error **error);

/**
 * When the session was last saved, in Unix seconds.
 *
 * @return TGS_NOT_FOUND where it is absent.
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_get_date(const struct tgs_session *session,
                             int64_t *date,
                             struct tgs_error **error);

/**
 * Sets it; NULL makes it absent. Absent in a file of the Pyrogram family is 0.
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_set_date(const struct tgs_session *session,
                             const int64_t *date,
                             struct tgs_error **error);

/**
 * The account's own id. Absent means unknown; never invent one.
 *
 * @return TGS_NOT_FOUND where it is absent.
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_get_user_id(const struct tgs_session *session,
                                int64_t *user_id,
                                struct tgs_error **error);

/**
 * Sets it; NULL makes it absent.
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_set_user_id(const struct tgs_session *session,
                                const int64_t *user_id,
                                struct tgs_error **error);

/**
 * Whether the account is a bot. Absent means unknown.
 *
 * @return TGS_NOT_FOUND where it is absent.
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_get_is_bot(const struct tgs_session *session,
                               bool *is_bot,
                               struct tgs_error **error);

/**
 * Sets it; NULL makes it absent.
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_set_is_bot(const struct tgs_session *session,
                               const bool *is_bot,
                               struct tgs_error **error);

/**
 * The takeout that is under way (Telethon).
 *
 * @return TGS_NOT_FOUND where it is absent.
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_get_takeout_id(const struct tgs_session *session,
                                   int64_t *takeout_id,
                                   struct tgs_error **error);

/**
 * Sets it; NULL makes it absent.
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_set_takeout_id(const struct tgs_session *session,
                                   const int64_t *takeout_id,
                                   struct tgs_error **error);

/**
 * The temporary key of perfect forward secrecy (Telethon 8).
 *
 * @param key       Receives the bytes. Wipe them when you are done.
 * @param key_len   The room there: TGS_AUTH_KEY_LEN.
 * @return TGS_NOT_FOUND where it is absent.
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_get_tmp_auth_key(const struct tgs_session *session,
                                     uint8_t *key,
                                     size_t key_len,
                                     struct tgs_error **error);

/**
 * Sets it; NULL makes it absent. A key of another length than TGS_AUTH_KEY_LEN is TGS_ERROR_INVALID_ARGUMENT.
 *
 * Any thread. TGS_ERROR_READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_set_tmp_auth_key(const struct tgs_session *session,
                                     const uint8_t *key,
                                     size_t key_len,
                                     struct tgs_error **error);

/**
 * Where a data centre answers, as clients write it: for a session that stores no address.
 *
 * @param server_address   Receives the text; free it with tgs_string_free().
 * @param port             Receives the TCP port.
 * @return TGS_NOT_FOUND for a data centre that nobody knows.
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_default_server_address(int32_t dc_id,
                                           bool test_mode,
                                           char **server_address,
                                           uint16_t *port,
                                           struct tgs_error **error);

/**
 * Sets several fields in one transaction: all of them, or none.
 *
 * @param data      The values. A field that is absent there becomes absent.
 * @param which     Which fields are set: a sum of tgs_field numbers, like TGS_FIELD_DC_ID | TGS_FIELD_AUTH_KEY. The
 *                  others stay as they are.
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_set_session_data(const struct tgs_session *session,
                                     const struct tgs_session_data *data,
                                     uint32_t which,
                                     struct tgs_error **error);

/* ---------- Peers ----------------------------------------------------------------------------------------------- */

/**
 * Adds peers, or replaces those with the same ids, in one transaction: all of them, or none. Whatever a struct leaves
 * out is then unknown. A username that another peer had goes to the newest. A peer that this session wrote, that nobody
 * changed since and of which nothing new is told is not written again within 5 minutes: its last_update_on in the file
 * is then that much older.
 *
 * @param peers     An array of structs, each with its `size` set. They and their texts stay yours.
 * @param count     How many; thousands in one call are best.
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT (an id of 0, a type out of range, a text that is not UTF-8), _READ_ONLY,
 * _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_update_peers(const struct tgs_session *session,
                                 const struct tgs_peer *peers,
                                 size_t count,
                                 struct tgs_error **error);

/**
 * Finds a peer by its marked id.
 *
 * @param peer      Receives the answer.
 * @return TGS_NOT_FOUND where nobody has that id.
 *
 * Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
 */
enum tgs_status tgs_get_peer_by_id(const struct tgs_session *session,
                                   int64_t id,
                                   struct tgs_input_peer *peer,
                                   struct tgs_error **error);

/**
 * Finds a peer by any of its usernames: in any case, with or without "@".
 *
 * @param username  NUL-terminated UTF-8.
 * @param peer      Receives the answer.
 * @return TGS_NOT_FOUND where nobody has it; TGS_EXPIRED where its owner was last seen too long ago (8 hours in
 *         Pyrogram's family; see tgs_options_set_username_expiry()): ask Telegram.
 *
 * Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
 */
enum tgs_status tgs_get_peer_by_username(const struct tgs_session *session,
                                         const char *username,
                                         struct tgs_input_peer *peer,
                                         struct tgs_error **error);

/**
 * Finds a peer by its display name, written exactly as it is (Telethon). It searches all peers.
 *
 * @param name      NUL-terminated UTF-8.
 * @param peer      Receives the answer: of several the one with the lowest id.
 * @return TGS_NOT_FOUND where nobody has it.
 *
 * Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
 */
enum tgs_status tgs_get_peer_by_name(const struct tgs_session *session,
                                     const char *name,
                                     struct tgs_input_peer *peer,
                                     struct tgs_error **error);

/**
 * Finds a peer by its phone number: with or without "+" and spaces.
 *
 * @param phone_number  NUL-terminated UTF-8.
 * @param peer          Receives the answer.
 * @return TGS_NOT_FOUND where nobody has it.
 *
 * Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
 */
enum tgs_status tgs_get_peer_by_phone_number(const struct tgs_session *session,
                                             const char *phone_number,
                                             struct tgs_input_peer *peer,
                                             struct tgs_error **error);

/**
 * Makes an iterator over whole peers, in ascending order of their ids, as they are now: later changes do not show.
 *
 * @param ids       NULL for all peers; else the marked ids of those that are wanted.
 * @param count     How many ids.
 * @param iter      Receives the iterator; free it with tgs_peer_iter_free().
 *
 * Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
 */
enum tgs_status tgs_peer_iter_new(const struct tgs_session *session,
                                  const int64_t *ids,
                                  size_t count,
                                  struct tgs_peer_iter **iter,
                                  struct tgs_error **error);

/**
 * Steps to the next peer.
 *
 * @param peer      Receives a pointer to a struct that belongs to the iterator; it and its texts are there until the
 *                  next call on this iterator.
 * @return TGS_NOT_FOUND after the last one.
 *
 * One thread at a time. Since 0.1.0.
 */
enum tgs_status tgs_peer_iter_next(struct tgs_peer_iter *iter,
                                   const struct tgs_peer **peer,
                                   struct tgs_error **error);

/**
 * Frees an iterator. NULL and a freed one are ignored. It may outlive its session.
 *
 * Any thread. Since 0.1.0.
 */
void tgs_peer_iter_free(struct tgs_peer_iter *iter);

/* ---------- Update states --------------------------------------------------------------------------------------- */

/**
 * Reads the update states, in ascending order of their ids.
 *
 * @param states    Receives at most `capacity` structs; NULL if `capacity` is 0.
 * @param capacity  The room there.
 * @param count     Receives how many states there are: more than `capacity` if the room was too small.
 *
 * Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
 */
enum tgs_status tgs_get_update_states(const struct tgs_session *session,
                                      struct tgs_update_state *states,
                                      size_t capacity,
                                      size_t *count,
                                      struct tgs_error **error);

/**
 * Reads one update state.
 *
 * @param id        0 for the account, else the marked id of a channel.
 * @param state     Receives the answer.
 * @return TGS_NOT_FOUND where there is none.
 *
 * Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
 */
enum tgs_status tgs_get_update_state(const struct tgs_session *session,
                                     int64_t id,
                                     struct tgs_update_state *state,
                                     struct tgs_error **error);

/**
 * Adds update states, or replaces those with the same ids, in one transaction.
 *
 * Any thread. TGS_ERROR_READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_set_update_states(const struct tgs_session *session,
                                      const struct tgs_update_state *states,
                                      size_t count,
                                      struct tgs_error **error);

/**
 * Removes an update state; it need not be there.
 *
 * Any thread. TGS_ERROR_READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_delete_update_state(const struct tgs_session *session,
                                        int64_t id,
                                        struct tgs_error **error);

/* ---------- Sent files ------------------------------------------------------------------------------------------ */

/**
 * Reads the sent files, in ascending order of MD5, size and type.
 *
 * @param files     Receives at most `capacity` structs; NULL if `capacity` is 0.
 * @param capacity  The room there.
 * @param count     Receives how many files there are: more than `capacity` if the room was too small.
 *
 * Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
 */
enum tgs_status tgs_get_sent_files(const struct tgs_session *session,
                                   struct tgs_sent_file *files,
                                   size_t capacity,
                                   size_t *count,
                                   struct tgs_error **error);

/**
 * Finds a sent file.
 *
 * @param md5       16 bytes: the MD5 of its content.
 * @param size      Its size in bytes.
 * @param type      0 document, 1 photo.
 * @param file      Receives the answer.
 * @return TGS_NOT_FOUND where it was not sent.
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT, _LOCKED, _CORRUPT, _IO. Since 0.1.0.
 */
enum tgs_status tgs_get_sent_file(const struct tgs_session *session,
                                  const uint8_t *md5,
                                  int64_t size,
                                  int32_t type,
                                  struct tgs_sent_file *file,
                                  struct tgs_error **error);

/**
 * Adds sent files, or replaces those with the same MD5, size and type, in one transaction.
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT, _READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_cache_sent_files(const struct tgs_session *session,
                                     const struct tgs_sent_file *files,
                                     size_t count,
                                     struct tgs_error **error);

/* ---------- Conversion ------------------------------------------------------------------------------------------ */

/**
 * The session as a session string: the whole login in one text, without its peers. Guard it like a password.
 *
 * @param format    "pyrogram" (Pyrogram 2 and all its forks), "pyrogram-1", "telethon", "gramjs", "mtcute", "mtkruto"
 *                  or "gogram".
 * @param text      Receives the session string; free it with tgs_string_free(), which wipes it.
 * @param report    NULL, or receives as JSON what of the session the string holds; free it with tgs_string_free().
 *
 * Any thread. TGS_ERROR_INCOMPLETE names the fields that the format needs and the session does not tell;
 * TGS_ERROR_INVALID_ARGUMENT, _LOCKED, _IO. Since 0.1.0.
 */
enum tgs_status tgs_export_session_string(const struct tgs_session *session,
                                          const char *format,
                                          char **text,
                                          char **report,
                                          struct tgs_error **error);

/**
 * Copies everything from one session to another, in one transaction: fields, peers, update states, sent files. What
 * the target's client has no place for is kept aside in tables of this library's own and comes back from there. What
 * can be worked out is (the address from the data centre, whether it is a bot from the account's own peer). Where the
 * target's client would destroy the session or ask its user because a value is unknown (user_id, is_bot, test_mode or
 * api_id in Pyrogram's family), nothing is written: TGS_ERROR_INCOMPLETE names the value, and you may give it.
 *
 * @param source        Where it comes from. It is only read.
 * @param target        Where it goes: a session without a login, or with the same one.
 * @param given         Values that you know, like "user_id=123456" or "is_bot=false"; they win over the source's.
 * @param given_count   How many.
 * @param report        NULL, or receives as JSON what became of each field and table: kept, given, derived (and from
 *                      what), kept_aside or missing. Free it with tgs_string_free().
 *
 * Any thread. TGS_ERROR_INCOMPLETE, _INVALID_ARGUMENT (also where the target holds another login), _READ_ONLY, _LOCKED,
 * _DISK_FULL, _IO. Since 0.1.0.
 */
enum tgs_status tgs_convert(const struct tgs_session *source,
                            const struct tgs_session *target,
                            const char *const *given,
                            size_t given_count,
                            char **report,
                            struct tgs_error **error);

/**
 * What the session is and holds, as a JSON object: format, version, dc_id, server_address, port, api_id, test_mode,
 * auth_key_id (16 hexadecimal digits), user_id, is_bot, date, takeout_id, and the counts peers, usernames,
 * update_states and sent_files. Absent values are null. It is safe to paste.
 *
 * @param show_secrets  Adds auth_key, in hexadecimal digits. Then it is not safe to paste.
 * @param description   Receives the JSON; free it with tgs_string_free().
 *
 * Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
 */
enum tgs_status tgs_inspect(const struct tgs_session *session,
                            bool show_secrets,
                            char **description,
                            struct tgs_error **error);

/**
 * Takes any text and says what it is, as a JSON object without secrets: whether it is a session string, of which kind
 * and version, whether it is intact, what was mended, and what is missing or too much.
 *
 * @param text          NUL-terminated UTF-8.
 * @param diagnosis     Receives the JSON; free it with tgs_string_free().
 *
 * Any thread. Since 0.1.0.
 */
enum tgs_status tgs_diagnose(const char *text,
                             char **diagnosis,
                             struct tgs_error **error);

/* ---------- Bytes in, bytes out --------------------------------------------------------------------------------- */

/**
 * Opens a session in bytes: a complete SQLite file of any client, or its JSON, as it is or compressed by gzip. It is in
 * memory from then on, with its peers: tgs_to_bytes() gives it back. So an object store, a cache or an environment
 * variable can hold a session. Bytes of a file in WAL mode lack what was in its -wal.
 *
 * @param bytes     Copied.
 * @param len       How many.
 * @param options   NULL for the defaults. Those that speak of files say nothing here.
 * @param session   Receives the session; close it with tgs_close().
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT, _NOT_A_SESSION, _CORRUPT, _UNKNOWN_VERSION, _IN_USE. Since 0.1.0.
 */
enum tgs_status tgs_open_bytes(const uint8_t *bytes,
                               size_t len,
                               const struct tgs_options *options,
                               struct tgs_session **session,
                               struct tgs_error **error);

/**
 * The whole session as a complete SQLite file, which its client opens, and tgs_open_bytes(). Guard it like a password.
 *
 * @param format    The layout, as tgs_options_set_format() takes it; NULL for the session's own. A session that is in no
 *                  file (a session string, a database behind a server) becomes "pyrogram@3", one of Telethon's kind
 *                  "telethon@7".
 * @param compress  Compresses it by gzip: about a third of the size.
 * @param bytes     Receives the bytes; free them with tgs_bytes_free(), which wipes them.
 * @param len       Receives how many.
 *
 * Any thread. TGS_ERROR_INCOMPLETE names the fields that the layout needs and the session does not tell;
 * TGS_ERROR_INVALID_ARGUMENT, _LOCKED, _CORRUPT, _IO. Since 0.1.0.
 */
enum tgs_status tgs_to_bytes(const struct tgs_session *session,
                             const char *format,
                             bool compress,
                             uint8_t **bytes,
                             size_t *len,
                             struct tgs_error **error);

/**
 * Wipes and frees bytes that tgs_to_bytes() gave. NULL is ignored.
 *
 * @param len       How many, as it told.
 *
 * Any thread. Since 0.1.0.
 */
void tgs_bytes_free(uint8_t *bytes, size_t len);

/**
 * How often this handle has changed the session: whoever keeps it elsewhere, as bytes, keeps it anew when the number
 * has grown. It starts at 0 with each open; calls that change nothing do not count.
 *
 * @param count     Receives the number.
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT, _CLOSED. Since 0.1.0.
 */
enum tgs_status tgs_change_count(const struct tgs_session *session,
                                 uint64_t *count,
                                 struct tgs_error **error);

/* ---------- A storage engine of your own ------------------------------------------------------------------------ */

/**
 * Answers with the fields.
 *
 * @param data      Copied.
 *
 * Within a call of an engine's function. TGS_ERROR_INVALID_ARGUMENT, _CLOSED (that function has returned). Since 0.1.0.
 */
enum tgs_status tgs_answer_session_data(struct tgs_answer *answer,
                                        const struct tgs_session_data *data,
                                        struct tgs_error **error);

/**
 * Answers with peers: all in one call, or some in each of several.
 *
 * @param peers     An array of structs, each with its `size` set. Copied.
 *
 * Within a call of an engine's function. TGS_ERROR_INVALID_ARGUMENT, _CLOSED. Since 0.1.0.
 */
enum tgs_status tgs_answer_peers(struct tgs_answer *answer,
                                 const struct tgs_peer *peers,
                                 size_t count,
                                 struct tgs_error **error);

/**
 * Answers with update states: all in one call, or some in each of several.
 *
 * @param states    Copied.
 *
 * Within a call of an engine's function. TGS_ERROR_INVALID_ARGUMENT, _CLOSED. Since 0.1.0.
 */
enum tgs_status tgs_answer_update_states(struct tgs_answer *answer,
                                         const struct tgs_update_state *states,
                                         size_t count,
                                         struct tgs_error **error);

/**
 * Answers with sent files: all in one call, or some in each of several.
 *
 * @param files     Copied.
 *
 * Within a call of an engine's function. TGS_ERROR_INVALID_ARGUMENT, _CLOSED. Since 0.1.0.
 */
enum tgs_status tgs_answer_sent_files(struct tgs_answer *answer,
                                      const struct tgs_sent_file *files,
                                      size_t count,
                                      struct tgs_error **error);

/**
 * Answers who else holds a lease; then `take_lease` has changed nothing.
 *
 * @param owner     What was given when the lease was taken.
 * @param since     When that was, in Unix seconds.
 *
 * Within a call of an engine's function. TGS_ERROR_INVALID_ARGUMENT, _CLOSED. Since 0.1.0.
 */
enum tgs_status tgs_answer_holder(struct tgs_answer *answer,
                                  const char *owner,
                                  int64_t since,
                                  struct tgs_error **error);

/**
 * Says why an engine's function is about to fail. It becomes part of the error's message; it must hold no secret.
 *
 * @param cause     NUL-terminated UTF-8. Copied.
 *
 * Within a call of an engine's function. TGS_ERROR_INVALID_ARGUMENT, _CLOSED. Since 0.1.0.
 */
enum tgs_status tgs_answer_cause(struct tgs_answer *answer,
                                 const char *cause,
                                 struct tgs_error **error);

/**
 * Opens a session in a storage engine of your own.
 *
 * @param engine    The table. It is copied; the context in it is the library's from TGS_OK on, until `destroy`.
 * @param options   NULL for the defaults. The format, WAL mode and the busy time-out are for files and databases.
 * @param session   Receives the session; close it with tgs_close().
 *
 * Any thread. TGS_ERROR_INVALID_ARGUMENT names what the table lacks; TGS_ERROR_FILE_NOT_FOUND where nothing is there and
 * the options make nothing; TGS_ERROR_IN_USE. Since 0.1.0.
 */
enum tgs_status tgs_open_engine(const struct tgs_engine *engine,
                                const struct tgs_options *options,
                                struct tgs_session **session,
                                struct tgs_error **error);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* TGSESSION_H */
