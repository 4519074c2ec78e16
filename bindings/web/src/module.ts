/** The WebAssembly module: it is loaded once, and lent a clock and random numbers. */

import { TgsError } from '../../node/src/errors'

/** What the module exports. */
export interface Exports {
  memory: WebAssembly.Memory
  tgs_web_alloc(length: number): number
  tgs_web_free(at: number, length: number): void
  [name: string]: unknown
}

// Browsers refuse to fill more at once.
const MOST_RANDOM = 65_536

let loaded: Exports | undefined
let failure: unknown

/** What the module exports; before it is loaded, and after it has failed, this throws. */
export function exports(): Exports {
  if (failure !== undefined) {
    const message = 'a defect in tgsession: an earlier call broke off, and nothing of the module is usable: load it in a new worker or page'
    throw new TgsError('TGS_ERROR_INTERNAL', message, { cause: failure })
  }
  if (loaded === undefined) throw new Error('tgsession is not loaded: await load() first')
  return loaded
}

/** Makes a call that may break off: a defect ends it in the middle, and what it held stays held. */
export function guarded<T>(call: () => T): T {
  try {
    return call()
  } catch (thrown) {
    failure = thrown
    return exports() as never
  }
}

/** Where the module comes from: its bytes, a compiled module, or the answer of a fetch. */
export type ModuleSource = BufferSource | WebAssembly.Module | Response | PromiseLike<Response>

/** Instantiates the module; the second time this does nothing. */
export async function instantiate(source: ModuleSource): Promise<Exports> {
  if (loaded === undefined) {
    const instance = await WebAssembly.instantiate(await compiled(source), { tgsession: { now: Date.now, random } })
    loaded = instance.exports as unknown as Exports
  }
  return loaded
}

async function compiled(source: ModuleSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return WebAssembly.compile(source)
  return WebAssembly.compileStreaming(source)
}

function random(at: number, length: number): void {
  const place = new Uint8Array(exports().memory.buffer, at >>> 0, length >>> 0)
  for (let start = 0; start < place.length; start += MOST_RANDOM) crypto.getRandomValues(place.subarray(start, start + MOST_RANDOM))
}
