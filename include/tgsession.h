/*
 * tgsession: opens, stores and converts the session of any Telegram client.
 *
 * This header is the manual: read it from top to bottom. It is generated from src/ffi (make header).
 *
 *     tgs_session *session = NULL;
 *     tgs_error *error = NULL;
 *     tgs_input_peer peer = {.size = sizeof peer};
 *     if (tgs_open("my_account.session", NULL, &session, &error) == TGS_OK
 *         && tgs_get_peer_by_username(session, "@durov", &peer, &error) == TGS_OK)
 *         printf("%lld %lld\n", (long long)peer.bare_id, (long long)peer.access_hash);
 *     else if (error != NULL)
 *         fprintf(stderr, "%s\n", tgs_error_message(error));
 *     tgs_error_free(error);
 *     tgs_close(session);
 *
 * Errors. A function that can fail returns a tgs_status. Its last parameter is `tgs_error **error`, which may be NULL.
 * TGS_OK (0) is success; TGS_NOT_FOUND and TGS_EXPIRED are ordinary answers. After these three, `*error` is NULL. After
 * any other status `*error` is an object with a message, which you free with tgs_error_free(). Free it before the next
 * call with the same `error`: each call overwrites `*error` without reading it. Other outputs are written only if the
 * call returns TGS_OK.
 *
 * Statuses. `@return` lists what to expect from a function. Any function may also return TGS_ERROR_INVALID_ARGUMENT (an
 * argument is NULL, not UTF-8, of a wrong length or out of range), TGS_ERROR_CLOSED (the handle was closed) and
 * TGS_ERROR_INTERNAL (a defect of the library). A call on a session in a server's database may return TGS_ERROR_SERVER,
 * and a call on a leased session TGS_ERROR_IN_USE. Wrong arguments are errors, never undefined behaviour, except
 * pointers to memory that is not there.
 *
 * Ownership. What you pass in stays yours; the library copies what it keeps. What a function gives to you through a
 * `char **` you free with tgs_string_free(). Sessions, options and iterators have functions of their own for that.
 *
 * Absence. NULL means absent; an empty text does not. A getter returns TGS_NOT_FOUND if a field is absent.
 *
 * Structs with a `size`. Their first member is `size`: set it to sizeof the struct before each call that reads or
 * writes the struct. The library reads and writes no more than `size` bytes, and refuses a size that is too small. So a
 * struct can get further members in a later header: a library that does not know them yet ignores them in what it reads
 * and sets them to zero in what it writes. The structs of an array are `size` bytes apart.
 *
 * Threads. Any thread may call any function, unless its comment says otherwise. Each call is atomic: it is done
 * completely, or it returns an error and changes nothing. What a call wrote survives the end of the process; tgs_save()
 * makes it survive a loss of power. No transaction outlives a call, so other processes, Python clients among them, can
 * use the same file at the same time. Within one process a file must not be open in this library and in another copy of
 * SQLite (such as Python's sqlite3 module): POSIX lets one copy drop the other's locks.
 *
 * Memory. What input can make the library allocate is bounded by tgs_options_set_max_bytes(), and where there is no
 * memory for a session or for a page of SQLite, the call is TGS_ERROR_IO. Where there is none for a small object of the
 * library's own, the process is ended (abort): Rust's standard containers have no other way.
 *
 * Forks. A handle belongs to the process that made it. In a process that was forked from it every call with the handle
 * returns TGS_ERROR_CLOSED at once, whatever other threads did at that moment; closing or freeing it there is
 * harmless, and not needed. The child can make handles of its own. A session file that the parent has open is an
 * exception if it is in WAL mode, or if other threads were in calls at that moment: opening it in the child is
 * TGS_ERROR_UNSUPPORTED, because SQLite believes in locks that are the parent's. Close it before the fork, or open it
 * in a process that was started by exec. Connections to servers belong to the parent's threads: open URLs after a
 * fork, not before and after it.
 *
 * Secrets. Whoever has the auth key has the account. The library wipes it from memory when it is done with it, and puts
 * it into no error message, and into no description unless you ask for it.
 *
 * Every function is there since version 0.1.0.
 */

#ifndef TGSESSION_H
#define TGSESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * In front of every function. On Windows, define TGS_STATIC before you include this header if you link the static
 * library.
 */
#if defined(TGS_STATIC)
#define TGS_API
#elif defined(_WIN32)
#define TGS_API __declspec(dllimport)
#elif defined(__GNUC__)
#define TGS_API __attribute__((visibility("default")))
#else
#define TGS_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---------- Versions -------------------------------------------------------------------------------------------------
 *
 * A program that is compiled with one header may be loaded with another library. Compare the version of the binary
 * interface once, before anything else; the bindings for C++, Go, Python and Node do it for you.
 *
 *     if (tgs_abi_version() != TGS_ABI_VERSION) {
 *         fprintf(stderr, "tgsession %s has another binary interface\n", tgs_version());
 *         return 1;
 *     }
 */

/** The version of the binary interface that this header describes. A library with another number is not compatible. */
#define TGS_ABI_VERSION 2

/**
 * The version of the binary interface of the loaded library. Compare it with TGS_ABI_VERSION.
 *
 * @return A number that grows with every incompatible change.
 */
TGS_API uint32_t tgs_abi_version(void);

/**
 * The version of the loaded library.
 *
 * @return A text like "0.1.0", which belongs to the library and is valid until the program ends.
 */
TGS_API const char *tgs_version(void);

/* ---------- Status and errors ----------------------------------------------------------------------------------------
 *
 * Each function that can fail returns a tgs_status, and explains a failure in a tgs_error, which you free. The message
 * of an error is for people: it names the session and the cause, and it holds no secret, so you can log it.
 *
 *     tgs_status status = tgs_save(session, &error);
 *     if (status != TGS_OK) {
 *         fprintf(stderr, "%s: %s\n", tgs_status_name(status), tgs_error_message(error));
 *         tgs_error_free(error);
 *     }
 */

/** The result of a call. Numbers are never reused; 10 and above are failures. */
typedef enum tgs_status {
    /** Success. */
    TGS_OK = 0,
    /** An ordinary answer: there is none, or the value is absent. */
    TGS_NOT_FOUND = 1,
    /** An ordinary answer: the username was last updated too long ago to be trusted. */
    TGS_EXPIRED = 2,
    /** An argument is NULL, not UTF-8, of a wrong length or out of range. */
    TGS_ERROR_INVALID_ARGUMENT = 10,
    /** The handle was closed, or the session deleted. */
    TGS_ERROR_CLOSED = 11,
    /** The session, its file or its medium is read-only. */
    TGS_ERROR_READ_ONLY = 12,
    /** This session, or this build of the library, cannot do that. */
    TGS_ERROR_UNSUPPORTED = 13,
    /** The operating system refused to read or write. */
    TGS_ERROR_IO = 20,
    /** There is no such file or folder. */
    TGS_ERROR_FILE_NOT_FOUND = 21,
    /** The operating system denies access. */
    TGS_ERROR_PERMISSION_DENIED = 22,
    /** No space is left on the medium. */
    TGS_ERROR_DISK_FULL = 23,
    /**
     * Another program had the session locked, or other calls with it were under way, for longer than the busy time-out.
     */
    TGS_ERROR_LOCKED = 24,
    /** The file or database is not a session that this library knows. */
    TGS_ERROR_NOT_A_SESSION = 30,
    /** The session is damaged. */
    TGS_ERROR_CORRUPT = 31,
    /** The session's version is newer than this library knows. */
    TGS_ERROR_UNKNOWN_VERSION = 32,
    /** The text is not an intact session string. */
    TGS_ERROR_BAD_SESSION_STRING = 33,
    /** The session is encrypted, and what was given is not its passphrase or key, or none was given. */
    TGS_ERROR_WRONG_KEY = 34,
    /** The target needs a value that is unknown. */
    TGS_ERROR_INCOMPLETE = 40,
    /** A server cannot be reached, or answered with an error. */
    TGS_ERROR_SERVER = 50,
    /** The auth key is in use elsewhere: another session holds its lease. */
    TGS_ERROR_IN_USE = 51,
    /** A defect of this library; the session can no longer be used. */
    TGS_ERROR_INTERNAL = 90,
} tgs_status;

/**
 * The name of a status.
 *
 * @param[in] status  Any number.
 * @return A text like "TGS_ERROR_LOCKED", or "TGS_STATUS_UNKNOWN" for a number that this library does not know. It
 *         belongs to the library and is valid until the program ends.
 */
TGS_API const char *tgs_status_name(tgs_status status);

/** Why a call failed. It belongs to you until you free it with tgs_error_free(), and it never changes. */
typedef struct tgs_error tgs_error;

/**
 * The status with which the call failed.
 *
 * @param[in] error  An error that was not freed, or NULL.
 * @return The status; TGS_OK for NULL.
 */
TGS_API tgs_status tgs_error_status(const tgs_error *error);

/**
 * What went wrong, in English.
 *
 * @param[in] error  An error that was not freed, or NULL.
 * @return A text in UTF-8, empty for NULL, never NULL. It belongs to the error and is valid until that is freed.
 */
TGS_API const char *tgs_error_message(const tgs_error *error);

/**
 * Frees an error.
 *
 * @param[in] error  The error. NULL is ignored.
 */
TGS_API void tgs_error_free(tgs_error *error);

/* ---------- Texts ----------------------------------------------------------------------------------------------------
 *
 * Texts that the library gives to you through a `char **` are yours: NUL-terminated UTF-8 in memory of the library,
 * not of malloc(). Some are secrets, so the library overwrites each one before it frees it.
 *
 *     char *format = NULL;
 *     if (tgs_get_format(session, &format, &error) == TGS_OK) {
 *         puts(format);
 *         tgs_string_free(format);
 *     }
 */

/**
 * Overwrites and frees a text.
 *
 * @param[in] text  A text that a function gave to you through `char **`. NULL is ignored.
 */
TGS_API void tgs_string_free(char *text);

/* ---------- Options --------------------------------------------------------------------------------------------------
 *
 * Options say how a session is opened: whether it may change, which file is created, how long a call waits for a lock.
 * One object can serve any number of sessions; changing or freeing it changes no session that is open.
 *
 *     tgs_options *options = tgs_options_new();
 *     tgs_options_set_create(options, false, NULL);
 *     tgs_options_set_busy_timeout(options, 30000, NULL);
 *     tgs_open("my_account.session", options, &session, &error);
 *     tgs_options_free(options);
 */

/** How a session is opened: from tgs_options_new() until tgs_options_free(). */
typedef struct tgs_options tgs_options;

/**
 * Makes options with the defaults: read and write, create what is not there as a file of Pyrogram 3, wait 5 seconds
 * for a lock, let usernames expire as the session's own client does, take no lease.
 *
 * @return The options, which you free with tgs_options_free(). NULL only after a defect of the library.
 */
TGS_API tgs_options *tgs_options_new(void);

/**
 * Frees options. Sessions that were opened with them stay as they are.
 *
 * @param[in] options  The options. NULL, and options that were freed, are ignored.
 */
TGS_API void tgs_options_free(tgs_options *options);

/**
 * Opens the session read-only: no call changes it, and what is not there is not created. A WAL file on a read-only
 * medium, a file that another process has locked, and a file that a killed process left in the middle of a write can
 * be read; the library reads a copy in memory if it has to.
 *
 * @param[in,out] options    The options to change.
 * @param[in]     read_only  Whether to open it read-only. The default is false.
 * @param[out]    error      NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK.
 */
TGS_API tgs_status tgs_options_set_read_only(tgs_options *options, bool read_only, tgs_error **error);

/**
 * Whether a session that is not there is created.
 *
 * @param[in,out] options  The options to change.
 * @param[in]     create   true (the default) creates it; with false, opening it is TGS_ERROR_FILE_NOT_FOUND.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK.
 */
TGS_API tgs_status tgs_options_set_create(tgs_options *options, bool create, tgs_error **error);

/**
 * The layout of a file that is created. A file that is there keeps its layout.
 *
 * @param[in,out] options  The options to change.
 * @param[in]     format   "pyrogram@3" (the default: of Pyrogram 2 and Hydrogram, and every fork opens it),
 *                         "kurigram@7", "kurigram@6", "pyrofork@4", "telethon@8", "telethon@7", "telethon@10",
 *                         "mtcute@2" or "grammers@1". A name without "@" and a number means its newest version.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for another name.
 */
TGS_API tgs_status tgs_options_set_format(tgs_options *options, const char *format, tgs_error **error);

/**
 * Whether a file that is created uses SQLite's WAL mode. There a commit costs less and readers never wait for a
 * writer, but two more files, -wal and -shm, are beside it while it is open. A file that is there keeps its mode.
 *
 * @param[in,out] options  The options to change.
 * @param[in]     wal      Whether to use WAL mode. The default is false.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK.
 */
