/** In place of the module of that name in the package for Node: loads the WebAssembly module, and refuses another interface. */

import { func } from './koffi'
import { instantiate, type ModuleSource } from './module'

/** The version of the binary interface that this package was written for: TGS_ABI_VERSION of the header. */
export const ABI_VERSION = 2

export const library = { func }

/**
 * Loads the module `tgsession.wasm` of this package: everything else needs it. Once it is loaded, calling this again does
 * nothing. What keeps the page smooth is to do it in a worker: a call blocks until it is done.
 */
export async function load(source: ModuleSource): Promise<void> {
  await instantiate(source)
  const found = func('tgs_abi_version', 'uint32_t', [])()
  if (found !== ABI_VERSION) throw new Error(`tgsession.wasm has version ${found} of the binary interface, and this package needs version ${ABI_VERSION}`)
}
