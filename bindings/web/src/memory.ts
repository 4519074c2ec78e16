/** The memory of the module: what is lent to a call is wiped and freed after it. */

import { exports } from './module'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

// Each allocation may move the memory: a view is good until the next one.
let cached: DataView | undefined

/** A view of the memory as it is now. */
export function view(): DataView {
  const { buffer } = exports().memory
  if (cached?.buffer !== buffer) cached = new DataView(buffer)
  return cached
}

/** Bytes of the memory, not a copy: they are good until the next allocation. */
export const bytesAt = (at: number, length: number): Uint8Array => new Uint8Array(exports().memory.buffer, at, length)

/** A copy of bytes. */
export const copyOf = (at: number, length: number): Uint8Array => bytesAt(at, length).slice()

/** Reads a text that ends with a NUL. */
export function textAt(at: number): string {
  const rest = new Uint8Array(exports().memory.buffer, at)
  return decoder.decode(rest.subarray(0, rest.indexOf(0)))
}

/** What a call borrows. */
export class Loan {
  readonly #lent: [at: number, length: number][] = []

  /** Memory of this length, all zero, aligned for every struct. */
  take(length: number): number {
    const at = exports().tgs_web_alloc(length) >>> 0
    this.#lent.push([at, length])
    return at
  }

  bytes(value: Uint8Array): number {
    const at = this.take(value.length)
    bytesAt(at, value.length).set(value)
    return at
  }

  /** A text with its NUL. */
  text(value: string): number {
    const encoded = encoder.encode(value)
    const at = this.take(encoded.length + 1)
    bytesAt(at, encoded.length).set(encoded)
    encoded.fill(0)
    return at
  }

  /** Wipes and frees all of it. */
  giveBack(): void {
    for (const [at, length] of this.#lent) exports().tgs_web_free(at, length)
    this.#lent.length = 0
  }
}
