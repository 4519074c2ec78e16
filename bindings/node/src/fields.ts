/** The fields of a session: a getter and a setter for each, `null` for an absent one. */

import * as check from './checks'
import { run, takeText, type Call } from './call'
import type { FunctionName } from './functions'
import { LITTLE, readInt64, takePlace } from './places'
import { AUTH_KEY_LENGTH } from './status'

const done = () => undefined

/** How a number or a boolean of C is read. */
export type Read<T> = (view: DataView, at: number) => T

export const int32: Read<number> = (view, at) => view.getInt32(at, LITTLE)
export const uint16: Read<number> = (view, at) => view.getUint16(at, LITTLE)
export const boolean: Read<boolean> = (view, at) => view.getUint8(at) !== 0
export const int64: Read<number | bigint> = readInt64

/** A field that is one number or boolean. */
export function scalar<T>(name: FunctionName, handle: number, read: Read<T>): Call<T> {
  const place = takePlace()
  return { name, args: [handle, place.bytes], place, answer: () => read(place.view, 0) }
}

export function setScalar<T>(name: FunctionName, handle: number, value: unknown, field: string, checked: (value: unknown, name: string) => T): void {
  const given = check.optional(value, field, checked)
  run({ name, args: [handle, given === null ? null : [given]], answer: done })
}

export function text(name: FunctionName, handle: number): Call<string> {
  const place = [null]
  return { name, args: [handle, place], answer: () => takeText(place) }
}

export function setText(name: FunctionName, handle: number, value: unknown, field: string): void {
  run({ name, args: [handle, check.optional(value, field, check.text)], answer: done })
}

/** A key, as bytes of the caller's. Fill them with 0 when you are done. */
export function key(name: FunctionName, handle: number): Call<Uint8Array> {
  const bytes = new Uint8Array(AUTH_KEY_LENGTH)
  return { name, args: [handle, bytes, bytes.length], answer: () => bytes }
}

export function setKey(name: FunctionName, handle: number, value: unknown, field: string): void {
  const given = check.optional(value, field, check.bytes)
  // An empty array has no address, and NULL would say "absent".
  const lent = given?.length === 0 ? new Uint8Array(1) : given
  run({ name, args: [handle, lent, given?.length ?? 0], answer: done })
  lent?.fill(0)
}