TGS_API tgs_status tgs_options_set_wal(tgs_options *options, bool wal, tgs_error **error);

/**
 * Whether a SQLite file is the session's alone while it is open. Its lock is taken once and kept, so that reading
 * needs none and costs less. Whoever opens or writes the file meanwhile, in this process, in another one, or with
 * another client, finds it locked, as during another one's write; who opens it read-only reads a copy. The file is
 * free again when the session is closed, or its process ends, however that ends. Opening waits for others to finish
 * as long as the busy time-out says, and is TGS_ERROR_LOCKED then. What is no SQLite file, and a session that is
 * opened read-only, is opened as ever.
 *
 * @param[in,out] options    The options to change.
 * @param[in]     exclusive  Whether nobody else uses the file. The default is false.
 * @param[out]    error      NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK.
 */
TGS_API tgs_status tgs_options_set_exclusive(tgs_options *options, bool exclusive, tgs_error **error);

/**
 * How long a call waits before it fails with TGS_ERROR_LOCKED. The time is that of one call and of all that it waits
 * for together: for another program's lock, and for other threads' calls with the same session (for these a second
 * at least). Threads that write while another program holds the lock queue up, each with its own time; who only
 * reads does not wait for them. An engine of your own cannot be interrupted: the time is that for which other calls
 * wait for it. A server has times of its own for connections and answers, which its URL can change.
 *
 * @param[in,out] options       The options to change.
 * @param[in]     milliseconds  The time in milliseconds. The default is 5000.
 * @param[out]    error         NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK.
 */
TGS_API tgs_status tgs_options_set_busy_timeout(tgs_options *options, uint32_t milliseconds, tgs_error **error);

/**
 * How large a session may be that the library reads into memory as a whole, and a single value in any file. A megabyte
 * of gzip can stand for a gigabyte: what is larger is refused before it is read.
 *
 * @param[in,out] options  The options to change.
 * @param[in]     bytes    The number of bytes, after unpacking. The default is 268435456, 256 MB. JSON, which takes
 *                         many times its length, may have a sixteenth of it.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK. Opening what is larger is TGS_ERROR_UNSUPPORTED.
 */
TGS_API tgs_status tgs_options_set_max_bytes(tgs_options *options, uint64_t bytes, tgs_error **error);

/**
 * How many answers of lookups, fields and update states of a SQLite file a session keeps in memory. An answer is used
 * as long as nobody else has written the file; a commit of the session's own ends those that it may have changed.
 * When there is no room for another one, all are forgotten. With tgs_options_set_exclusive() nobody else writes, and
 * a session whose peers fit finds each of them in memory after the first time. Where this is not called, 10,000 are
 * kept, and of lookups those that are asked for again.
 *
 * @param[in,out] options  The options to change.
 * @param[in]     answers  The number of answers; 0 keeps none. One of an id takes about 70 bytes, one of a username or
 *                         a phone number about 150. The memory is taken when answers come.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK.
 */
TGS_API tgs_status tgs_options_set_cache_size(tgs_options *options, uint32_t answers, tgs_error **error);

/** For tgs_options_set_username_expiry(): usernames never expire. */
#define TGS_USERNAME_EXPIRY_NEVER -1

/**
 * For tgs_options_set_username_expiry(): usernames expire as in the session's own client, after 8 hours in the
 * Pyrogram family, never in Telethon.
 */
#define TGS_USERNAME_EXPIRY_AS_CLIENT -2

/**
 * Usernames change hands. After this time without an update of the peer, a lookup by username returns TGS_EXPIRED.
 *
 * @param[in,out] options  The options to change.
 * @param[in]     seconds  The time in seconds, 0 or more; TGS_USERNAME_EXPIRY_NEVER; or TGS_USERNAME_EXPIRY_AS_CLIENT
 *                         (the default).
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for another negative number.
 */
TGS_API tgs_status tgs_options_set_username_expiry(tgs_options *options, int64_t seconds, tgs_error **error);

/**
 * The format that the session has, if you know it. A session of another format is refused.
 *
 * Some session strings can be read in two ways: as an intact string of one format, and as what is left of a longer one
 * that lost some characters. They would give different keys, so such a text is TGS_ERROR_BAD_SESSION_STRING, with a
 * message that names both. With the format named, it is read as that. This concerns some strings of Pyrogram 1 and
 * those of MTKruto before 0.1.190.
 *
 * @param[in,out] options  The options to change.
 * @param[in]     format   "pyrogram" (a session string of Pyrogram 2 and its forks, or a file of Pyrogram 1 or 2),
 *                         "pyrogram-1", "telethon", "gramjs", "mtcute", "mtkruto", "gogram", "kurigram", "pyrofork"
 *                         (also in MongoDB), "telethon2-alpha", "telegram-web" or "alchemysession" (in SQL databases);
 *                         NULL for any (the default).
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for another name. Opening a session of another format is
 *         TGS_ERROR_NOT_A_SESSION, and a session string of another one TGS_ERROR_BAD_SESSION_STRING.
 */
TGS_API tgs_status tgs_options_set_expected_format(tgs_options *options, const char *format, tgs_error **error);

/**
 * Leases the auth key while the session is open, from the moment it has one. Telegram ends a login for good when its
 * key is used by two clients at once. With a lease, opening the key a second time is TGS_ERROR_IN_USE, and the message
 * says who has it and since when: in this process, in another process on this machine (of any user with the same
 * temporary folder), or on another machine through the same store (MongoDB, SQL, an engine of your own).
 *
 * The lease of a process that died ends at once on its machine, and after `seconds` in a store. A process that slept
 * longer than that loses its lease: each of its calls then returns TGS_ERROR_IN_USE. A read-only session takes no
 * lease.
 *
 * @param[in,out] options  The options to change.
 * @param[in]     lease    Whether to take a lease. The default is false.
 * @param[in]     owner    What others are told about the holder, one line; NULL for the process and the host.
 * @param[in]     seconds  How long a lease in a store lasts without renewal, in seconds: 3 to 86400, or 0 for the
 *                         default, 30.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for another time or an empty owner.
 */
TGS_API tgs_status tgs_options_set_lease(tgs_options *options, bool lease, const char *owner, uint32_t seconds,
                                         tgs_error **error);

/* ---------- Opening and closing --------------------------------------------------------------------------------------
 *
 * A session is a path, ":memory:", a session string or a URL; the library tells them apart. A file that is there
 * is opened in the layout and version of its own client, and opening it writes nothing. A path where nothing is
 * becomes a new file that only its owner can read, unless the options say otherwise. (On Windows it has the
 * permissions that its folder hands down: in a user's own folders, that user's only.)
 *
 * What people have instead of such a file opens too, read-only and in memory: one that is compressed with gzip or in
 * base64, the JSON of older clients, and a text with one session string in it, with other text around it or not.
 * Other kinds (an archive, Telegram Desktop's tdata, a page of HTML) are named in the error.
 *
 *     tgs_status status = tgs_open("my_account.session", NULL, &session, &error);
 *     if (status == TGS_OK)
 *         status = tgs_save(session, &error);
 *     tgs_close(session);
 *
 * A text that looks like a session string, a key or a bot token, or a piece of one, does not become the name of a new
 * file: opening it is TGS_ERROR_BAD_SESSION_STRING. If it is meant as a name, put `./` before it (`./NAME`,
 * `folder/./NAME`). A file that is there opens whatever its name is. What looks like a secret is `<hidden>` in every
 * message and description.
 *
 * URLs need a library that is built with their engines. All sessions of a process share its connections to a
 * server. Characters with a meaning in URLs (`@ : / ? # [ ] %`) are percent-encoded in user, password and names. A
 * URL that may have a password with a bare one in it is TGS_ERROR_INVALID_ARGUMENT, and nothing of it is shown.
 *
 *     mongodb://user:password@host:27017/NAME                      also mongodb+srv://
 *     postgresql://user:password@host:5432/database?session=NAME
 *     mysql://user:password@host:3306/database?session=NAME        also mariadb://
 *     sqlite:///file?session=NAME                                  sqlite:////file for an absolute path
 *
 * A server that is not on this machine (a loopback address, `localhost` or a Unix socket) is connected to with TLS
 * only, and its certificate must be one for that host name from a public authority. `sslrootcert=FILE` (SQL) and
 * `tlsCAFile=FILE` (MongoDB) name a file of trusted certificates in PEM instead. Less is asked for by name:
 * `sslmode=require` encrypts without verifying, `sslmode=disable` and MongoDB's `tls=false` send all in clear,
 * keys too.
 *
 * MongoDB has the layout of Pyrofork's MongoStorage. Its parameters are those of MongoDB's drivers. Defaults: a
 * call looks for a server as long as the busy time-out of the options (`serverSelectionTimeoutMS`) and waits 30
 * seconds for each answer (`socketTimeoutMS`); 10 connections at most (`maxPoolSize`); users of the database
 * "admin" (`authSource`). With `remove_peers=true`, tgs_delete() deletes the peers too. A standalone server has no
 * transactions: if it fails in the middle of a call, a part may be written.
 *
 * SQL databases have the layout of Telethon's AlchemySession, many sessions in one database. Their parameters,
 * each with its default: `sslmode=verify-full`, on this machine `prefer` (as in libpq: disable, allow, prefer,
 * require, verify-ca, verify-full; MySQL's `ssl-mode=VERIFY_IDENTITY` and the like too), `sslrootcert` (or
 * `ssl-ca`; `system` for the public authorities; with `require` and less, the server's is verified as by
 * verify-ca), `connect_timeout=10` and `answer_timeout=60` in seconds, `pool_size=10` connections at most,
 * `table_prefix` (none), `manage_tables=true` (opening creates the tables that are missing). A call waits for the
 * lock of another program as long as the busy time-out of the options.
 */

/** An open session: until tgs_close(). Any thread may use it. */
typedef struct tgs_session tgs_session;

/**
 * Opens a session.
 *
 * @param[in]  location  A path, ":memory:" (nothing is kept), a session string or a URL.
 * @param[in]  options   How to open it; NULL for the defaults. You may free them after the call.
 * @param[out] session   Receives the session. Close it with tgs_close().
 * @param[out] error     NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_FILE_NOT_FOUND, TGS_ERROR_PERMISSION_DENIED, TGS_ERROR_LOCKED, TGS_ERROR_NOT_A_SESSION,
 *         TGS_ERROR_CORRUPT, TGS_ERROR_UNKNOWN_VERSION, TGS_ERROR_BAD_SESSION_STRING, TGS_ERROR_WRONG_KEY,
 *         TGS_ERROR_UNSUPPORTED (this library has no engine for the URL), TGS_ERROR_SERVER, TGS_ERROR_IN_USE,
 *         TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_open(const char *location, const tgs_options *options, tgs_session **session, tgs_error **error);

/**
 * Opens a session string of any format, in memory. White space, quotes, lost or added padding and the other base64
 * alphabet are repaired. A text that is cut, shifted or damaged is refused with a message that says what it looks
 * like and what is wrong with it, without the text; so is one that could also be what is left of a longer string,
 * unless tgs_options_set_expected_format() names its format.
 *
 * @param[in]  text     The session string, NUL-terminated UTF-8.
 * @param[in]  options  How to open it; NULL for the defaults. You may free them after the call.
 * @param[out] session  Receives the session. Close it with tgs_close().
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_BAD_SESSION_STRING or TGS_ERROR_IN_USE.
 */
TGS_API tgs_status tgs_open_string(const char *text, const tgs_options *options, tgs_session **session,
                                   tgs_error **error);

/**
 * Makes everything that was written survive a loss of power, and sets `date` to the time if the session's client does
 * that. What a call wrote survives the end of the process without this.
 *
 * @param[in,out] session  The session to change.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_save(tgs_session *session, tgs_error **error);

/**
 * Closes a session. Nothing is lost without tgs_save(). A call of another thread that has begun is completed; later
 * ones return TGS_ERROR_CLOSED.
 *
 * @param[in] session  The session. NULL, and a session that was closed, are ignored.
 */
TGS_API void tgs_close(tgs_session *session);

/**
 * Deletes the session and all that belongs to it, like the -wal, -shm and -journal files. The handle stays until
 * tgs_close(); every other call with it returns TGS_ERROR_CLOSED.
 *
 * @param[in,out] session  The session to delete.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_PERMISSION_DENIED, TGS_ERROR_UNSUPPORTED or TGS_ERROR_IO;
 *         TGS_ERROR_LOCKED on Windows, where a file stays while another process has it open.
 */
TGS_API tgs_status tgs_delete(tgs_session *session, tgs_error **error);

