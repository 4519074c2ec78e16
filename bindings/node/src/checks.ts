/**
 * Every argument is checked here before it crosses into C: the bridge takes a number for a pointer, cuts a text at its
 * first NUL and rounds 5.5. A wrong value is an InvalidArgumentError, never a crash and never another value.
 */

import { fileURLToPath } from 'node:url'
import { invalid } from './errors'

const LIMIT = 2n ** 63n

/** A text that C and UTF-8 can hold. */
export function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw wrong(value, name, 'a string')
  if (value.includes('\0')) throw invalid(`${name} must not contain a NUL`)
  if (!value.isWellFormed()) throw invalid(`${name} contains half of a surrogate pair`)
  return value
}

/** Where a session is: a path or URL in a string, a URL, or a path in bytes, as Node's own functions of files take it. */
export type Location = string | URL | Uint8Array

export function location(value: unknown, name = 'location'): string {
  if (value instanceof URL) return text(value.protocol === 'file:' ? fileURLToPath(value) : value.href, name)
  if (value instanceof Uint8Array) return text(decode(value, name), name)
  if (typeof value !== 'string') throw wrong(value, name, 'a string, a URL or a Buffer')
  return text(value, name)
}

function decode(bytes: Uint8Array, name: string): string {
  if (bytes.includes(0)) throw invalid(`${name} is no path: Session.openBytes opens the bytes of a session`)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw invalid(`${name} must be a path in UTF-8`)
  }
}

export const boolean = (value: unknown, name: string): boolean => {
  if (typeof value !== 'boolean') throw wrong(value, name, 'a boolean')
  return value
}

/** A whole number of 64 bits, as a number or a bigint. A number that JavaScript may have rounded is refused. */
export function integer(value: unknown, name: string): number | bigint {
  if (typeof value === 'bigint') {
    if (value < -LIMIT || value >= LIMIT) throw invalid(`${name} does not fit in 64 bits`)
    return value
  }
  if (typeof value !== 'number') throw wrong(value, name, 'a number or a bigint')
  if (!Number.isSafeInteger(value)) throw invalid(`${name} must be a whole number; beyond 2^53 a bigint`)
  return value
}

/** A whole number within the bounds of a smaller C type. */
export function small(value: unknown, name: string, lowest: number, highest: number): number {
  const number = Number(integer(value, name))
  if (number < lowest || number > highest) throw invalid(`${name} must be ${lowest} to ${highest}`)
  return number
}

export const int32 = (value: unknown, name: string) => small(value, name, -(2 ** 31), 2 ** 31 - 1)
export const uint32 = (value: unknown, name: string) => small(value, name, 0, 2 ** 32 - 1)
export const uint16 = (value: unknown, name: string) => small(value, name, 0, 2 ** 16 - 1)

/** Bytes in memory of our own: what another thread shares could change or vanish during the call. */
export function bytes(value: unknown, name: string, length?: number): Uint8Array {
  if (!(value instanceof Uint8Array)) throw wrong(value, name, 'a Uint8Array')
  if (length !== undefined && value.length !== length) throw invalid(`${name} must have ${length} bytes, not ${value.length}`)
  return Uint8Array.from(value)
}

export function array(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw wrong(value, name, 'an array')
  return value
}

export function object(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw wrong(value, name, 'an object')
  return value as Record<string, unknown>
}

/** An object with these properties only: one that is mistyped is not taken for one that is left out. */
export function known(value: unknown, name: string, names: readonly string[]): Record<string, unknown> {
  const given = object(value, name)
  const unknown = Object.keys(given).find((one) => !names.includes(one))
  if (unknown !== undefined) throw invalid(`there is no ${name}.${unknown}; there are ${names.join(', ')}`)
  return given
}

/** Runs a check unless the value is absent. */
export const optional = <T>(value: unknown, name: string, check: (value: unknown, name: string) => T): T | null =>
  value === undefined || value === null ? null : check(value, name)

/** A 64-bit answer that has to be a number. Rounding an id would make it somebody else's. */
export function toNumber(value: number | bigint, name: string): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new RangeError(`${name} is ${value}: a number of JavaScript cannot hold it`)
  return number
}

/** A value of another type than the one that is wanted. */
export const wrong = (value: unknown, name: string, wanted: string) => invalid(`${name} must be ${wanted}, not ${kind(value)}`)

const kind = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value)
