/** The fields of a session: a getter and a setter for each, `null` for an absent one. */

import * as check from './checks'
import { run, takeText } from './call'
import type { FunctionName } from './functions'
import { AUTH_KEY_LENGTH } from './status'

const done = () => undefined

/** A field that is one number or boolean. */
export function getScalar(name: FunctionName, handle: number): number | bigint | boolean | null {
  const place: unknown[] = [null]
  return run({ name, args: [handle, place], answer: () => place[0] as number | bigint | boolean }) ?? null
}

export function setScalar<T>(name: FunctionName, handle: number, value: unknown, field: string, checked: (value: unknown, name: string) => T): void {
  const given = check.optional(value, field, checked)
  run({ name, args: [handle, given === null ? null : [given]], answer: done })
}

export function getText(name: FunctionName, handle: number): string | null {
  const place = [null]
  return run({ name, args: [handle, place], answer: () => takeText(place) }) ?? null
}

export function setText(name: FunctionName, handle: number, value: unknown, field: string): void {
  run({ name, args: [handle, check.optional(value, field, check.text)], answer: done })
}

/** A key, as bytes of the caller's. Fill them with 0 when you are done. */
export function getKey(name: FunctionName, handle: number): Uint8Array | null {
  const key = new Uint8Array(AUTH_KEY_LENGTH)
  return run({ name, args: [handle, key, key.length], answer: () => key }) ?? null
}

export function setKey(name: FunctionName, handle: number, value: unknown, field: string): void {
  const key = check.optional(value, field, check.bytes)
  // An empty array has no address, and NULL would say "absent".
  const lent = key?.length === 0 ? new Uint8Array(1) : key
  run({ name, args: [handle, lent, key?.length ?? 0], answer: done })
  lent?.fill(0)
}