/**
 * Whose layout the session has, and in which version.
 *
 * @param[in]  session  The session.
 * @param[out] format   Receives a text like "kurigram@7" or "telethon@8"; "memory", "pyrofork" in MongoDB,
 *                      "alchemysession@2" in a SQL database, "custom" in an engine of your own. Free it with
 *                      tgs_string_free().
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_format(const tgs_session *session, char **format, tgs_error **error);

/**
 * Lists the sessions in a store that keeps many.
 *
 * @param[in]  location  A URL without the name of a session: "mongodb://host/", "postgresql://host/database",
 *                       "mysql://host/database", "sqlite:///file".
 * @param[out] names     Receives a JSON array of the names, in ascending order. Free it with tgs_string_free().
 * @param[out] error     NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_UNSUPPORTED for a location that keeps one session, and if this library has no engine for
 *         the URL; TGS_ERROR_SERVER, TGS_ERROR_FILE_NOT_FOUND or TGS_ERROR_NOT_A_SESSION.
 */
TGS_API tgs_status tgs_list_sessions(const char *location, char **names, tgs_error **error);

/* ---------- Fields ---------------------------------------------------------------------------------------------------
 *
 * A session has eleven fields, and each may be absent. A getter returns TGS_NOT_FOUND then; a setter makes the field
 * absent if its value is NULL. tgs_set_session_data() sets several at once, all of them or none.
 *
 *     int64_t user_id = 0;
 *     if (tgs_get_user_id(session, &user_id, &error) == TGS_NOT_FOUND) {
 *         user_id = 777000123;
 *         tgs_set_user_id(session, &user_id, &error);
 *     }
 */

/**
 * Reads the number of the data centre that the account belongs to: 1 to 5, 203; others are possible.
 *
 * @param[in]  session  The session.
 * @param[out] dc_id    Receives the number.
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_dc_id(const tgs_session *session, int32_t *dc_id, tgs_error **error);

/**
 * Sets the number of the data centre, or makes it absent. In a file of the Pyrogram family, absent is stored as 2,
 * which is what its clients write into a new session.
 *
 * @param[in,out] session  The session to change.
 * @param[in]     dc_id    The number, from 1; NULL for absent.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_set_dc_id(tgs_session *session, const int32_t *dc_id, tgs_error **error);

/**
 * Reads the address of the data centre. Most clients store none: see tgs_default_server_address().
 *
 * @param[in]  session         The session.
 * @param[out] server_address  Receives an IPv4 or IPv6 address as text. Free it with tgs_string_free().
 * @param[out] error           NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_server_address(const tgs_session *session, char **server_address, tgs_error **error);

/**
 * Sets the address of the data centre, or makes it absent.
 *
 * @param[in,out] session         The session to change.
 * @param[in]     server_address  An IPv4 or IPv6 address as text, not empty; NULL for absent.
 * @param[out]    error           NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_set_server_address(tgs_session *session, const char *server_address, tgs_error **error);

/**
 * Reads the TCP port of the data centre.
 *
 * @param[in]  session  The session.
 * @param[out] port     Receives the port.
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_port(const tgs_session *session, uint16_t *port, tgs_error **error);

/**
 * Sets the TCP port of the data centre, or makes it absent.
 *
 * @param[in,out] session  The session to change.
 * @param[in]     port     The port, from 1; NULL for absent.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_set_port(tgs_session *session, const uint16_t *port, tgs_error **error);

/**
 * Reads the api_id of the application.
 *
 * @param[in]  session  The session.
 * @param[out] api_id   Receives the number.
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_api_id(const tgs_session *session, int32_t *api_id, tgs_error **error);

/**
 * Sets the api_id of the application, or makes it absent.
 *
 * @param[in,out] session  The session to change.
 * @param[in]     api_id   The number, from 0; NULL for absent.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_set_api_id(tgs_session *session, const int32_t *api_id, tgs_error **error);

/**
 * Reads whether the auth key belongs to Telegram's test servers.
 *
 * @param[in]  session    The session.
 * @param[out] test_mode  Receives the value.
 * @param[out] error      NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_test_mode(const tgs_session *session, bool *test_mode, tgs_error **error);

/**
 * Sets whether the auth key belongs to Telegram's test servers, or makes it absent.
 *
 * @param[in,out] session    The session to change.
 * @param[in]     test_mode  The value; NULL for absent.
 * @param[out]    error      NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_set_test_mode(tgs_session *session, const bool *test_mode, tgs_error **error);

/** The size of an auth key in bytes. */
#define TGS_AUTH_KEY_LEN 256

/**
 * Reads the auth key: the secret that is the login. Absent means not logged in.
 *
 * @param[in]  session  The session.
 * @param[out] key      Receives TGS_AUTH_KEY_LEN bytes. Overwrite them when you are done.
 * @param[in]  key_len  The size of your buffer in bytes: TGS_AUTH_KEY_LEN.
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_auth_key(const tgs_session *session, uint8_t *key, size_t key_len, tgs_error **error);

/**
 * Sets the auth key, or makes it absent. The old key is overwritten, wherever it is in the session's file, and the WAL
 * is emptied. While another program reads the WAL, that waits for your next write, tgs_save() or tgs_close().
 *
 * @param[in,out] session  The session to change.
 * @param[in]     key      The bytes; NULL for absent.
 * @param[in]     key_len  How many: TGS_AUTH_KEY_LEN. Ignored if `key` is NULL.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_set_auth_key(tgs_session *session, const uint8_t *key, size_t key_len, tgs_error **error);

/**
 * Reads when the session was last saved.
 *
 * @param[in]  session  The session.
 * @param[out] date     Receives the time, in Unix seconds.
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_date(const tgs_session *session, int64_t *date, tgs_error **error);

/**
 * Sets when the session was last saved, or makes it absent. In a file of the Pyrogram family, absent is stored as 0.
 *
 * @param[in,out] session  The session to change.
 * @param[in]     date     The time, in Unix seconds; NULL for absent.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_set_date(tgs_session *session, const int64_t *date, tgs_error **error);

/**
 * Reads the id of the account. Absent means unknown; never make one up.
 *
 * @param[in]  session  The session.
 * @param[out] user_id  Receives the id.
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_user_id(const tgs_session *session, int64_t *user_id, tgs_error **error);

/**
 * Sets the id of the account, or makes it absent.
 *
 * @param[in,out] session  The session to change.
 * @param[in]     user_id  The id, from 1; NULL for absent.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_set_user_id(tgs_session *session, const int64_t *user_id, tgs_error **error);

/**
 * Reads whether the account is a bot. Absent means unknown.
 *
 * @param[in]  session  The session.
 * @param[out] is_bot   Receives the value.
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_is_bot(const tgs_session *session, bool *is_bot, tgs_error **error);

/**
 * Sets whether the account is a bot, or makes it absent.
 *
 * @param[in,out] session  The session to change.
 * @param[in]     is_bot   The value; NULL for absent.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_set_is_bot(tgs_session *session, const bool *is_bot, tgs_error **error);

/**
 * Reads the id of the takeout in progress (Telethon).
 *
 * @param[in]  session     The session.
 * @param[out] takeout_id  Receives the id.
 * @param[out] error       NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_takeout_id(const tgs_session *session, int64_t *takeout_id, tgs_error **error);

/**
 * Sets the id of the takeout in progress, or makes it absent.
 *
 * @param[in,out] session     The session to change.
 * @param[in]     takeout_id  The id; NULL for absent.
 * @param[out]    error       NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_set_takeout_id(tgs_session *session, const int64_t *takeout_id, tgs_error **error);

/**
 * Reads the temporary auth key of perfect forward secrecy (Telethon 8).
 *
 * @param[in]  session  The session.
 * @param[out] key      Receives TGS_AUTH_KEY_LEN bytes. Overwrite them when you are done.
 * @param[in]  key_len  The size of your buffer in bytes: TGS_AUTH_KEY_LEN.
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if it is absent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_tmp_auth_key(const tgs_session *session, uint8_t *key, size_t key_len, tgs_error **error);

/**
 * Sets the temporary auth key, or makes it absent.
 *
 * @param[in,out] session  The session to change.
 * @param[in]     key      The bytes; NULL for absent.
 * @param[in]     key_len  How many: TGS_AUTH_KEY_LEN. Ignored if `key` is NULL.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_set_tmp_auth_key(tgs_session *session, const uint8_t *key, size_t key_len, tgs_error **error);

/**
 * The address of a data centre as clients write it, for a session that stores none.
 *
 * @param[in]  dc_id           The number of the data centre.
 * @param[in]  test_mode       Whether it is one of the test servers.
 * @param[out] server_address  Receives the address as text. Free it with tgs_string_free().
 * @param[out] port            Receives the TCP port.
 * @param[out] error           NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND for a number that is not known.
 */
TGS_API tgs_status tgs_default_server_address(int32_t dc_id, bool test_mode, char **server_address, uint16_t *port,
                                              tgs_error **error);

/** The fields of a session, as bits that can be added up. Numbers are never reused. */
typedef enum tgs_field {
    /** tgs_get_dc_id() */
    TGS_FIELD_DC_ID = 1,
    /** tgs_get_server_address() */
    TGS_FIELD_SERVER_ADDRESS = 2,
    /** tgs_get_port() */
    TGS_FIELD_PORT = 4,
    /** tgs_get_api_id() */
    TGS_FIELD_API_ID = 8,
    /** tgs_get_test_mode() */
    TGS_FIELD_TEST_MODE = 16,
    /** tgs_get_auth_key() */
    TGS_FIELD_AUTH_KEY = 32,
    /** tgs_get_date() */
    TGS_FIELD_DATE = 64,
    /** tgs_get_user_id() */
    TGS_FIELD_USER_ID = 128,
    /** tgs_get_is_bot() */
    TGS_FIELD_IS_BOT = 256,
    /** tgs_get_takeout_id() */
    TGS_FIELD_TAKEOUT_ID = 512,
    /** tgs_get_tmp_auth_key() */
    TGS_FIELD_TMP_AUTH_KEY = 1024,
} tgs_field;

/**
 * The fields of a session, each as its getter describes it. Set the struct to zero, then `size`, then what is known.
 */
typedef struct tgs_session_data {
    /** sizeof(tgs_session_data). */
    size_t size;
    /** Valid if has_dc_id; likewise the other numbers. */
    int32_t dc_id;
    /** The api_id of the application. */
    int32_t api_id;
    /** An IPv4 or IPv6 address as text; NULL for absent. */
    const char *server_address;
    /** TGS_AUTH_KEY_LEN bytes; NULL for absent. */
    const uint8_t *auth_key;
    /** TGS_AUTH_KEY_LEN bytes; NULL for absent. */
    const uint8_t *tmp_auth_key;
    /** When the session was last saved, in Unix seconds. */
    int64_t date;
    /** The id of the account. */
    int64_t user_id;
    /** The id of the takeout in progress (Telethon). */
    int64_t takeout_id;
    /** TCP port. */
    uint16_t port;
    /** Whether the key belongs to Telegram's test servers. */
    bool test_mode;
    /** Whether the account is a bot. */
    bool is_bot;
    /** Whether dc_id is known. */
    bool has_dc_id;
    /** Whether port is known. */
    bool has_port;
    /** Whether api_id is known. */
    bool has_api_id;
    /** Whether test_mode is known. */
    bool has_test_mode;
    /** Whether date is known. */
    bool has_date;
    /** Whether user_id is known. */
    bool has_user_id;
    /** Whether is_bot is known. */
    bool has_is_bot;
    /** Whether takeout_id is known. */
    bool has_takeout_id;
} tgs_session_data;

/**
 * Sets several fields in one transaction: all of them, or none.
 *
 * @param[in,out] session  The session to change.
 * @param[in]     data     The values. A field that is absent in it becomes absent.
 * @param[in]     which    Which fields to set: a sum of tgs_field numbers, like TGS_FIELD_DC_ID | TGS_FIELD_AUTH_KEY.
 *                         The others stay as they are.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_set_session_data(tgs_session *session, const tgs_session_data *data, uint32_t which,
                                        tgs_error **error);

/**
 * Reads all fields at once, as they are at one moment.
 *
 * @param[in]  session  The session.
 * @param[out] data     Receives a struct, which is yours. What is absent is NULL, or has its `has_…` false. Free it
 *                      with tgs_session_data_free(), which overwrites the keys in it.
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_session_data(const tgs_session *session, const tgs_session_data **data, tgs_error **error);

/**
 * Overwrites and frees what tgs_get_session_data() gave to you.
 *
 * @param[in] data  The struct. NULL is ignored.
 */
TGS_API void tgs_session_data_free(const tgs_session_data *data);

/* ---------- Peers ----------------------------------------------------------------------------------------------------
 *
 * A peer is a user, a group or a channel that the account has seen. Telegram's methods take an access hash with the id
 * of a peer; a session remembers both. Write the peers of each update in one batch, and look a peer up before you call
 * a method.
 *
 *     tgs_peer peers[] = {{.size = sizeof(tgs_peer), .id = 777000101, .access_hash = 5, .has_access_hash = true}};
 *     tgs_input_peer found = {.size = sizeof found};
 *     tgs_update_peers(session, peers, 1, &error);
 *     if (tgs_get_peer_by_id(session, 777000101, &found, &error) == TGS_OK)
 *         printf("%lld\n", (long long)found.access_hash);
 */

