/** koffi, the bridge to C. It is loaded with `require`, but its types are declared for `import` only. */

import type * as Koffi from 'koffi' with { 'resolution-mode': 'import' }

const koffi = require('koffi') as typeof Koffi

/** How a type of C is written. */
export type Type = string | Koffi.TypeObject | ReturnType<typeof Koffi.out> | ReturnType<typeof Koffi.inout>

/** A function of C; `async` runs it in the thread pool. */
export interface Native {
  (...args: unknown[]): unknown
  async(...args: unknown[]): void
}

export default koffi
