/** The life of the session below, and the order of what changes it. */

import { inspect, type InspectOptions } from 'node:util'
import type { IStorageDriver } from '@mtcute/core'
import type { Location } from '../checks'
import type { Options } from '../options'
import type { Session } from '../session'
import { SessionSource } from '../session-source'
import { WriteBehind } from '../write-behind'

export class TgsessionDriver implements IStorageDriver {
  readonly #source: SessionSource
  readonly #queue: WriteBehind
  #last: Promise<unknown> = Promise.resolve()

  /** @param source  what `Session.open` takes; or an open Session, which stays its owner's to close. */
  constructor(source: Location | Session, options?: Options) {
    this.#source = new SessionSource(source, options)
    this.#queue = new WriteBehind(this.#source)
  }

  async load(): Promise<void> {
    await this.#queue.open()
  }

  /** Writes what waits, and makes it survive a loss of power. */
  save(): Promise<void> {
    return this.#queue.save()
  }

  async destroy(): Promise<void> {
    await this.#last.catch(() => undefined)
    await this.#queue.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.destroy()
  }

  /** The open session. `await save()` first: it then has all that mtcute told. */
  get session(): Session {
    return this.#source.session
  }

  /** The open session, without waiting for it in the event loop; an error between `destroy` and `load`. */
  opened(): Promise<Session> {
    return this.#source.opened()
  }

  /** @internal */
  get queue(): WriteBehind {
    return this.#queue
  }

  /** @internal Jobs that read what they change, one after the other. */
  async inTurn<T>(job: (session: Session) => Promise<T>): Promise<T> {
    const result = this.#last.catch(() => undefined).then(async () => await job(await this.opened()))
    this.#last = result
    return await result
  }

  /** What `console.log` shows: no secret. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return this.#source.shown('TgsessionDriver', options)
  }
}