/** The type of a peer. Numbers are never reused. */
typedef enum tgs_peer_type {
    /** Unknown, in a peer that you write. It is read as what the marked id tells: user, group or channel. */
    TGS_PEER_TYPE_UNKNOWN = 0,
    /** A person. */
    TGS_PEER_TYPE_USER = 1,
    /** A bot. */
    TGS_PEER_TYPE_BOT = 2,
    /** A basic group. */
    TGS_PEER_TYPE_GROUP = 3,
    /** A broadcast channel. */
    TGS_PEER_TYPE_CHANNEL = 4,
    /** A supergroup. */
    TGS_PEER_TYPE_SUPERGROUP = 5,
    /** A supergroup with topics (Kurigram). */
    TGS_PEER_TYPE_FORUM = 6,
    /** The direct messages of a channel, a monoforum (Kurigram). */
    TGS_PEER_TYPE_DIRECT = 7,
    /** A community (Kurigram). */
    TGS_PEER_TYPE_COMMUNITY = 8,
    /** A type that this library does not know: see `type_name`. */
    TGS_PEER_TYPE_OTHER = 100,
} tgs_peer_type;

/** All that is known about a peer. Set the struct to zero, then `size`, then what you know. */
typedef struct tgs_peer {
    /** sizeof(tgs_peer). */
    size_t size;
    /** The marked id: a user's id, a basic group's -id, a channel's or supergroup's -1000000000000 - id. Never 0. */
    int64_t id;
    /** Any number of 64 bits; valid if has_access_hash. */
    int64_t access_hash;
    /** Whether access_hash is known. To a client, absent and 0 differ. */
    bool has_access_hash;
    /** A tgs_peer_type; never TGS_PEER_TYPE_UNKNOWN in a peer that you read. */
    int32_t type;
    /** The name of the type if it is TGS_PEER_TYPE_OTHER; else NULL. */
    const char *type_name;
    /**
     * username_count texts, the main one first, in any case, with or without "@". NULL for none; to tgs_merge_peers()
     * NULL means that they are not told.
     */
    const char *const *usernames;
    /** How many usernames. */
    size_t username_count;
    /** With or without "+" and spaces; NULL for none. */
    const char *phone_number;
    /** The display name (Telethon); NULL for none. */
    const char *name;
    /** When the peer was last updated, in Unix seconds. 0 means unknown; in a peer that you write it means now. */
    int64_t last_update_on;
} tgs_peer;

/**
 * Adds peers, or replaces those with the same ids, in one transaction: all of them, or none. What a struct leaves out
 * becomes unknown. A username belongs to the peer that was updated last. If a peer is equal to what this session wrote
 * within the last 5 minutes, and nobody else has changed it, it is not written again: its last_update_on stays as it
 * was.
 *
 * @param[in,out] session  The session to change.
 * @param[in]     peers    An array of structs, each with its `size` set.
 * @param[in]     count    How many. Thousands in one call are faster than many calls.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT if an id is 0, a type is unknown or a text is not UTF-8 (the message names
 *         the peer); TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_update_peers(tgs_session *session, const tgs_peer *peers, size_t count, tgs_error **error);

/**
 * Merges peers: changes what their structs tell, and leaves the rest as the session has it. All of it is one
 * transaction: all of them, or none. So a "min" user or a forbidden channel loses nothing by it. A peer that is new is
 * added as tgs_update_peers() adds it.
 *
 * A struct leaves out: the access hash by has_access_hash = false, the type by TGS_PEER_TYPE_UNKNOWN, the usernames by
 * NULL, phone_number and name by NULL. It says that the peer has none: of usernames by any other pointer with a
 * username_count of 0, of phone_number and name by an empty text. A username that is told is taken from any other peer;
 * one that stays is taken from nobody. last_update_on is written always, and 0 means now. Of several structs with one
 * id the later one is merged into what the earlier one left. What this session has merged within the last 5 minutes,
 * and nobody else has changed, is not written again.
 *
 * In an engine of your own (tgs_open_engine()) the library reads the peers, then calls `put_peers`: without `begin`,
 * what another process writes between the two is lost.
 *
 * ```c
 * const char *const none[1] = {NULL};
 * tgs_peer peers[] = {{.size = sizeof(tgs_peer), .id = 777000101, .name = "Anna"},
 *                     {.size = sizeof(tgs_peer), .id = -1001777000301, .usernames = none, .username_count = 0}};
 * tgs_merge_peers(session, peers, 2, &error);
 * ```
 *
 * @param[in,out] session  The session to change.
 * @param[in]     peers    An array of structs, each with its `size` set.
 * @param[in]     count    How many. Thousands in one call are faster than many calls.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT if an id is 0, a type is unknown or a text is not UTF-8 (the message names
 *         the peer); TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_merge_peers(tgs_session *session, const tgs_peer *peers, size_t count, tgs_error **error);

/**
 * Deletes peers: their usernames too, and whatever is kept for them beside the client's own tables. All of it is one
 * transaction: all of them, or none. Update states and sent files stay.
 *
 * @param[in,out] session  The session to change.
 * @param[in]     ids      The marked ids of the peers. An id that no peer has is ignored.
 * @param[in]     count    How many ids. With 0, nothing is deleted.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT if `ids` is NULL with a count; TGS_ERROR_UNSUPPORTED if the session is in
 *         an engine of your own without `delete_peers`; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or
 *         TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_delete_peers(tgs_session *session, const int64_t *ids, size_t count, tgs_error **error);

/**
 * Deletes all peers, as tgs_delete_peers() deletes some. The login, the update states and the sent files stay.
 *
 * @param[in,out] session  The session to change.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_UNSUPPORTED if the session is in an engine of your own without `delete_peers`;
 *         TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_delete_all_peers(tgs_session *session, tgs_error **error);

/** The answer of a lookup: as much as Telegram's InputPeer needs. It has no pointers. */
typedef struct tgs_input_peer {
    /** sizeof(tgs_input_peer). */
    size_t size;
    /** The marked id. */
    int64_t id;
    /** The id without its mark, as Telegram's methods take it. */
    int64_t bare_id;
    /** Valid if has_access_hash. */
    int64_t access_hash;
    /** When the peer was last updated, in Unix seconds; 0 if the session's client stores no time. */
    int64_t last_update_on;
    /** A tgs_peer_type, TGS_PEER_TYPE_UNKNOWN only if nobody was found. */
    int32_t type;
    /** Whether access_hash is known. To a client, absent and 0 differ. */
    bool has_access_hash;
} tgs_input_peer;

/**
 * Finds a peer by its marked id.
 *
 * @param[in]     session  The session.
 * @param[in]     id       The marked id.
 * @param[in,out] peer     Receives the answer. Set its `size` before the call.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if no peer has it; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_peer_by_id(const tgs_session *session, int64_t id, tgs_input_peer *peer, tgs_error **error);

/**
 * Finds many peers by their marked ids, in one call and at one moment.
 *
 * @param[in]     session  The session.
 * @param[in]     ids      The marked ids, in any order; an id may be there more than once.
 * @param[in]     count    How many ids, and how many structs.
 * @param[in,out] peers    An array of `count` structs, of which the first one's `size` is set before the call. Each
 *                         receives the answer for the id at its place; where no peer has that id, the struct's id is 0.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK, also if no peer was found; TGS_ERROR_INVALID_ARGUMENT if an array is NULL with a count, or the size
 *         is not set; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_peers(const tgs_session *session, const int64_t *ids, size_t count, tgs_input_peer *peers,
                                 tgs_error **error);

/**
 * Finds a peer by one of its usernames.
 *
 * @param[in]     session   The session.
 * @param[in]     username  In any case, with or without "@".
 * @param[in,out] peer      Receives the answer. Set its `size` before the call.
 * @param[out]    error     NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if no peer has it; TGS_EXPIRED if the peer was updated too long ago (8 hours in the
 *         Pyrogram family; see tgs_options_set_username_expiry()): ask Telegram who has it; TGS_ERROR_LOCKED,
 *         TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_peer_by_username(const tgs_session *session, const char *username, tgs_input_peer *peer,
                                            tgs_error **error);

/**
 * Finds a peer by its display name (Telethon). It reads all peers.
 *
 * @param[in]     session  The session.
 * @param[in]     name     The name, exactly as it is written.
 * @param[in,out] peer     Receives the answer. Set its `size` before the call. If several peers have the name, it is
 *                         the one with the lowest id.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if no peer has it; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_peer_by_name(const tgs_session *session, const char *name, tgs_input_peer *peer,
                                        tgs_error **error);

/**
 * Finds a peer by its phone number.
 *
 * @param[in]     session       The session.
 * @param[in]     phone_number  With or without "+" and spaces.
 * @param[in,out] peer          Receives the answer. Set its `size` before the call.
 * @param[out]    error         NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if no peer has it; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_peer_by_phone_number(const tgs_session *session, const char *phone_number,
                                                tgs_input_peer *peer, tgs_error **error);

/**
 * Deletes the peers that were last seen long ago, and the oldest of too many, as tgs_delete_peers() deletes some. All
 * of it is one transaction: all of them, or none; in MongoDB another client may see one of them again meanwhile. The
 * account itself, update states and sent files stay. A client asks Telegram again for a peer that it does not find.
 *
 * A peer's time is its last_update_on. Where a client stores none (Telethon's versions 1 to 6), a peer is never too
 * old, and counts as older than all others. Of peers that are equally old, those with the lower ids stay.
 *
 * The file does not become smaller: the next peers take the place, or tgs_compact() gives it back.
 *
 * ```c
 * // Everybody who was not seen for a year, then the oldest beyond 100,000.
 * uint64_t removed = 0;
 * status = tgs_prune_peers(session, now - 365 * 86400, TGS_PEER_TYPE_UNKNOWN, 100000, &removed, &error);
 * ```
 *
 * @param[in,out] session      The session to change.
 * @param[in]     seen_before  Unix seconds: peers that were last seen before are deleted. 0: their age does not matter.
 * @param[in]     peer_type    A tgs_peer_type: only peers of this type are counted and deleted. TGS_PEER_TYPE_UNKNOWN:
 *                             of all.
 * @param[in]     keep_newest  How many peers stay, those that were seen last. -1: their number does not matter.
 * @param[out]    removed      NULL, or receives how many were deleted.
 * @param[out]    error        NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK, also if none was deleted; TGS_ERROR_INVALID_ARGUMENT if neither age nor number matters, or if
 *         peer_type is TGS_PEER_TYPE_OTHER or no type; TGS_ERROR_UNSUPPORTED if the session is in an engine of your own
 *         without `delete_peers`; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_prune_peers(tgs_session *session, int64_t seen_before, int32_t peer_type, int64_t keep_newest,
                                   uint64_t *removed, tgs_error **error);

/**
 * Gives the room in a session's SQLite file that nothing is in back to the file system, as after tgs_prune_peers().
 * Nothing else does that: the library never does it unasked, and the next peers take the room.
 *
 * Where nothing is to be given back, nothing is written. A file whose auto_vacuum is incremental gives back about
 * max_bytes in one call: call it until `freed` is 0. Any other file is written anew by SQLite's VACUUM, in one
 * transaction, for which its medium has to have room for a copy of it and the memory for what is left in it;
 * other programs wait meanwhile. In WAL mode the file itself becomes shorter when no other program reads it.
 *
 * The layout, the version and the settings of the file stay, and its client reads it as before.
 *
 * ```c
 * // In steps of a megabyte where the file can do that; otherwise as a whole, if no more than a megabyte is left in it.
 * int64_t freed = 0;
 * do status = tgs_compact(session, 1 << 20, &freed, &error);
 * while (status == TGS_OK && freed > 0);
 * ```
 *
 * @param[in,out] session    The session.
 * @param[in]     max_bytes  About how many bytes this call may write at most. 0: as many as it takes.
 * @param[out]    freed      NULL, or receives by how many bytes the file becomes shorter.
 * @param[out]    error      NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK, also if there was nothing to give back, and for a session that is in memory only;
 *         TGS_ERROR_INVALID_ARGUMENT if max_bytes is negative; TGS_ERROR_UNSUPPORTED if the file can only be written
 *         anew as a whole and that takes more than max_bytes (the message says how many), and for a session in MongoDB,
 *         in a database of many sessions and in an engine of your own; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED,
 *         TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_compact(tgs_session *session, int64_t max_bytes, int64_t *freed, tgs_error **error);

/** An iterator over peers: from tgs_peer_iter_new() until tgs_peer_iter_free(). */
typedef struct tgs_peer_iter tgs_peer_iter;

