/** The fields of a session, several at once. */

import koffi from './koffi'
import * as check from './checks'
import type { Call, Runner } from './call'
import { invalid } from './errors'
import * as fields from './fields'
import type { FunctionName } from './functions'
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

/** Sets the fields that are packed. */
export function setData(handle: number, { raw, which }: Packed): Call<void> {
  if (which === 0) throw invalid(`data names no field; there are ${NAMES.join(', ')}`)
  return { name: 'tgs_set_session_data', args: [handle, raw, which], answer: () => undefined }
}

/** Reads all fields. */
export async function readAll(handle: number, runner: Runner): Promise<SessionData> {
  const scalar = async (name: FunctionName) => (await runner(fields.scalar(name, handle))) ?? null
  const number = async (name: FunctionName) => {
    const found = await scalar(name)
    return found === null ? null : check.toNumber(found as number | bigint, name)
  }
  const boolean = async (name: FunctionName) => (await scalar(name)) as boolean | null
  const key = async (name: FunctionName) => (await runner(fields.key(name, handle))) ?? null
  const takeoutId = await scalar('tgs_get_takeout_id')
  return {
    dcId: await number('tgs_get_dc_id'),
    serverAddress: (await runner(fields.text('tgs_get_server_address', handle))) ?? null,
    port: await number('tgs_get_port'),
    apiId: await number('tgs_get_api_id'),
    testMode: await boolean('tgs_get_test_mode'),
    authKey: await key('tgs_get_auth_key'),
    date: await number('tgs_get_date'),
    userId: await number('tgs_get_user_id'),
    isBot: await boolean('tgs_get_is_bot'),
    takeoutId: takeoutId === null ? null : BigInt(takeoutId),
    tmpAuthKey: await key('tgs_get_tmp_auth_key'),
  }
}
