/** In place of the module of that name in the package for Node: a WebAssembly module calls no functions of JavaScript's. */

import { unsupported } from '../../node/src/errors'

/** @throws TGS_ERROR_UNSUPPORTED always. */
export function openEngine(_engine: unknown, _options: number, _make: unknown): never {
  throw unsupported('an engine of your own is for a program on a machine: here, keep what toBytes() gives')
}