/**
 * Makes an iterator over complete peers, in ascending order of their ids, as they are now: it does not see later
 * changes.
 *
 * @param[in]  session  The session.
 * @param[in]  ids      The marked ids of the peers; NULL, with a count of 0, for all peers.
 * @param[in]  count    How many ids.
 * @param[out] iter     Receives the iterator. Free it with tgs_peer_iter_free().
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_peer_iter_new(const tgs_session *session, const int64_t *ids, size_t count, tgs_peer_iter **iter,
                                     tgs_error **error);

/**
 * Moves to the next peer. One thread at a time may use an iterator.
 *
 * @param[in,out] iter   The iterator.
 * @param[out]    peer   Receives a pointer to a struct that belongs to the iterator. It and its texts are valid until
 *                       the next call with this iterator.
 * @param[out]    error  NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND after the last peer.
 */
TGS_API tgs_status tgs_peer_iter_next(tgs_peer_iter *iter, const tgs_peer **peer, tgs_error **error);

/**
 * Frees an iterator. It may outlive its session.
 *
 * @param[in] iter  The iterator. NULL, and an iterator that was freed, are ignored.
 */
TGS_API void tgs_peer_iter_free(tgs_peer_iter *iter);

/* ---------- Update states --------------------------------------------------------------------------------------------
 *
 * An update state says how far the updates of the account, or of one channel, were received. A client stores it after
 * each update, and asks Telegram for what it missed when it starts again. The account's state has the id 0.
 *
 *     tgs_update_state state = {.size = sizeof state, .pts = 1001, .has_pts = true};
 *     tgs_set_update_states(session, &state, 1, &error);
 *     if (tgs_get_update_state(session, 0, &state, &error) == TGS_OK && state.has_pts)
 *         printf("%lld\n", (long long)state.pts);
 */

/**
 * How far updates were received. No state, a state with an absent value, and the value 0 are three different things.
 */
typedef struct tgs_update_state {
    /** sizeof(tgs_update_state). */
    size_t size;
    /** 0 for the account, or the marked id of a channel. */
    int64_t id;
    /** Valid if has_pts; likewise the others. */
    int64_t pts;
    /** The position in the events of secret chats. */
    int64_t qts;
    /** The date of the last update, in Unix seconds. */
    int64_t date;
    /** The number of the last container of updates. */
    int64_t seq;
    /** Whether pts is known. */
    bool has_pts;
    /** Whether qts is known. */
    bool has_qts;
    /** Whether date is known. */
    bool has_date;
    /** Whether seq is known. */
    bool has_seq;
} tgs_update_state;

/**
 * Reads all update states, in ascending order of their ids. If there are more than your array can hold, it is filled
 * with the first ones, the call returns TGS_OK, and `count` is greater than `capacity`: call again with a larger
 * array. With a capacity of 0 the call only counts.
 *
 * @param[in]     session   The session.
 * @param[in,out] states    An array that receives the states; NULL if `capacity` is 0. Set the `size` of its first
 *                          struct: the structs are that many bytes apart, and the library sets the `size` of each that
 *                          it fills. Structs beyond the last state stay as they are.
 * @param[in]     capacity  How many structs the array can hold.
 * @param[out]    count     Receives how many states there are.
 * @param[out]    error     NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_update_states(const tgs_session *session, tgs_update_state *states, size_t capacity,
                                         size_t *count, tgs_error **error);

/**
 * Reads one update state.
 *
 * @param[in]     session  The session.
 * @param[in]     id       0 for the account, or the marked id of a channel.
 * @param[in,out] state    Receives the answer. Set its `size` before the call.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if there is none; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_update_state(const tgs_session *session, int64_t id, tgs_update_state *state,
                                        tgs_error **error);

/**
 * Adds update states, or replaces those with the same ids, in one transaction.
 *
 * @param[in,out] session  The session to change.
 * @param[in]     states   An array of structs, each with its `size` set.
 * @param[in]     count    How many.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_set_update_states(tgs_session *session, const tgs_update_state *states, size_t count,
                                         tgs_error **error);

/**
 * Removes an update state, if there is one.
 *
 * @param[in,out] session  The session to change.
 * @param[in]     id       0 for the account, or the marked id of a channel.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_delete_update_state(tgs_session *session, int64_t id, tgs_error **error);

/* ---------- Sent files -----------------------------------------------------------------------------------------------
 *
 * Telethon remembers files that it has uploaded: by the MD5 and the size of their content it finds the file that
 * Telegram has already, and sends that one. The other clients have no table for it; the library keeps it for them in
 * one of its own.
 *
 *     const uint8_t md5[16] = {0xd4, 0x1d, 0x8c, 0xd9};
 *     tgs_sent_file file = {.size = sizeof file};
 *     if (tgs_get_sent_file(session, md5, 1024, 0, &file, &error) == TGS_OK)
 *         printf("%lld\n", (long long)file.id);
 */

/** A file that was uploaded before. */
typedef struct tgs_sent_file {
    /** sizeof(tgs_sent_file). */
    size_t size;
    /** The MD5 of its content. */
    uint8_t md5[16];
    /** The size of its content in bytes. */
    int64_t file_size;
    /** Its id at Telegram. */
    int64_t id;
    /** Its access hash at Telegram. */
    int64_t access_hash;
    /** 0 for a document, 1 for a photo. */
    int32_t type;
} tgs_sent_file;

/**
 * Reads all sent files, in ascending order of MD5, size and type. If there are more than your array can hold, it is
 * filled with the first ones, the call returns TGS_OK, and `count` is greater than `capacity`: call again with a
 * larger array.
 *
 * @param[in]     session   The session.
 * @param[in,out] files     An array that receives the files; NULL if `capacity` is 0. Set the `size` of its first
 *                          struct, as for tgs_get_update_states().
 * @param[in]     capacity  How many structs the array can hold.
 * @param[out]    count     Receives how many files there are.
 * @param[out]    error     NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_sent_files(const tgs_session *session, tgs_sent_file *files, size_t capacity, size_t *count,
                                      tgs_error **error);

/**
 * Finds a sent file.
 *
 * @param[in]     session    The session.
 * @param[in]     md5        The MD5 of its content: 16 bytes.
 * @param[in]     file_size  The size of its content in bytes.
 * @param[in]     type       0 for a document, 1 for a photo.
 * @param[in,out] file       Receives the answer. Set its `size` before the call.
 * @param[out]    error      NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if it was not sent; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_sent_file(const tgs_session *session, const uint8_t *md5, int64_t file_size, int32_t type,
                                     tgs_sent_file *file, tgs_error **error);

/**
 * Adds sent files, or replaces those with the same MD5, size and type, in one transaction.
 *
 * @param[in,out] session  The session to change.
 * @param[in]     files    An array of structs, each with its `size` set.
 * @param[in]     count    How many.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_cache_sent_files(tgs_session *session, const tgs_sent_file *files, size_t count,
                                        tgs_error **error);

/* ---------- Values of your own ---------------------------------------------------------------------------------------
 *
 * What a client keeps beside its session (salts, a configuration, its own state) can stand in the session itself,
 * under names of your choice: bytes, of which the library knows nothing. No other client sees them. In a file of
 * another client they stand in a table of this library. They are copied by tgs_convert(), are in tgs_to_bytes(), and
 * go with tgs_delete(). They stay when another account logs in. A session string has no place for them.
 *
 * A name is a text of 1 to 255 bytes, without white space at its ends and without control characters; upper and
 * lower case are different. A value has 0 to 1048576 bytes. It may be a secret: it is treated as an auth key is, in
 * no message, wiped from memory, and in a file overwritten when it is replaced or removed.
 *
 *     const uint8_t salt[] = {1, 2, 3};
 *     uint8_t *bytes = NULL;
 *     size_t len = 0;
 *     tgs_set_value(session, "salts 4", salt, sizeof salt, &error);
 *     if (tgs_get_value(session, "salts 4", &bytes, &len, &error) == TGS_OK)
 *         tgs_bytes_free(bytes, len);
 */

/**
 * Sets a value, or replaces it.
 *
 * @param[in,out] session  The session to change.
 * @param[in]     name     The name.
 * @param[in]     bytes    The bytes; NULL for none if `len` is 0, which is a value too. The library copies them.
 * @param[in]     len      How many.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for another name, or for too many bytes; TGS_ERROR_UNSUPPORTED in an
 *         engine of your own without values; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or
 *         TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_set_value(tgs_session *session, const char *name, const uint8_t *bytes, size_t len,
                                 tgs_error **error);

/**
 * Reads a value.
 *
 * @param[in]  session  The session.
 * @param[in]  name     The name.
 * @param[out] bytes    Receives the bytes. Free them with tgs_bytes_free(), also if there are none in the value.
 * @param[out] len      Receives how many.
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if there is none of that name; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_value(const tgs_session *session, const char *name, uint8_t **bytes, size_t *len,
                                 tgs_error **error);

/**
 * Removes a value, if there is one of that name.
 *
 * @param[in,out] session  The session to change.
 * @param[in]     name     The name.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_delete_value(tgs_session *session, const char *name, tgs_error **error);

/**
 * Lists the names of the values.
 *
 * @param[in]  session  The session.
 * @param[out] names    Receives a JSON array of the names, in ascending order of their bytes; tgs_report_new() reads it
 *                      for you. Free it with tgs_string_free().
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_list_values(const tgs_session *session, char **names, tgs_error **error);

/* ---------- Data centres ---------------------------------------------------------------------------------------------
 *
 * A login has a home data centre, whose key and address are fields of the session (tgs_get_auth_key()), and may have
 * keys and addresses of others, with which it loads files. They can stand in the session too, in every engine: mtcute,
 * grammers, Telethon 2 and Telegram Desktop keep them in their own places; beside other sessions they stand in a
 * table of this library. They are copied by tgs_convert(), are in tgs_to_bytes(), and go with tgs_delete(). They go
 * too when the auth key changes to one that none of them has: it is another login then.
 *
 *     const uint8_t key_of_4[TGS_AUTH_KEY_LEN] = {1, 2, 3};
 *     tgs_dc dc = {.size = sizeof dc, .dc_id = 4, .auth_key = key_of_4};
 *     const tgs_dc *found = NULL;
 *     tgs_set_dc(session, &dc, &error);
 *     if (tgs_get_dc(session, 4, &found, &error) == TGS_OK)
 *         printf("data centre %d, %zu addresses\n", found->dc_id, found->address_count);
 *     tgs_dc_free(found);
 */

/** Where a data centre is reached. Whether it is a test server, tgs_get_test_mode() tells. */
typedef struct tgs_dc_address {
    /** sizeof(tgs_dc_address). */
    size_t size;
    /** An IPv4 or IPv6 address as text, without brackets; 1 to 255 bytes. */
    const char *server_address;
    /** TCP port, 1 to 65535. */
    uint16_t port;
    /** Whether it serves files only. */
    bool is_media_only;
} tgs_dc_address;

/** What a login has at a data centre. Set the struct to zero, then `size`, `dc_id`, then what is known. */
typedef struct tgs_dc {
    /** sizeof(tgs_dc). */
    size_t size;
    /** TGS_AUTH_KEY_LEN bytes; NULL for absent. */
    const uint8_t *auth_key;
    /** The temporary key of perfect forward secrecy: TGS_AUTH_KEY_LEN bytes; NULL for absent. */
    const uint8_t *tmp_auth_key;
    /** Unix seconds after which the temporary key is not valid any more; valid if has_tmp_expires_at. */
    int64_t tmp_expires_at;
    /** An array of addresses, in the order in which they are tried; NULL if `address_count` is 0. */
    const tgs_dc_address *addresses;
    /** How many addresses: 64 at most. */
    size_t address_count;
    /** 1 to 5, 203, others possible. */
    int32_t dc_id;
    /** Whether tmp_expires_at is known. */
    bool has_tmp_expires_at;
} tgs_dc;

/**
 * Replaces what is known of a data centre. Of the home data centre, the keys that are given are written to the fields,
 * and those that are absent stay there.
 *
 * @param[in,out] session  The session to change.
 * @param[in]     dc       What is known. The library copies it.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for an id, an address or a port that cannot be, or too many addresses;
 *         TGS_ERROR_UNSUPPORTED in an engine of your own without values; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED,
 *         TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_set_dc(tgs_session *session, const tgs_dc *dc, tgs_error **error);

/**
 * Reads what is known of a data centre. Of the home data centre, the keys and the first address are those of the
 * fields.
 *
 * @param[in]  session  The session.
 * @param[in]  dc_id    Which data centre.
 * @param[out] dc       Receives a struct, which is yours. What is absent is NULL, or has its `has_…` false. Free it
 *                      with tgs_dc_free(), which overwrites the keys in it.
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND if nothing is known; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_dc(const tgs_session *session, int32_t dc_id, const tgs_dc **dc, tgs_error **error);

/**
 * Overwrites and frees what tgs_get_dc() gave to you.
 *
 * @param[in] dc  The struct. NULL is ignored.
 */
TGS_API void tgs_dc_free(const tgs_dc *dc);

