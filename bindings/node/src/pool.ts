/**
 * Calls in the thread pool. koffi refuses a call while 256 have not ended, and keeps memory for each: so no more are given to it than
 * keep the pool's threads busy, and the others wait here.
 */

import type { Native } from './koffi'

const MOST = 128

let running = 0
// In the order in which they came: a session is closed after the calls that came before.
const waiting: (() => void)[] = []

/** Makes a call of C in the thread pool, and answers its result. */
export function callInPool(native: Native, args: unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const begin = () => {
      running++
      try {
        native.async(...args, (failure: Error | null, result: unknown) => {
          if (failure) reject(failure)
          else resolve(result)
          ended()
        })
      } catch (error) {
        reject(error as Error) // an argument that koffi does not take
        ended()
      }
    }
    if (running < MOST) begin()
    else waiting.push(begin)
  })
}

function ended(): void {
  running--
  waiting.shift()?.()
}
