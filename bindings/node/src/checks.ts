/**
 * Every argument is checked here before it crosses into C: the bridge takes a number for a pointer, cuts a text at its
 * first NUL and rounds 5.5. A wrong value is a TgsError, never a crash and never another value.
 */

import { invalid } from './errors'

const LIMIT = 2n ** 63n

/** A text that C and UTF-8 can hold. */
export function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw invalid(`${name} must be a string, not ${kind(value)}`)
  if (value.includes('\0')) throw invalid(`${name} must not contain a NUL`)
  if (!value.isWellFormed()) throw invalid(`${name} contains half of a surrogate pair`)
  return value
}

export const boolean = (value: unknown, name: string): boolean => {
  if (typeof value !== 'boolean') throw invalid(`${name} must be a boolean, not ${kind(value)}`)
  return value
}

/** A whole number of 64 bits, as a number or a bigint. A number that JavaScript may have rounded is refused. */
export function integer(value: unknown, name: string): number | bigint {
  if (typeof value === 'bigint') {
    if (value < -LIMIT || value >= LIMIT) throw invalid(`${name} does not fit in 64 bits`)
    return value
  }
  if (typeof value !== 'number') throw invalid(`${name} must be a number or a bigint, not ${kind(value)}`)
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
  if (!(value instanceof Uint8Array)) throw invalid(`${name} must be a Uint8Array, not ${kind(value)}`)
  if (length !== undefined && value.length !== length) throw invalid(`${name} must have ${length} bytes, not ${value.length}`)
  return Uint8Array.from(value)
}

export function array(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw invalid(`${name} must be an array, not ${kind(value)}`)
  return value
}

export function object(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw invalid(`${name} must be an object, not ${kind(value)}`)
  return value as Record<string, unknown>
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

const kind = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value)
