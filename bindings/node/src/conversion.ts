/** Conversion, inspection and diagnosis. */

import * as check from './checks'
import { run, takeText, type Call } from './call'

/** The formats of session strings. */
export type StringFormat = 'pyrogram' | 'pyrogram-1' | 'telethon' | 'gramjs' | 'mtcute' | 'mtkruto' | 'gogram'

/** The formats of other clients' whole files that are no SQLite files. */
export type FileFormat = 'gotd' | 'gogram' | 'grammers' | 'storesession' | 'tdata'

/** What became of one field: "derived" tells from what. */
export interface FieldReport {
  name: string
  outcome: 'kept' | 'overridden' | 'derived' | 'kept_aside' | 'missing' | 'unusable' | 'left_out'
  from?: string
}

/** What became of one table, in numbers of rows. */
export interface TableReport {
  /** "peers", "usernames", "data_centers" (those beside the home one), "values" and so on. */
  name: string
  kept: number
  kept_aside: number
  derived: number
  left_out: number
}

/** What became of everything. */
export interface Report {
  source: string
  target: string
  fields: FieldReport[]
  tables: TableReport[]
  /** What stands beside the session and is no part of it: it stays in the source. Absent if there is none. */
  foreign_tables?: ForeignTable[]
  other_logins?: OtherLogin[]
  other_keys?: OtherLogin[]
  /** Sentences that the session's owner should read; absent if there is none. */
  remarks?: string[]
}

/** Another program's table in a session's file. */
export interface ForeignTable {
  name: string
  /** Null for a view or a virtual table, which is not looked into. */
  rows: number | null
  /** Only in a report. */
  outcome?: 'left_behind' | 'taken_along'
}

/** A further login beside a session's own, or a key of the same login for another data centre. */
export interface OtherLogin {
  dc_id: number | null
  /** 16 hexadecimal digits; null if there is no whole key. */
  auth_key_id: string | null
  /** Only in a report. */
  outcome?: 'left_behind'
}

/** What is known of a data centre, without its keys. */
export interface DataCenterSummary {
  dc_id: number
  /** 16 hexadecimal digits; null if there is no key beside the fields. */
  auth_key_id: string | null
  has_tmp_auth_key: boolean
  /** Like "149.154.167.91:443" and "[2001:67c:4e8:f004::a]:443 (media only)". */
  addresses: string[]
}

/** What a session is and holds. Safe to paste, unless it was asked for with secrets. */
export interface Description {
  format: string
  version: number | null
  dc_id: number | null
  server_address: string | null
  port: number | null
  api_id: number | null
  test_mode: boolean | null
  auth_key?: string
  auth_key_id: string | null
  user_id: number | null
  is_bot: boolean | null
  date: number | null
  takeout_id: number | null
  peers: number
  usernames: number
  update_states: number
  sent_files: number
  values: number
  /** Of which something is known beside the fields; absent if there is none. */
  data_centers?: DataCenterSummary[]
  /** What stands beside the session and is no part of it; absent if there is none. */
  foreign_tables?: ForeignTable[]
  other_logins?: OtherLogin[]
  other_keys?: OtherLogin[]
  /** Sentences that the session's owner should read; absent if there is none. */
  remarks?: string[]
}

/** What a text is. Safe to paste. */
export interface Diagnosis {
  kind: 'session_string' | 'session_json' | 'bot_token' | 'unknown_string' | 'other'
  format: string | null
  version: number | null
  intact: boolean
  mended: string[]
  problem: string | null
  fields: Record<string, string | number | boolean | null> | null
}

/** Values that the caller knows, like `user_id: 123456`; they win over the session's own. */
export type Overrides = Record<string, string | number | bigint | boolean>

export function exportString(handle: number, format: unknown): Call<string> {
  const text = [null]
  return { name: 'tgs_export_session_string', args: [handle, check.text(format, 'format'), text, null], answer: () => takeText(text) }
}

export function exportWithReport(handle: number, format: unknown): Call<{ text: string; report: Report }> {
  const [text, report] = [[null], [null]]
  const answer = () => ({ text: takeText(text), report: JSON.parse(takeText(report)) as Report })
  return { name: 'tgs_export_session_string', args: [handle, check.text(format, 'format'), text, report], answer }
}

/** How a session is copied into another one. */
export interface ConvertOptions {
  /** Takes along the tables of other programs in the session's file, with their rows, into a SQLite file. Default: false. */
  keepForeignTables?: boolean
}

export function convertOptions(options: unknown): ConvertOptions {
  return check.known(options ?? {}, 'options', ['keepForeignTables'])
}

/** `options` is a handle. */
export function convert(source: number, target: number, overrides: unknown, options: number): Call<Report> {
  const report = [null]
  const args = [source, target, options, ...overrideTexts(overrides), report]
  return { name: 'tgs_convert_with_options', args, answer: () => JSON.parse(takeText(report)) as Report }
}

/** How a new file of another client is written. */
export interface ExportOptions {
  /** The passcode of a new tdata, which Telegram Desktop asks for. Default: none. */
  passcode?: string
}

export function exportOptions(options: unknown): ExportOptions {
  return check.known(options ?? {}, 'options', ['passcode'])
}

/** `options` is a handle. */
export function exportFile(source: number, format: unknown, path: unknown, overrides: unknown, options: number): Call<Report> {
  const report = [null]
  const args = [source, check.text(format, 'format'), check.location(path, 'path'), options, ...overrideTexts(overrides), report]
  return { name: 'tgs_export_file_with_options', args, answer: () => JSON.parse(takeText(report)) as Report }
}

/** The texts, or NULL for none, and how many. */
function overrideTexts(overrides: unknown): [string[] | null, number] {
  const values = Object.entries(check.object(overrides ?? {}, 'overrides'))
  const texts = values.map(([name, value]) => check.text(`${name}=${value}`, `overrides.${name}`))
  return [texts.length ? texts : null, texts.length]
}

export function inspect(handle: number, showSecrets: unknown): Call<Description> {
  const place = [null]
  const answer = () => JSON.parse(takeText(place)) as Description
  return { name: 'tgs_inspect', args: [handle, check.boolean(showSecrets, 'showSecrets'), place], answer }
}

/** Says of any text whether it is a session string, of which kind, and what is wrong with it. */
export function diagnose(text: string): Diagnosis {
  const place = [null]
  return run({ name: 'tgs_diagnose', args: [check.text(text, 'text'), place], answer: () => JSON.parse(takeText(place)) as Diagnosis })!
}

/** The address of a data centre; null for an unknown one. */
export function defaultServerAddress(dcId: number, testMode = false): { serverAddress: string; port: number } | null {
  const [address, port] = [[null], [0]]
  const args = [check.int32(dcId, 'dcId'), check.boolean(testMode, 'testMode'), address, port]
  return run({ name: 'tgs_default_server_address', args, answer: () => ({ serverAddress: takeText(address), port: port[0]! }) }) ?? null
}
