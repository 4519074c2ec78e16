/** What this package has beside the interface of the package for Node: files in the module's memory, and what the command line does. */

import { takeBytes } from '../../node/src/bytes'
import { errorOf } from '../../node/src/errors'
import { functions } from '../../node/src/functions'
import { takeText } from '../../node/src/call'
import * as check from '../../node/src/checks'
import type { Overrides, Report, StringFormat } from '../../node/src/conversion'
import { Session } from '../../node/src/session'
import { Status, type StatusName } from '../../node/src/status'
import koffi, { func, type Native } from './koffi'
import type { Named } from './types'

const HANDLE = 'uintptr_t'
const TEXT = 'const char *'
const output = (type: Named) => koffi.out(koffi.pointer(type))
const TEXT_OUT = output('void *')
const OVERRIDES = [koffi.pointer(TEXT), 'size_t']

const fallible = (name: string, ...parameters: Named[]) => func(name, 'int32_t', [...parameters, output(HANDLE)])

const calls = {
  put: fallible('tgs_web_put_file', TEXT, koffi.pointer('uint8_t'), 'size_t', 'double'),
  read: fallible('tgs_web_read_file', TEXT, TEXT_OUT, output('size_t')),
  list: fallible('tgs_web_list_files', TEXT, TEXT_OUT),
  remove: fallible('tgs_web_remove_files', TEXT),
  formats: fallible('tgs_web_formats', TEXT_OUT),
  examine: fallible('tgs_web_examine', TEXT, TEXT_OUT),
  salvage: fallible('tgs_web_salvage', TEXT, TEXT, output(HANDLE), TEXT_OUT),
  accounts: fallible('tgs_web_list_accounts', TEXT, TEXT, TEXT_OUT),
  convert: fallible('tgs_web_convert', HANDLE, TEXT, TEXT, ...OVERRIDES, TEXT, 'bool', TEXT_OUT),
  exportString: fallible('tgs_web_export_string', HANDLE, TEXT, ...OVERRIDES, TEXT_OUT, TEXT_OUT),
}

/** Makes a call: false if nothing was found. */
function run(call: Native, ...args: unknown[]): boolean {
  const error = [0]
  const status = call(...args, error) as number
  if (status === Status.TGS_OK) return true
  if (status === Status.TGS_NOT_FOUND) return false
  const message = functions.tgs_error_message(error[0]) as string
  functions.tgs_error_free(error[0])
  throw errorOf(functions.tgs_status_name(status) as StatusName, message)
}

const parsed = <T>(place: unknown[]): T => JSON.parse(takeText(place)) as T

/**
 * Puts a file into the module's memory, in place of one of that path: `Session.open` opens it with all that stands beside it (a
 * -wal, the other files of a folder). Nothing that is written goes there: `Session.toBytes` gives it. `modified` is in
 * milliseconds since 1970.
 */
export function putFile(path: string, bytes: Uint8Array, modified = 0): void {
  const given = check.bytes(bytes, 'bytes')
  try {
    run(calls.put, check.text(path, 'path'), given.length === 0 ? new Uint8Array(1) : given, given.length, modified)
  } finally {
    given.fill(0)
  }
}

/** Reads a file of the module's memory. Fill the bytes with 0 after use. */
export function readFile(path: string): Uint8Array {
  const [pointer, length] = [[null], [0]]
  run(calls.read, check.text(path, 'path'), pointer, length)
  return takeBytes(pointer[0], length[0]!)
}

/** The paths of all files at or below a path, in ascending order. */
export function listFiles(path = '/'): string[] {
  const paths = [null]
  run(calls.list, check.text(path, 'path'), paths)
  return parsed(paths)
}

/** Wipes and removes all files at or below a path. */
export function removeFiles(path = '/'): void {
  run(calls.remove, check.text(path, 'path'))
}

/** The formats that there are. */
export interface Formats {
  /** Of SQLite files, like "pyrogram@3". */
  layouts: string[]
  /** Of other clients' files and folders that are made as a whole, like "gotd" and "tdata". */
  files: string[]
  /** Of session strings. */
  strings: StringFormat[]
  /** The fields that overrides name. */
  fields: string[]
}

