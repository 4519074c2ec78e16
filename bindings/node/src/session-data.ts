/** The fields of a session, several at once. */

import koffi from './koffi'
import * as check from './checks'
import type { Call } from './call'
import { invalid } from './errors'
import { functions } from './functions'
import { AUTH_KEY_LENGTH, FieldBits, type FieldName } from './status'
import { SESSION_DATA_SIZE, SessionData as Struct } from './structs'

/** The fields, each as the property of `Session` of that name describes it. Null is absent. */
export interface SessionData {
  dcId: number | null
  serverAddress: string | null
  port: number | null
  apiId: number | null
  testMode: boolean | null
  authKey: Uint8Array | null
  date: number | null
  userId: number | null
  isBot: boolean | null
  takeoutId: bigint | null
  tmpAuthKey: Uint8Array | null
}

type Raw = Record<string, unknown>
type Kind = { checked: (value: unknown, name: string) => unknown; read: (value: never, name: string) => unknown }

const same = (value: unknown) => value
const int32: Kind = { checked: check.int32, read: same }
const int64: Kind = { checked: check.integer, read: check.toNumber }
const boolean: Kind = { checked: check.boolean, read: same }
const key: Kind = {
  checked: (value, name) => check.bytes(value, name, AUTH_KEY_LENGTH),
  read: (pointer) => koffi.decode(pointer, 'uint8_t', AUTH_KEY_LENGTH) as Uint8Array,
}

const KINDS: Record<FieldName, Kind> = {
  dcId: int32,
  serverAddress: { checked: check.text, read: same },
  port: { checked: check.uint16, read: same },
  apiId: int32,
  testMode: boolean,
  authKey: key,
  date: int64,
  userId: int64,
  isBot: boolean,
  takeoutId: { checked: check.integer, read: BigInt },
  tmpAuthKey: key,
}
const NAMES = Object.keys(KINDS) as FieldName[]
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** What is there, and NULL or a false "has" for the rest. */
const NOTHING: Raw = Object.fromEntries(Object.entries(Struct.members!).map(([name, { type }]) => {
  const isFlag = type.primitive === 'Bool'
  const isPointer = type.primitive === 'Pointer' || type.primitive === 'String'
  return [name, isFlag ? false : isPointer ? null : 0]
}))

interface Packed {
  raw: Raw
  /** The bits of the fields that are named. */
  which: number
}

/** Makes the struct of C; `wipe` it after use. */
export function pack(data: unknown, what: string): Packed {
  const given = Object.entries(check.object(data, what)).filter(([, value]) => value !== undefined)
  const packed = { raw: { ...NOTHING, size: SESSION_DATA_SIZE }, which: 0 }
  try {
    for (const [name, value] of given) packed.which |= put(packed.raw, name, value, what)
    return packed
  } catch (thrown) {
    wipe(packed)
    throw thrown
  }
}

/** Wipes the copies of keys. */
export function wipe({ raw }: Packed): void {
  for (const value of Object.values(raw)) if (value instanceof Uint8Array) value.fill(0)
}

function put(raw: Raw, name: string, value: unknown, what: string): number {
  if (!Object.hasOwn(KINDS, name)) throw invalid(`${what} has no field ${name}; there are ${NAMES.join(', ')}`)
  const given = check.optional(value, `${what}.${name}`, KINDS[name as FieldName].checked)
  if (given !== null) {
    raw[snake(name)] = given
    raw[`has_${snake(name)}`] = true
  }
  return FieldBits[name as FieldName]
}

/** Reads the fields in `which` from C. */
export function read(pointer: unknown, which: number): Partial<SessionData> {
  const raw = koffi.decode(pointer, Struct) as Raw
  const names = NAMES.filter((name) => which & FieldBits[name])
  return Object.fromEntries(names.map((name) => [name, fieldValue(raw, name)]))
}

function fieldValue(raw: Raw, name: FieldName): unknown {
  const value = raw[snake(name)]
  const isThere = raw[`has_${snake(name)}`] ?? value !== null
  return isThere ? KINDS[name].read(value as never, name) : null
}

/** Reads all fields, at one moment; the library's keys are wiped. */
export function getData(handle: number): Call<SessionData> {
  const place = [null]
  const answer = () => {
    try {
      return read(place[0], Object.values(FieldBits).reduce((sum, bit) => sum | bit, 0)) as SessionData
    } finally {
      functions.tgs_session_data_free(place[0])
    }
  }
  return { name: 'tgs_get_session_data', args: [handle, place], answer }
}

/** Sets the fields that are packed. */
export function setData(handle: number, { raw, which }: Packed): Call<void> {
  if (which === 0) throw invalid(`data names no field; there are ${NAMES.join(', ')}`)
  return { name: 'tgs_set_session_data', args: [handle, raw, which], answer: () => undefined }
}
