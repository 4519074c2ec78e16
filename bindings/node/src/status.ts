/** The numbers of include/tgsession.h; a test compares them with it. */

/** What a call came to, by number. */
export const Status = {
  TGS_OK: 0,
  TGS_NOT_FOUND: 1,
  TGS_EXPIRED: 2,
  TGS_ERROR_INVALID_ARGUMENT: 10,
  TGS_ERROR_CLOSED: 11,
  TGS_ERROR_READ_ONLY: 12,
  TGS_ERROR_UNSUPPORTED: 13,
  TGS_ERROR_IO: 20,
  TGS_ERROR_FILE_NOT_FOUND: 21,
  TGS_ERROR_PERMISSION_DENIED: 22,
  TGS_ERROR_DISK_FULL: 23,
  TGS_ERROR_LOCKED: 24,
  TGS_ERROR_NOT_A_SESSION: 30,
  TGS_ERROR_CORRUPT: 31,
  TGS_ERROR_UNKNOWN_VERSION: 32,
  TGS_ERROR_BAD_SESSION_STRING: 33,
  TGS_ERROR_WRONG_KEY: 34,
  TGS_ERROR_INCOMPLETE: 40,
  TGS_ERROR_SERVER: 50,
  TGS_ERROR_IN_USE: 51,
  TGS_ERROR_INTERNAL: 90,
} as const

/** The name of a status. */
export type StatusName = keyof typeof Status

/** The types of peers, by name. A type that the library does not know is `{ other: 'its name' }`. */
export const PeerTypes = {
  unknown: 0,
  user: 1,
  bot: 2,
  group: 3,
  channel: 4,
  supergroup: 5,
  forum: 6,
  direct: 7,
  community: 8,
  other: 100,
} as const

/** The name of a peer's type. */
export type PeerType = keyof typeof PeerTypes

/** The bits that name the fields of a session. */
export const FieldBits = {
  dcId: 1,
  serverAddress: 2,
  port: 4,
  apiId: 8,
  testMode: 16,
  authKey: 32,
  date: 64,
  userId: 128,
  isBot: 256,
  takeoutId: 512,
  tmpAuthKey: 1024,
} as const

/** The name of a field of a session. */
export type FieldName = keyof typeof FieldBits

/** The version of the table of an engine's functions. */
export const ENGINE_VERSION = 1
/** What was written is there when the place is opened again. */
export const ENGINE_PERSISTENT = 1
/** Usernames expire, as in Pyrogram's family. */
export const ENGINE_USERNAMES_EXPIRE = 2

/** The number of bytes in an auth key. */
export const AUTH_KEY_LENGTH = 256
/** Usernames never expire. */
export const USERNAME_EXPIRY_NEVER = -1
/** Usernames expire as in the session's own client. */
export const USERNAME_EXPIRY_AS_CLIENT = -2

const PEER_TYPE_NAMES = new Map<number, PeerType>(Object.entries(PeerTypes).map(([name, number]) => [number, name as PeerType]))

/** The name of a type's number; a number of a newer library is told as "other". */
export const peerTypeName = (number: number): PeerType => PEER_TYPE_NAMES.get(number) ?? 'other'