/**
 * Removes what is known of a data centre, if anything is. The fields of the home data centre stay.
 *
 * @param[in,out] session  The session to change.
 * @param[in]     dc_id    Which data centre.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_delete_dc(tgs_session *session, int32_t dc_id, tgs_error **error);

/**
 * Lists the data centres of which something is known, the home one too.
 *
 * @param[in]  session  The session.
 * @param[out] ids      Receives a JSON array of their ids, in ascending order. Free it with tgs_string_free().
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_list_dcs(const tgs_session *session, char **ids, tgs_error **error);

/* ---------- Counts ---------------------------------------------------------------------------------------------------
 *
 * How much a session holds, without reading it: a database counts its rows. An engine of your own is read for it,
 * and of MongoDB the usernames are.
 *
 *     tgs_counts counts = {.size = sizeof counts};
 *     tgs_status status = tgs_get_counts(session, &counts, &error);
 *     if (status == TGS_OK && counts.peers > 100000)
 *         printf("%llu peers\n", (unsigned long long)counts.peers);
 */

/** How many rows of each kind a session has. */
typedef struct tgs_counts {
    /** sizeof(tgs_counts). */
    size_t size;
    /** Peers. */
    uint64_t peers;
    /** Usernames, of all peers together. */
    uint64_t usernames;
    /** Update states. */
    uint64_t update_states;
    /** Sent files. */
    uint64_t sent_files;
    /** Values that a client keeps beside: tgs_set_value(). */
    uint64_t values;
} tgs_counts;

/**
 * Counts the rows of each kind, at one moment.
 *
 * @param[in]     session  The session.
 * @param[in,out] counts   Receives the answer. Set its `size` before the call.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_get_counts(const tgs_session *session, tgs_counts *counts, tgs_error **error);

/* ---------- Conversion -----------------------------------------------------------------------------------------------
 *
 * A session can become a session string, or be copied into a session of another client. The library works out what it
 * can (the address from the data centre, is_bot from the account's own peer) and never makes a value up: if the target
 * needs one that is unknown, the call returns TGS_ERROR_INCOMPLETE and names it, and you pass it in as an override.
 *
 *     const char *const overrides[] = {"user_id=777000123", "is_bot=false"};
 *     tgs_session *target = NULL;
 *     tgs_open("for_pyrogram.session", NULL, &target, &error);
 *     tgs_convert(session, target, overrides, 2, NULL, &error);
 *     tgs_close(target);
 */

/**
 * Writes the session as a session string: the complete login in one text, without its peers. Guard it like a password.
 *
 * @param[in]  session  The session.
 * @param[in]  format   "pyrogram" (Pyrogram 2 and all its forks), "pyrogram-1", "telethon", "gramjs", "mtcute",
 *                      "mtkruto" or "gogram".
 * @param[out] text     Receives the session string. Free it with tgs_string_free().
 * @param[out] report   NULL, or receives as JSON what of the session is in the string, for which all peers are read.
 *                      Free it with tgs_string_free().
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INCOMPLETE if the format needs fields that are unknown (the message names them);
 *         TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_export_session_string(const tgs_session *session, const char *format, char **text, char **report,
                                             tgs_error **error);

/**
 * Copies everything from one session to another in one transaction: fields, peers, update states, sent files. What the
 * target's client cannot store is kept aside in tables of this library, and comes back from there when you convert
 * again.
 *
 * @param[in]     source          The session to copy.
 * @param[in,out] target          The session to fill: one without a login, or with the same login.
 * @param[in]     overrides       Values that you know, like "user_id=123456" or "is_bot=false". They win over the
 *                                source's. NULL if there are none.
 * @param[in]     override_count  How many.
 * @param[out]    report          NULL, or receives as JSON what became of each field and table: kept, overridden,
 *                                derived (and from what), kept_aside, missing or unusable (a number out of its field's
 *                                range). What stands beside the session in its store is no part of it and is named as
 *                                left_behind: foreign_tables (other programs' tables in its file: name, rows),
 *                                other_logins (further rows of logins, other accounts) and other_keys (of other data
 *                                centres: dc_id, auth_key_id); remarks are sentences that its owner should read. A list
 *                                that would be empty is not there. Free it with tgs_string_free().
 * @param[out]    error           NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INCOMPLETE if the target's client would destroy the session, or ask its user, because a
 *         value is unknown (user_id, is_bot, test_mode or api_id in the Pyrogram family): then nothing is written;
 *         TGS_ERROR_INVALID_ARGUMENT, also if the target has another login; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED,
 *         TGS_ERROR_DISK_FULL, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_convert(const tgs_session *source, tgs_session *target, const char *const *overrides,
                               size_t override_count, char **report, tgs_error **error);

/**
 * Whether tgs_convert_with_options() takes along other programs' tables: those in the source's file that are no part
 * of the session, with their rows and indexes. A view, a virtual table and a trigger are never taken, because they run
 * code. Opening a session does not look at it.
 *
 * @param[in,out] options  The options to change.
 * @param[in]     keep     Whether to take them along. The default is false: they stay behind, and the report names
 *                         them.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK.
 */
TGS_API tgs_status tgs_options_set_keep_foreign_tables(tgs_options *options, bool keep, tgs_error **error);

/**
 * As tgs_convert(), with options.
 *
 * ```c
 * tgs_options *options = tgs_options_new();
 * tgs_options_set_keep_foreign_tables(options, true, NULL);
 * tgs_convert_with_options(session, target, options, NULL, 0, NULL, &error);
 * tgs_options_free(options);
 * ```
 *
 * @param[in]     source          The session to copy.
 * @param[in,out] target          As for tgs_convert().
 * @param[in]     options         Whether other programs' tables are taken along: tgs_options_set_keep_foreign_tables().
 *                                No other option counts here. NULL for the defaults. You may free them after the call.
 * @param[in]     overrides       As for tgs_convert(). NULL if there are none.
 * @param[in]     override_count  How many.
 * @param[out]    report          NULL, or receives what tgs_convert() reports; a table that was taken along has the
 *                                outcome taken_along. Free it with tgs_string_free().
 * @param[out]    error           NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return As tgs_convert(). TGS_ERROR_UNSUPPORTED if the tables are wanted and the target is no SQLite file: then
 *         nothing is written; and if one has a name that the target's layout uses itself: then the session is written,
 *         and none of the tables.
 */
TGS_API tgs_status tgs_convert_with_options(const tgs_session *source, tgs_session *target, const tgs_options *options,
                                            const char *const *overrides, size_t override_count, char **report,
                                            tgs_error **error);

/**
 * Writes the session as a new file of another client that is made as a whole, readable by its owner only. What the
 * format has no place for is left out. A file that is there is never written over; where the call fails there is no
 * new one.
 *
 * @param[in]  source          The session to write.
 * @param[in]  format          "gotd" (the JSON of gotd/td), "gogram" (its session.dat, under the key in gogram's
 *                             source: whoever can read the file has the login), "grammers" (the TL of grammers-session
 *                             0.4 to 0.7), the SQLite databases "mtcute" and "grammers-sqlite" (grammers-session 0.8
 *                             and later), or for a new folder "storesession" (GramJS's and teleproto's) or "tdata"
 *                             (Telegram Desktop's, without a passcode: tgs_export_file_with_options() writes one).
 * @param[in]  path            The new file or folder. The folder around it has to be there.
 * @param[in]  overrides       Values that you know, as for tgs_convert(). NULL if there are none.
 * @param[in]  override_count  How many.
 * @param[out] report          NULL, or receives as JSON what became of each field and table, as tgs_convert() gives it,
 *                             with left_out for what the format has no place for. Free it with tgs_string_free().
 * @param[out] error           NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INCOMPLETE if the format needs fields that are unknown (the message names them);
 *         TGS_ERROR_INVALID_ARGUMENT, also if the file is there already; TGS_ERROR_FILE_NOT_FOUND without its folder;
 *         TGS_ERROR_PERMISSION_DENIED, TGS_ERROR_DISK_FULL, TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_export_file(const tgs_session *source, const char *format, const char *path,
                                   const char *const *overrides, size_t override_count, char **report,
                                   tgs_error **error);

/**
 * As tgs_export_file(), with options.
 *
 * ```c
 * tgs_options *options = tgs_options_new();
 * tgs_options_set_passcode(options, passcode, NULL);
 * tgs_export_file_with_options(session, "tdata", "tdata", options, NULL, 0, NULL, &error);
 * tgs_options_free(options);
 * ```
 *
 * @param[in]  source          The session to write.
 * @param[in]  format          As for tgs_export_file().
 * @param[in]  path            The new file or folder. The folder around it has to be there.
 * @param[in]  options         The passcode of a new "tdata", which Telegram Desktop asks for. Of the other options only
 *                             tgs_options_set_keep_foreign_tables() counts here. NULL for none. You may free them after
 *                             the call.
 * @param[in]  overrides       Values that you know, as for tgs_convert(). NULL if there are none.
 * @param[in]  override_count  How many.
 * @param[out] report          NULL, or receives what tgs_export_file() reports. Free it with tgs_string_free().
 * @param[out] error           NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return As tgs_export_file(); TGS_ERROR_UNSUPPORTED for a passcode where the format has none, and for other programs'
 *         tables, which none of these formats takes.
 */
TGS_API tgs_status tgs_export_file_with_options(const tgs_session *source, const char *format, const char *path,
                                                const tgs_options *options, const char *const *overrides,
                                                size_t override_count, char **report, tgs_error **error);

/**
 * Describes the session as a JSON object: format, version, dc_id, server_address, port, api_id, test_mode, auth_key_id
 * (16 hexadecimal digits), user_id, is_bot, date, takeout_id, and the counts peers, usernames, update_states and
 * sent_files. Absent values are null. If there are any: foreign_tables, other_logins and other_keys, as in the report
 * of tgs_convert(); data_centers (dc_id, auth_key_id, has_tmp_auth_key, addresses: what tgs_get_dc() gives, beside the
 * fields); remarks (sentences that its owner should read).
 *
 * @param[in]  session       The session.
 * @param[in]  show_secrets  false: the description holds no secret. true: it also has auth_key, in hexadecimal digits.
 * @param[out] description   Receives the JSON. Free it with tgs_string_free().
 * @param[out] error         NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_inspect(const tgs_session *session, bool show_secrets, char **description, tgs_error **error);

/**
 * Says what a text is, as a JSON object without secrets: whether it is a session string, of which kind and version,
 * whether it is intact, what was repaired, and what is missing or too much.
 *
 * @param[in]  text       Any text, NUL-terminated UTF-8.
 * @param[out] diagnosis  Receives the JSON. Free it with tgs_string_free().
 * @param[out] error      NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK.
 */
TGS_API tgs_status tgs_diagnose(const char *text, char **diagnosis, tgs_error **error);

/* ---------- Reports without JSON -------------------------------------------------------------------------------------
 *
 * Lists, reports and descriptions are given as JSON: the names of tgs_list_sessions() and tgs_list_values(), the
 * reports of tgs_convert() and tgs_export_session_string(), the descriptions of tgs_inspect() and tgs_diagnose(). A
 * program without a reader of JSON reads any of them as a row of structs:
 *
 * - a list: an entry for each name, which is the `subject`;
 * - a report: "source" and "target" with their formats as `detail`; each field with its `outcome`, and as `detail` what
 *   a derived one was derived from; each table with an `outcome` and the `number` of rows that came to it, once for
 *   each outcome that has rows;
 * - a description: each member with its value as `detail`, and as `number` if it is one. The members of an object in it
 *   are called "fields.dc_id", and each value of a list is an entry of the same `subject`.
 *
 *     char *json = NULL;
 *     tgs_report *report = NULL;
 *     const tgs_report_entry *entry = NULL;
 *     if (tgs_inspect(session, false, &json, &error) == TGS_OK && tgs_report_new(json, &report, &error) == TGS_OK)
 *         while (tgs_report_next(report, &entry, &error) == TGS_OK) printf("%s\n", entry->subject);
 *     tgs_report_free(report);
 *     tgs_string_free(json);
 */

/** A report that is read entry by entry: from tgs_report_new() until tgs_report_free(). */
typedef struct tgs_report tgs_report;

/**
 * Makes a report of JSON that this library gave.
 *
 * @param[in]  json    The JSON. You may free it after the call.
 * @param[out] report  Receives the report, before its first entry. Free it with tgs_report_free().
 * @param[out] error   NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT if it is none.
 */
TGS_API tgs_status tgs_report_new(const char *json, tgs_report **report, tgs_error **error);

/** One entry of a report. */
typedef struct tgs_report_entry {
    /** sizeof(tgs_report_entry). */
    size_t size;
    /** What it is about: a session, a field, a table, a member. Never NULL. */
    const char *subject;
    /** What became of a field or a table: "kept", "derived" and so on; NULL where nothing can become of it. */
    const char *outcome;
    /** The value of a member as text, or what a field was derived from; NULL for absent. */
    const char *detail;
    /**
     * How many rows of a table, or the value of a member that is a number, or 1 for true and 0 for false. Valid if
     * has_number.
     */
    int64_t number;
    /** Whether there is a number. */
    bool has_number;
} tgs_report_entry;

