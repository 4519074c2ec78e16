/** Calls in the thread pool that their caller stops waiting for. */

import * as check from './checks'

/** What every asynchronous call takes. */
export interface AsyncOptions {
  /**
   * Stops waiting: the promise is rejected with the signal's reason at once. A call that has begun cannot be taken back: what it
   * writes may be written, and a session that it opens is closed.
   */
  signal?: AbortSignal
}

export function signalOf(options: AsyncOptions | undefined | null): AbortSignal | undefined {
  if (options === undefined || options === null) return undefined
  const { signal } = check.known(options, 'options', ['signal'])
  return checkSignal(signal)
}

export function checkSignal(signal: unknown): AbortSignal | undefined {
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw check.wrong(signal, 'signal', 'an AbortSignal')
  return signal
}

/** Begins unless it is aborted, and waits until it is. What comes later goes to `discard`. */
export async function abortable<T>(signal: AbortSignal | undefined, begin: () => Promise<T>, discard?: (late: T) => unknown): Promise<T> {
  signal?.throwIfAborted()
  const work = begin()
  if (!signal) return await work
  let abort = () => {}
  const aborted = new Promise<'aborted'>((resolve) => (abort = () => resolve('aborted')))
  signal.addEventListener('abort', abort)
  try {
    const first = await Promise.race([work.then((value) => ({ value })), aborted])
    if (first !== 'aborted') return first.value
    work.then(discard, () => undefined).catch(() => undefined)
    throw signal.reason
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
