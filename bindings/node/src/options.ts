/** How a session is opened. */

import * as check from './checks'
import { invalid } from './errors'
import { run } from './call'
import type { ConvertOptions } from './conversion'
import { functions, type FunctionName } from './functions'

/** The lease on the auth key: see `Options.lease`. */
export interface Lease {
  /** The name of the holder that others are shown. Default: the process and the host. */
  owner?: string
  /** Seconds after which the lease expires in a shared store if this process was killed: 3 to 86400. Default: 30. */
  seconds?: number
}

export interface Options {
  /** Every write fails, and nothing is created. */
  readOnly?: boolean
  /** Whether a missing session is created. Default: true. */
  create?: boolean
  /** The layout of a new file, like "pyrogram@3" (the default), "kurigram@7" or "telethon@8". */
  format?: string
  /**
   * The format that the session has, like "pyrogram-1" or "kurigram": one that has another is refused. A session string
   * that could also be what is left of a longer one is read only if its format is named.
   */
  expectedFormat?: string
  /**
   * Whether a new file is made in SQLite's WAL mode: a commit costs less and readers never wait for a writer, but there
   * are two more files beside it while it is open. Default: false. An existing file keeps its mode.
   */
  wal?: boolean
  /**
   * Whether a SQLite file is this session's alone while it is open: reading then needs no lock and costs less. Others find it
   * locked; who opens it read-only reads a copy. If others use it, opening fails with TGS_ERROR_LOCKED. Default: false.
   */
  exclusive?: boolean
  /** How long a call waits for another program's lock and for other calls, together, in milliseconds: 5000. */
  busyTimeout?: number
  /**
   * How large a session may be that is read into memory as a whole, unpacked, and a single value in a file, in bytes: 256
   * MB. What is larger fails with TGS_ERROR_UNSUPPORTED.
   */
  maxBytes?: number
  /**
   * How many answers of lookups, fields and update states of a SQLite file are kept in memory, until somebody else has written
   * the file: 0 for none. Default: 10,000, and of lookups those that are asked for again. An answer takes 70 to 150 bytes.
   */
  cacheSize?: number
  /** Seconds; USERNAME_EXPIRY_NEVER, or USERNAME_EXPIRY_AS_CLIENT (the default). */
  usernameExpiry?: number
  /**
   * Leases the auth key while the session is open, because Telegram ends the login if one key is used twice at the same
   * time. Opening it again fails with TGS_ERROR_IN_USE, and the message names the holder. Default: no lease.
   */
  lease?: boolean | Lease
  /** Of an encrypted file, or of a new one, which is encrypted as SQLCipher 4 does. A wrong one: TGS_ERROR_WRONG_KEY. */
  passphrase?: string
  /** A key of 32 bytes in place of a passphrase, or 48 bytes with its salt. */
  encryptionKey?: Uint8Array
  /**
   * Of another client's own encrypted file, which is only read: the database key of TDLib's td.binlog, the api_hash or
   * session_key of a session of WTelegramClient, the SessionAESKey of gogram. An empty one is a key, too.
   */
  databaseKey?: Uint8Array
  /** Of Telegram Desktop's tdata, as it is typed. A wrong one: TGS_ERROR_WRONG_KEY. */
  passcode?: string
  /** Of Telegram Desktop's tdata: the account's index there, from 0, or its user id. Default: the one that it shows. */
  account?: number | bigint
}

/** What an options object of the library can hold: how a session is opened, and how it is converted. */
export type Choices = Options & ConvertOptions

type Check = (value: unknown, name: string) => unknown
// A setter, and what makes its one argument, or all of them.
const SETTERS: Record<keyof Choices, [FunctionName, Check]> = {
  readOnly: ['tgs_options_set_read_only', check.boolean],
  create: ['tgs_options_set_create', check.boolean],
  format: ['tgs_options_set_format', check.text],
  expectedFormat: ['tgs_options_set_expected_format', check.text],
  wal: ['tgs_options_set_wal', check.boolean],
  exclusive: ['tgs_options_set_exclusive', check.boolean],
  busyTimeout: ['tgs_options_set_busy_timeout', check.uint32],
  maxBytes: ['tgs_options_set_max_bytes', size],
  cacheSize: ['tgs_options_set_cache_size', check.uint32],
  usernameExpiry: ['tgs_options_set_username_expiry', check.integer],
  lease: ['tgs_options_set_lease', lease],
  passphrase: ['tgs_options_set_passphrase', check.text],
  encryptionKey: ['tgs_options_set_encryption_key', key],
  databaseKey: ['tgs_options_set_database_key', databaseKey],
  passcode: ['tgs_options_set_passcode', check.text],
  account: ['tgs_options_set_account', account],
  keepForeignTables: ['tgs_options_set_keep_foreign_tables', check.boolean],
}

function size(value: unknown, name: string): number | bigint {
  const bytes = check.integer(value, name)
  if (bytes < 0) throw invalid(`${name} is negative`)
  return bytes
}

function key(value: unknown, name: string): [Uint8Array, number] {
  const bytes = check.bytes(value, name)
  if (bytes.length === 0) throw invalid(`${name} is empty`)
  return [bytes, bytes.length]
}

// An empty array would be NULL, which stands for no key.
function databaseKey(value: unknown, name: string): [Uint8Array, number] {
  const bytes = check.bytes(value, name)
  return [bytes.length === 0 ? new Uint8Array(1) : bytes, bytes.length]
}

function account(value: unknown, name: string): [(number | bigint)[]] {
  return [[check.integer(value, name)]]
}

function lease(value: unknown, name: string): [boolean, string | null, number] {
  if (typeof value === 'boolean') return [value, null, 0]
  const { owner, seconds } = check.known(value, name, ['owner', 'seconds'])
  return [true, check.optional(owner, `${name}.owner`, check.text), check.optional(seconds, `${name}.seconds`, check.uint32) ?? 0]
}

/** Makes options; call `freeOptions` after use. 0 stands for the defaults. */
export function makeOptions(options: Choices | undefined | null): number {
  if (options === undefined || options === null) return 0
  const given = Object.entries(check.object(options, 'options')).filter(([, value]) => value !== undefined)
  if (options.passphrase !== undefined && options.encryptionKey !== undefined) {
    throw invalid('there is a passphrase or an encryptionKey, not both')
  }
  const handle = functions.tgs_options_new() as number
  try {
    for (const [name, value] of given) set(handle, name, value)
  } catch (thrown) {
    freeOptions(handle)
    throw thrown
  }
  return handle
}

export const freeOptions = (handle: number): void => void functions.tgs_options_free(handle)

function set(handle: number, name: string, value: unknown): void {
  if (!Object.hasOwn(SETTERS, name)) throw invalid(`there is no option ${name}; there are ${Object.keys(SETTERS).join(', ')}`)
  const [setter, checked] = SETTERS[name as keyof Choices]
  run({ name: setter, args: [handle, checked(value, name)].flat(), answer: () => undefined })
}