/**
 * Moves to the next entry. One thread at a time may use a report.
 *
 * @param[in,out] report  The report.
 * @param[out]    entry   Receives a pointer to a struct that belongs to the report. It and its texts are valid until
 *                        the next call with this report.
 * @param[out]    error   NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_NOT_FOUND after the last entry.
 */
TGS_API tgs_status tgs_report_next(tgs_report *report, const tgs_report_entry **entry, tgs_error **error);

/**
 * Overwrites and frees a report.
 *
 * @param[in] report  The report. NULL, and a report that was freed, are ignored.
 */
TGS_API void tgs_report_free(tgs_report *report);

/* ---------- Bytes in, bytes out --------------------------------------------------------------------------------------
 *
 * A complete session is a small file: an object store, a cache or an environment variable can hold its bytes. Open it
 * from them, use it in memory, and store its bytes again when tgs_change_count() has grown.
 *
 *     uint8_t *bytes = NULL;
 *     size_t len = 0;
 *     if (tgs_to_bytes(session, NULL, true, &bytes, &len, &error) == TGS_OK)
 *         fwrite(bytes, 1, len, stdout);
 *     tgs_bytes_free(bytes, len);
 */

/**
 * Opens a session in bytes: a complete SQLite file of any client, or its JSON, as it is, compressed with gzip or in
 * base64; or a text with a session string. The session is in memory. Bytes of a file in WAL mode lack what is in its
 * -wal file.
 *
 * @param[in]  bytes    The bytes. The library copies them.
 * @param[in]  len      How many.
 * @param[in]  options  How to open it; NULL for the defaults. What they say about files has no effect. You may free
 *                      them after the call.
 * @param[out] session  Receives the session. Close it with tgs_close().
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_NOT_A_SESSION, TGS_ERROR_CORRUPT, TGS_ERROR_UNKNOWN_VERSION, TGS_ERROR_WRONG_KEY (they are
 *         encrypted, and the options have another passphrase or key, or none; or they are a file of age: see
 *         tgs_open_age()), TGS_ERROR_UNSUPPORTED (it is larger than tgs_options_set_max_bytes() allows) or
 *         TGS_ERROR_IN_USE.
 */
TGS_API tgs_status tgs_open_bytes(const uint8_t *bytes, size_t len, const tgs_options *options, tgs_session **session,
                                  tgs_error **error);

/**
 * The complete session as a SQLite file, which its client and tgs_open_bytes() can open. Guard it like a password. The
 * bytes of an encrypted session are encrypted, with the same passphrase or key; all others are in clear.
 *
 * @param[in]  session   The session.
 * @param[in]  format    The layout, as for tgs_options_set_format(); NULL for the session's own. A session that is in
 *                       no file (a session string, a database on a server) becomes "pyrogram@3", or "telethon@7" if it
 *                       is one of Telethon's.
 * @param[in]  compress  Whether to compress it with gzip, to about a third of the size.
 * @param[out] bytes     Receives the bytes. Free them with tgs_bytes_free().
 * @param[out] len       Receives how many.
 * @param[out] error     NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INCOMPLETE if the layout needs fields that are unknown (the message names them);
 *         TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_to_bytes(const tgs_session *session, const char *format, bool compress, uint8_t **bytes,
                                size_t *len, tgs_error **error);

/**
 * Overwrites and frees bytes that tgs_to_bytes(), tgs_to_age() or tgs_get_value() gave to you.
 *
 * @param[in] bytes  The bytes. NULL is ignored.
 * @param[in] len    How many, as that call said.
 */
TGS_API void tgs_bytes_free(uint8_t *bytes, size_t len);

/**
 * Counts the calls with this handle that changed the session. If you store the bytes of a session elsewhere, store
 * them again when this number grows. It starts at 0 when the session is opened.
 *
 * @param[in]  session  The session.
 * @param[out] count    Receives the number.
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK.
 */
TGS_API tgs_status tgs_change_count(const tgs_session *session, uint64_t *count, tgs_error **error);

/* ---------- Encryption at rest ---------------------------------------------------------------------------------------
 *
 * A session's file can be encrypted: with a passphrase, or with a key of 32 bytes that you keep elsewhere. It is a
 * file of SQLCipher 4 with its defaults, which every program with SQLCipher 4 opens: each page is encrypted with
 * AES-256 and authenticated with HMAC-SHA512, and so are the pages in the -journal and -wal files, from the first
 * byte. The key of a passphrase is made by PBKDF2 with 256,000 rounds of HMAC-SHA512. This is work for a tenth of a
 * second or more each time the file is opened; a key costs nothing. The clients themselves open plain files only.
 *
 * What it protects is a file that is stolen, lost or backed up. It does not protect what is in the memory of the
 * program, which has the passphrase and the auth key while the session is open, nor session strings. The length and
 * the times of the file, and which pages change, can be seen.
 *
 * A plain session becomes an encrypted one when it is converted into a new file that is opened with a passphrase, and
 * the other way round:
 *
 *     tgs_options *options = tgs_options_new();
 *     tgs_options_set_passphrase(options, "correct horse battery staple", NULL);
 *     tgs_session *target = NULL;
 *     if (tgs_open("encrypted.session", options, &target, &error) == TGS_OK)
 *         tgs_convert(session, target, NULL, 0, NULL, &error);
 *     tgs_close(target);
 *     tgs_options_free(options);
 */

/**
 * The passphrase of the session's file. A file that is created is encrypted with it. It takes the place of a key that
 * was set before.
 *
 * @param[in,out] options     The options to change. They keep a copy, which is overwritten when they are freed.
 * @param[in]     passphrase  NUL-terminated UTF-8, not empty; NULL for a file that is not encrypted (the default).
 * @param[out]    error       NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for an empty one, and for a text like x'0a1b…' with the digits of a key,
 *         which SQLCipher takes for the key itself; TGS_ERROR_UNSUPPORTED if this library has no SQLCipher. Opening a
 *         file with a wrong passphrase, with one that it does not have, or without one that it has, is
 *         TGS_ERROR_WRONG_KEY and changes nothing; what is not in a file of SQLite is TGS_ERROR_UNSUPPORTED.
 */
TGS_API tgs_status tgs_options_set_passphrase(tgs_options *options, const char *passphrase, tgs_error **error);

/**
 * The key of the session's file, in place of a passphrase. A file that is created is encrypted with it.
 *
 * @param[in,out] options  The options to change. They keep a copy, which is overwritten when they are freed.
 * @param[in]     key      The bytes of the key, from a source of random numbers; NULL for a file that is not encrypted.
 * @param[in]     len      32; or 48 for a key and its salt, the first 16 bytes of the file; 0 with NULL.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for another length; TGS_ERROR_UNSUPPORTED if this library has no
 *         SQLCipher.
 */
TGS_API tgs_status tgs_options_set_encryption_key(tgs_options *options, const uint8_t *key, size_t len,
                                                  tgs_error **error);

/**
 * The key of another client's own encrypted file, which is only read: the database key of TDLib's td.binlog, the
 * api_hash or session_key of a session of WTelegramClient (bytes, or their hexadecimal digits), the SessionAESKey of
 * gogram.
 *
 * @param[in,out] options  The options to change. They keep a copy, which is overwritten when they are freed.
 * @param[in]     key      The bytes; NULL for the client's own default.
 * @param[in]     len      How many: 4096 at most; 0 with NULL.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK. Opening a file with a wrong key, or without one that it needs, is TGS_ERROR_WRONG_KEY; with one, what
 *         is none of these is TGS_ERROR_UNSUPPORTED.
 */
TGS_API tgs_status tgs_options_set_database_key(tgs_options *options, const uint8_t *key, size_t len,
                                                tgs_error **error);

/**
 * The passcode of Telegram Desktop's tdata: of the folder that is opened, or of the new one that
 * tgs_export_file_with_options() writes.
 *
 * @param[in,out] options   The options to change. They keep a copy, which is overwritten when they are freed.
 * @param[in]     passcode  NUL-terminated UTF-8, as it is typed; NULL for a folder without one (the default).
 * @param[out]    error     NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK. Opening a folder with a wrong passcode, or without the one that it has, is TGS_ERROR_WRONG_KEY; with
 *         one, what is no such folder is TGS_ERROR_UNSUPPORTED.
 */
TGS_API tgs_status tgs_options_set_passcode(tgs_options *options, const char *passcode, tgs_error **error);

/**
 * Which account of Telegram Desktop's tdata is opened: its index there, from 0, or its user id.
 *
 * @param[in,out] options  The options to change.
 * @param[in]     account  The index or the user id; NULL for the account that Telegram Desktop shows (the default).
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for a number below 0. Opening a folder without that account is
 *         TGS_ERROR_INVALID_ARGUMENT too, and the message lists those that it has; opening what is no such folder is
 *         TGS_ERROR_UNSUPPORTED.
 */
TGS_API tgs_status tgs_options_set_account(tgs_options *options, const int64_t *account, tgs_error **error);

/**
 * Encrypts the session's file anew, with another passphrase. It is one transaction: after a crash or a full disk the
 * file has the old passphrase or the new one, and all of its content. Other programs that have it open must open it
 * again. A copy of the file, and what its medium keeps of overwritten blocks, still open with the old one.
 *
 * @param[in,out] session     The session to change, whose file is encrypted.
 * @param[in]     passphrase  As for tgs_options_set_passphrase(), but not NULL.
 * @param[out]    error       NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_UNSUPPORTED if it is not encrypted (use tgs_convert() into a new file that is);
 *         TGS_ERROR_INVALID_ARGUMENT, TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO: it
 *         has the old one.
 */
TGS_API tgs_status tgs_change_passphrase(tgs_session *session, const char *passphrase, tgs_error **error);

/**
 * Encrypts the session's file anew with a key in place of a passphrase or another key, as tgs_change_passphrase()
 * does.
 *
 * @param[in,out] session  The session to change, whose file is encrypted.
 * @param[in]     key      The bytes of the key.
 * @param[in]     len      32. The salt of a file stays as it is.
 * @param[out]    error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return As tgs_change_passphrase().
 */
TGS_API tgs_status tgs_change_encryption_key(tgs_session *session, const uint8_t *key, size_t len, tgs_error **error);

/* ---------- Encrypted with age ---------------------------------------------------------------------------------------
 *
 * A whole session can be one file of [age](https://age-encryption.org), for a backup or to send it: encrypted with a
 * passphrase, or to recipients, of whom each can decrypt it. Any age tool opens it: after
 * `age -d -o my_account.session backup.age` its client has its file again. Recipients and identities are made by
 * `age-keygen`. Use a passphrase that nobody can guess: whoever has the file can try as many as they like.
 *
 *     const char *const recipients[] = {"age1hzdntzyuz09nuldn40c7pkkxnpuefgvcgz9lhtwgqchmm0wpn5nqgh3ma3"};
 *     uint8_t *bytes = NULL;
 *     size_t len = 0;
 *     if (tgs_to_age(session, NULL, NULL, recipients, 1, &bytes, &len, &error) == TGS_OK)
 *         fwrite(bytes, 1, len, stdout);
 *     tgs_bytes_free(bytes, len);
 *
 * A passphrase takes about a second and 256 MB of memory, both ways, as in the age tool: that is what makes guessing
 * slow. What is encrypted to recipients takes neither. The library overwrites the passphrase, the identity and the
 * session in the memory that it used.
 */

/**
 * The complete session as an age file. What is in it is what tgs_to_bytes() gives, not compressed.
 *
 * @param[in]  session          The session.
 * @param[in]  format           The layout of the file in it, as for tgs_to_bytes(); NULL for the session's own.
 * @param[in]  passphrase       The passphrase, which is not empty; NULL if there are recipients. age knows no file with
 *                              both.
 * @param[in]  recipients       The recipients, each "age1…" and 58 characters more; NULL if there is a passphrase.
 *                              Those of SSH and of plugins are refused.
 * @param[in]  recipient_count  How many; 500 at most.
 * @param[out] bytes            Receives the bytes. Free them with tgs_bytes_free().
 * @param[out] len              Receives how many.
 * @param[out] error            NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT, which names the number of a recipient that is none, from 1, and does not
 *         repeat it; TGS_ERROR_UNSUPPORTED (this library is built without age); TGS_ERROR_INCOMPLETE, TGS_ERROR_LOCKED,
 *         TGS_ERROR_CORRUPT or TGS_ERROR_IO, as tgs_to_bytes().
 */
TGS_API tgs_status tgs_to_age(const tgs_session *session, const char *format, const char *passphrase,
                              const char *const *recipients, size_t recipient_count, uint8_t **bytes, size_t *len,
                              tgs_error **error);