/** The formats that a session can be converted into. */
export function formats(): Formats {
  const place = [null]
  run(calls.formats, place)
  return parsed(place)
}

/** Something that was found about a session. */
export interface Finding {
  severity: 'ok' | 'warning' | 'error'
  check: string
  message: string
  remedy: string | null
}

/** What a session is, whether it opens, and whether its own client would open it. It holds no secret. */
export interface Examination {
  location: string
  kind: string
  format: string | null
  auth_key_id: string | null
  is_sound: boolean
  /** The worst first. */
  findings: Finding[]
}

/** Examines a file of the module's memory, or a session string, as `tgsession doctor` does. */
export function examine(location: string): Examination {
  const place = [null]
  run(calls.examine, check.text(location, 'location'), place)
  return parsed(place)
}

/** What was found of a damaged session. It holds no secret. */
export interface SalvageReport {
  method: 'engine' | 'pages'
  problem: string | null
  format: string
  login: 'found' | 'doubtful' | 'logged_out' | 'lost'
  auth_key_id: string | null
  /** Every auth key that the pages hold. */
  candidates: { auth_key_id: string; place: string; has_zeros: boolean }[]
  peers: number
  lost_peers: number
  usernames: number
  update_states: number
  sent_files: number
  values: number
}

/**
 * Takes what is left of a session in a damaged file of the module's memory, page by page. A choice between keys is the
 * caller's: it names one by its id, or "none".
 */
export function salvage(location: string, authKeyId?: string | null): { session: Session; report: SalvageReport } {
  const [handle, report] = [[0], [null]]
  run(calls.salvage, check.text(location, 'location'), check.optional(authKeyId, 'authKeyId', check.text), handle, report)
  return { session: Session.fromHandle(handle[0]!), report: parsed(report) }
}

/** The accounts of Telegram Desktop's folder, by their indexes; null if a path leads to something else. */
export function listAccounts(path: string, passcode?: string | null): number[] | null {
  const place = [null]
  const found = run(calls.accounts, check.text(path, 'path'), check.optional(passcode, 'passcode', check.text), place)
  return found ? parsed(place) : null
}

/** How a session is converted. */
export interface ConvertToFileOptions {
  /** Values that the caller knows, like `user_id: 123456`; they win over the session's own. */
  overrides?: Overrides
  /** The passcode of a new tdata of Telegram Desktop. Default: none. */
  passcode?: string | null
  /** Takes along the tables of other programs that are in the session's file. */
  keepForeignTables?: boolean
}

/**
 * Writes a session as a new file or folder of the module's memory, in any format of `formats()` that is no string's, and
 * reports what became of each part. `readFile` and `listFiles` give it.
 */
export function convertToFile(session: Session, format: string, path: string, options: ConvertToFileOptions = {}): Report {
  const { overrides, passcode, keepForeignTables } = options
  const report = [null]
  const secret = check.optional(passcode, 'passcode', check.text)
  run(calls.convert, session.handle, check.text(format, 'format'), check.text(path, 'path'), ...texts(overrides), secret, keepForeignTables ?? false, report)
  return parsed(report)
}

/** Writes a session as a session string, with values that the session does not have. Guard it like a password. */
export function convertToString(session: Session, format: string, overrides?: Overrides): { text: string; report: Report } {
  const [text, report] = [[null], [null]]
  run(calls.exportString, session.handle, check.text(format, 'format'), ...texts(overrides), text, report)
  return { text: takeText(text), report: parsed(report) }
}

function texts(overrides: Overrides = {}): [string[] | null, number] {
  const all = Object.entries(overrides).map(([name, value]) => check.text(`${name}=${value}`, name))
  return [all.length === 0 ? null : all, all.length]
}

/** The fields that are missing, of an error of the status TGS_ERROR_INCOMPLETE: those that its message names. */
export function missingFields(error: { message: string }): string[] {
  return formats().fields.filter((field) => new RegExp(`\\b${field}\\b`).test(error.message))
}
