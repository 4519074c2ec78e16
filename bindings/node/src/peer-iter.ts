/** Iterates over complete peers. */

import * as check from './checks'
import { run, type Call, type Runner } from './call'
import { functions } from './functions'
import { readPeer, type Peer } from './peers'

// An iterator that was not finished is freed with its object.
const forgotten = new FinalizationRegistry<number>((handle) => void functions.tgs_peer_iter_free(handle))

/** Peers in ascending order of their ids, as they were at the beginning. It may outlive its session. */
export class PeerIterator implements IterableIterator<Peer>, Disposable {
  #handle: number

  private constructor(handle: number) {
    this.#handle = handle
    forgotten.register(this, handle, this)
  }

  /** @internal */
  static over(session: number, ids: unknown): PeerIterator {
    return run(begin(session, ids, (handle) => new PeerIterator(handle)))!
  }

  /** @internal */
  static async overAsync(session: number, ids: unknown, runner: Runner): Promise<PeerIterator> {
    return (await runner(begin(session, ids, (handle) => new PeerIterator(handle))))!
  }

  next(): IteratorResult<Peer, undefined> {
    const place: unknown[] = [null]
    const step: Call<Peer> = { name: 'tgs_peer_iter_next', args: [this.#handle, place], answer: () => readPeer(place[0]) }
    const peer = this.#handle === 0 ? undefined : run(step)
    if (peer !== undefined) return { done: false, value: peer }
    this[Symbol.dispose]()
    return { done: true, value: undefined }
  }

  /** Frees the iterator; `for...of` calls it when the loop ends early. */
  return(): IteratorResult<Peer, undefined> {
    this[Symbol.dispose]()
    return { done: true, value: undefined }
  }

  [Symbol.iterator](): this {
    return this
  }

  [Symbol.dispose](): void {
    forgotten.unregister(this)
    functions.tgs_peer_iter_free(this.#handle)
    this.#handle = 0
  }
}

function begin<T>(session: number, ids: unknown, make: (handle: number) => T): Call<T> {
  const place = [0]
  const wanted = check.optional(ids, 'ids', check.array)?.map((id) => check.integer(id, 'ids')) ?? null
  // An empty array has no address, and NULL would say "all": one id is lent, and none counted.
  const lent = wanted === null ? null : BigInt64Array.from([...wanted, 0].map(BigInt))
  return { name: 'tgs_peer_iter_new', args: [session, lent, wanted?.length ?? 0, place], answer: () => make(place[0]!) }
}