/**
 * Opens a session in an age file, as it is or with ASCII armor, whatever age tool made it. The session is in memory,
 * as of tgs_open_bytes(): what is decrypted is a complete SQLite file of any client or its JSON, also compressed with
 * gzip.
 *
 * @param[in]  bytes       The bytes.
 * @param[in]  len         How many.
 * @param[in]  passphrase  The passphrase; NULL if it is encrypted to recipients.
 * @param[in]  identity    The text of an identity file: lines "AGE-SECRET-KEY-1…", of which one must fit, and
 *                         comments (#); NULL if it is encrypted with a passphrase. Identities of SSH and of plugins are
 *                         refused.
 * @param[in]  options     How to open it; NULL for the defaults. tgs_options_set_max_bytes() bounds what is decrypted.
 * @param[out] session     Receives the session. Close it with tgs_close().
 * @param[out] error       NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_WRONG_KEY (the passphrase or identity is not its own, or is of the other kind);
 *         TGS_ERROR_CORRUPT (it was cut off or changed: nothing of it is opened); TGS_ERROR_NOT_A_SESSION (it is not
 *         encrypted with age, or holds no session); TGS_ERROR_INVALID_ARGUMENT, which names the line of the identity
 *         that is none and does not repeat it; TGS_ERROR_UNSUPPORTED (this library is built without age, or the file
 *         asks for more than 1 GB of memory to try a passphrase, or is larger than allowed); TGS_ERROR_UNKNOWN_VERSION,
 *         TGS_ERROR_IN_USE or TGS_ERROR_IO.
 */
TGS_API tgs_status tgs_open_age(const uint8_t *bytes, size_t len, const char *passphrase, const char *identity,
                                const tgs_options *options, tgs_session **session, tgs_error **error);

/* ---------- A storage engine of your own -----------------------------------------------------------------------------
 *
 * If your sessions are in a store that the library does not know, write an engine: a table of functions that read and
 * write it. The library keeps the rules (who has a username, which update is newer, what is absent), so lookups,
 * expiry, conversion and session strings work as with any other session. examples/redis has a complete engine.
 *
 *     tgs_engine engine = {.size = sizeof engine, .version = TGS_ENGINE_VERSION, .location = "my store, account 1"};
 *     // engine.context, engine.get_session_data and the other required functions
 *     if (tgs_open_engine(&engine, NULL, &session, &error) == TGS_OK)
 *         tgs_close(session);
 */

/** The version of tgs_engine in this header. */
#define TGS_ENGINE_VERSION 1

/** For `flags`: what was written is there when the engine is opened again. */
#define TGS_ENGINE_PERSISTENT 1

/** For `flags`: usernames expire, as in the Pyrogram family. */
#define TGS_ENGINE_USERNAMES_EXPIRE 2

/** Takes what a function of an engine answers. It belongs to the library and is valid until that function returns. */
typedef struct tgs_answer tgs_answer;

/**
 * A storage engine of your own. It stores what it is given and gives it back unchanged.
 *
 * Each function gets `context` first and `answer` last. It returns TGS_OK; or it calls tgs_answer_cause() and returns
 * a TGS_ERROR_ number (TGS_ERROR_SERVER if no other fits). It does everything, or it fails and changes nothing. What
 * it is given belongs to the library and is valid until it returns. The library calls one function at a time, from any
 * thread, and none after `destroy`. A function must not call the session that it serves.
 *
 * Set the struct to zero, then fill it. Functions marked "Required" must be there; any other may be NULL. `version`
 * says which header the engine was compiled with: the structs that its functions get are those of that header.
 */
typedef struct tgs_engine {
    /** sizeof(tgs_engine). */
    size_t size;
    /** TGS_ENGINE_VERSION. */
    uint32_t version;
    /** 0, or a sum of TGS_ENGINE_PERSISTENT and TGS_ENGINE_USERNAMES_EXPIRE. */
    uint32_t flags;
    /** Passed to each function. May be NULL. */
    void *context;
    /**
     * Required. Where the session is, for error messages, like "redis://host/0 my_account". Without secrets. Copied.
     */
    const char *location;
    /** Frees the context. Called once, when the session is closed. */
    void (*destroy)(void *context);
    /** Required. Answers with the fields: tgs_answer_session_data(). Without an answer all are absent. */
    int32_t (*get_session_data)(void *context, tgs_answer *answer);
    /** Required. Writes the fields in `which`, a sum of tgs_field numbers. What is absent in `data` becomes absent. */
    int32_t (*set_session_data)(void *context, const tgs_session_data *data, uint32_t which, tgs_answer *answer);
    /** Required. Adds peers, or replaces those with the same ids. */
    int32_t (*put_peers)(void *context, const tgs_peer *peers, size_t count, tgs_answer *answer);
    /** Required. Answers with the peers that have these ids, or with all peers if `ids` is NULL: tgs_answer_peers(). */
    int32_t (*get_peers)(void *context, const int64_t *ids, size_t count, tgs_answer *answer);
    /** Answers with every peer that has one of these usernames. If NULL, the library reads all peers. */
    int32_t (*get_peers_by_username)(void *context, const char *const *usernames, size_t count, tgs_answer *answer);
    /** Answers with every peer that has this phone number. If NULL, the library reads all peers. */
    int32_t (*get_peers_by_phone_number)(void *context, const char *phone_number, tgs_answer *answer);
    /** Required. Answers with the update states: tgs_answer_update_states(). */
    int32_t (*get_update_states)(void *context, tgs_answer *answer);
    /** Required. Adds update states, or replaces those with the same ids. */
    int32_t (*set_update_states)(void *context, const tgs_update_state *states, size_t count, tgs_answer *answer);
    /** Required. Removes an update state, if there is one. */
    int32_t (*delete_update_state)(void *context, int64_t id, tgs_answer *answer);
    /** Required. Answers with the sent files: tgs_answer_sent_files(). */
    int32_t (*get_sent_files)(void *context, tgs_answer *answer);
    /** Required. Adds sent files, or replaces those with the same MD5, size and type. */
    int32_t (*cache_sent_files)(void *context, const tgs_sent_file *files, size_t count, tgs_answer *answer);
    /** Makes what was written survive a loss of power. If NULL, tgs_save() does nothing here. */
    int32_t (*save)(void *context, tgs_answer *answer);
    /** Deletes the session and all that belongs to it. If NULL, tgs_delete() is TGS_ERROR_UNSUPPORTED. */
    int32_t (*remove)(void *context, tgs_answer *answer);
    /**
     * Begins a transaction of several calls, which `finish` ends. If NULL, there are no transactions: a conversion
     * that fails in the middle leaves peers without a login.
     */
    int32_t (*begin)(void *context, tgs_answer *answer);
    /** Ends the transaction: commits it if `keep` is true, else rolls it back. Required with `begin`. */
    int32_t (*finish)(void *context, bool keep, tgs_answer *answer);
    /**
     * Takes the lease on an auth key, or renews it if `token` holds it. `key_id` is the id of the key in 16
     * hexadecimal digits, `token` names this lease, `owner` is for people, and after `seconds` without renewal anybody
     * may take it. If somebody else holds it, changes nothing and answers who: tgs_answer_holder(). It must be atomic
     * among all machines. A thread of the library calls it too. If NULL, leases hold on this machine only.
     */
    int32_t (*take_lease)(void *context, const char *key_id, const char *token, const char *owner, uint32_t seconds,
                          tgs_answer *answer);
    /** Ends a lease, if `token` holds it. Required with `take_lease`. */
    int32_t (*release_lease)(void *context, const char *key_id, const char *token, tgs_answer *answer);
    /**
     * Removes the peers that have these ids, if they exist, or all peers if `ids` is NULL. If NULL, tgs_delete_peers()
     * and tgs_delete_all_peers() are TGS_ERROR_UNSUPPORTED.
     */
    int32_t (*delete_peers)(void *context, const int64_t *ids, size_t count, tgs_answer *answer);
    /**
     * Answers with the values that have these names, or with all values if `names` is NULL: tgs_answer_value(). If
     * NULL, the engine keeps none: tgs_set_value(), and a conversion of a session that has some, is
     * TGS_ERROR_UNSUPPORTED.
     */
    int32_t (*get_values)(void *context, const char *const *names, size_t count, tgs_answer *answer);
    /**
     * Sets a value, or removes it if `bytes` is NULL; a value without bytes has a pointer that is not NULL and a `len`
     * of 0. It may be a secret. Required with `get_values`.
     */
    int32_t (*set_value)(void *context, const char *name, const uint8_t *bytes, size_t len, tgs_answer *answer);
} tgs_engine;

/**
 * Answers with the fields of the session, within `get_session_data` of a tgs_engine.
 *
 * @param[in,out] answer  The answer of the function of your engine that is being called.
 * @param[in]     data    The fields. The library copies them.
 * @param[out]    error   NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_CLOSED if that function has returned.
 */
TGS_API tgs_status tgs_answer_session_data(tgs_answer *answer, const tgs_session_data *data, tgs_error **error);

/**
 * Answers with peers. Call it once with all of them, or several times with some.
 *
 * @param[in,out] answer  The answer of the function of your engine that is being called.
 * @param[in]     peers   An array of structs, each with its `size` set. The library copies it.
 * @param[in]     count   How many.
 * @param[out]    error   NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_CLOSED if that function has returned.
 */
TGS_API tgs_status tgs_answer_peers(tgs_answer *answer, const tgs_peer *peers, size_t count, tgs_error **error);

/**
 * Answers with update states. Call it once with all of them, or several times with some.
 *
 * @param[in,out] answer  The answer of the function of your engine that is being called.
 * @param[in]     states  An array of structs, each with its `size` set. The library copies it.
 * @param[in]     count   How many.
 * @param[out]    error   NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_CLOSED if that function has returned.
 */
TGS_API tgs_status tgs_answer_update_states(tgs_answer *answer, const tgs_update_state *states, size_t count,
                                            tgs_error **error);

/**
 * Answers with sent files. Call it once with all of them, or several times with some.
 *
 * @param[in,out] answer  The answer of the function of your engine that is being called.
 * @param[in]     files   An array of structs, each with its `size` set. The library copies it.
 * @param[in]     count   How many.
 * @param[out]    error   NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_CLOSED if that function has returned.
 */
TGS_API tgs_status tgs_answer_sent_files(tgs_answer *answer, const tgs_sent_file *files, size_t count,
                                         tgs_error **error);

/**
 * Answers with a value, within `get_values` of a tgs_engine. Call it once for each.
 *
 * @param[in,out] answer  The answer of the function of your engine that is being called.
 * @param[in]     name    Its name. The library copies it.
 * @param[in]     bytes   Its bytes; NULL for none if `len` is 0. The library copies them.
 * @param[in]     len     How many.
 * @param[out]    error   NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_CLOSED if that function has returned.
 */
TGS_API tgs_status tgs_answer_value(tgs_answer *answer, const char *name, const uint8_t *bytes, size_t len,
                                    tgs_error **error);

/**
 * Answers who else holds the lease. `take_lease` has changed nothing then.
 *
 * @param[in,out] answer  The answer of the function of your engine that is being called.
 * @param[in]     owner   The `owner` of the holder's take_lease. The library copies it.
 * @param[in]     since   When it took the lease, in Unix seconds.
 * @param[out]    error   NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_CLOSED if that function has returned.
 */
TGS_API tgs_status tgs_answer_holder(tgs_answer *answer, const char *owner, int64_t since, tgs_error **error);

/**
 * Says why the function of your engine is going to fail. The text becomes part of the error's message, so it must hold
 * no secret.
 *
 * @param[in,out] answer  The answer of the function of your engine that is being called.
 * @param[in]     cause   The cause. The library copies it.
 * @param[out]    error   NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_CLOSED if that function has returned.
 */
TGS_API tgs_status tgs_answer_cause(tgs_answer *answer, const char *cause, tgs_error **error);

/**
 * Opens a session in a storage engine of your own.
 *
 * @param[in]  engine   The table. The library copies it. From TGS_OK on, the context in it belongs to the library,
 *                      until it calls `destroy`; after an error it stays yours.
 * @param[in]  options  How to open it; NULL for the defaults. The format and WAL mode have no effect. You may free them
 *                      after the call.
 * @param[out] session  Receives the session. Close it with tgs_close().
 * @param[out] error    NULL, or receives NULL or an error, which you free with tgs_error_free().
 * @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT if the table lacks something (the message names it);
 *         TGS_ERROR_FILE_NOT_FOUND if nothing is there and the options create nothing; TGS_ERROR_IN_USE, or what a
 *         function of the engine returned.
 */
TGS_API tgs_status tgs_open_engine(const tgs_engine *engine, const tgs_options *options, tgs_session **session,
                                   tgs_error **error);

#ifdef __cplusplus
}
#endif

#endif /* TGSESSION_H */
