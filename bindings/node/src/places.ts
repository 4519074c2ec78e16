/**
 * Memory in which the library writes an answer, and from which it is read. koffi's own way, an object of JavaScript for each struct,
 * takes ten times as long.
 */

import { endianness } from 'node:os'
import koffi from './koffi'

export const LITTLE = endianness() === 'LE'

/** The size of a pointer. */
export const WORD = koffi.sizeof('void *')

/** Memory for a number, a pointer or a small struct. */
export interface Place {
  bytes: Uint8Array
  view: DataView
}

// The largest struct of an answer to a lookup.
const SIZE = 64
// So many calls are seldom under way at a time.
const MOST = 64

const free: Place[] = []

/** A place with `size` bytes. */
export function newPlace(size: number): Place {
  // Of its own, for the bytes of a small array move.
  const buffer = new ArrayBuffer(size)
  return { bytes: new Uint8Array(buffer), view: new DataView(buffer) }
}

/** A place with 64 bytes of any value. Give it back once its call has ended and the answer is read. */
export const takePlace = (): Place => free.pop() ?? newPlace(SIZE)

export function givePlace(place: Place): void {
  if (free.length < MOST) free.push(place)
}

/** Writes a whole number of 64 bits. */
export function writeInt64(view: DataView, at: number, value: number | bigint): void {
  if (typeof value === 'bigint') return view.setBigInt64(at, value, LITTLE)
  // A bigint would have to be made first.
  const high = Math.floor(value / 2 ** 32)
  view.setInt32(LITTLE ? at + 4 : at, high, LITTLE)
  view.setUint32(LITTLE ? at : at + 4, value - high * 2 ** 32, LITTLE)
}

/** Writes a size or an address. */
export function writeWord(view: DataView, at: number, value: number): void {
  if (WORD === 8) writeInt64(view, at, value)
  else view.setUint32(at, value, LITTLE)
}

/** Reads a whole number of 64 bits that a number can hold; any other one as a bigint. */
export function readInt64(view: DataView, at: number): number | bigint {
  const high = view.getInt32(LITTLE ? at + 4 : at, LITTLE)
  const number = high * 2 ** 32 + view.getUint32(LITTLE ? at : at + 4, LITTLE)
  return Number.isSafeInteger(number) ? number : view.getBigInt64(at, LITTLE)
}

/** Reads a size or an address. */
export const readWord = (view: DataView, at: number): number | bigint => (WORD === 8 ? readInt64(view, at) : view.getUint32(at, LITTLE))
