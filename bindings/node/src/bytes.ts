/** A session in bytes. */

import koffi from './koffi'
import * as check from './checks'
import type { Call } from './call'
import { functions } from './functions'

/** In which form a session becomes bytes. */
export interface ByteOptions {
  /** The layout, like "telethon@8". Left out: the session's own; "pyrogram@3" or "telethon@7" for one that is in no file. */
  format?: string | null
  /** Compresses them by gzip: about a third of the size. */
  compress?: boolean
}

/** Lends bytes to a call and wipes the copy: they hold an auth key. */
export function lendBytes<T>(value: unknown, name: string, use: (lent: Uint8Array, length: number) => T): T {
  const copy = check.bytes(value, name)
  // An empty array has no address, which would be a mistake of another kind.
  const lent = copy.length === 0 ? new Uint8Array(1) : copy
  try {
    return use(lent, copy.length)
  } finally {
    lent.fill(0)
  }
}

/** The same for a call in another thread. */
export async function lendBytesAsync<T>(value: unknown, name: string, use: (lent: Uint8Array, length: number) => Promise<T>): Promise<T> {
  const copy = check.bytes(value, name)
  const lent = copy.length === 0 ? new Uint8Array(1) : copy
  try {
    return await use(lent, copy.length)
  } finally {
    lent.fill(0)
  }
}

export function toBytes(handle: number, options: unknown): Call<Uint8Array> {
  const { format, compress } = check.known(options, 'options', ['format', 'compress'])
  const [pointer, length] = [[null], [0]]
  const answer = () => takeBytes(pointer[0], Number(length[0]))
  const args = [handle, check.optional(format, 'format', check.text), check.boolean(compress ?? false, 'compress'), pointer, length]
  return { name: 'tgs_to_bytes', args, answer }
}

/** Reads bytes that the library gave to us, and frees them. */
export function takeBytes(pointer: unknown, length: number): Uint8Array {
  try {
    if (length === 0) return new Uint8Array()
    return koffi.decode(pointer, 'uint8_t', length) as Uint8Array
  } finally {
    functions.tgs_bytes_free(pointer, length)
  }
}
