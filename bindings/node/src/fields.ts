/** The fields of a session: a getter and a setter for each, `null` for an absent one. */

import * as check from './checks'
import { run, takeText, type Call } from './call'
import type { FunctionName } from './functions'
import { AUTH_KEY_LENGTH } from './status'

const done = () => undefined

/** A field that is one number or boolean. */
export function scalar(name: FunctionName, handle: number): Call<number | bigint | boolean> {
  const place: unknown[] = [null]
  return { name, args: [handle, place], answer: () => place[0] as number | bigint | boolean }
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
