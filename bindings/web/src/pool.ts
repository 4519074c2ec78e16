/** In place of the thread pool of the package for Node: a module has one thread, so a call is made when its turn comes. */

import type { Native } from './koffi'

/** Makes a call in a later turn of the event loop. */
export async function callInPool(native: Native, args: unknown[]): Promise<unknown> {
  await Promise.resolve()
  return native(...args)
}
