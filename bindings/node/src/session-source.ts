/** Where an adapter has its session from: a location, which it opens and closes, or an open session of the caller's. */

import { inspect, type InspectOptions } from 'node:util'
import * as check from './checks'
import type { Location } from './checks'
import type { Options } from './options'
import { Session } from './session'

export class SessionSource {
  readonly #location: string | null
  readonly #options: Options | undefined
  #session: Session | null
  #opening: Promise<Session> | null = null

  constructor(source: Location | Session, options?: Options) {
    this.#session = source instanceof Session ? source : null
    this.#location = source instanceof Session ? null : check.location(source, 'session')
    this.#options = options
  }

  /** The open session; if it is not open yet, it is opened in this thread. */
  get session(): Session {
    return (this.#session ??= Session.open(this.#location!, this.#options))
  }

  /** The open session, opened in the thread pool. */
  async opened(): Promise<Session> {
    if (this.#session) return this.#session
    this.#opening ??= this.#open().finally(() => (this.#opening = null))
    return await this.#opening
  }

  async #open(): Promise<Session> {
    const opened = await Session.openAsync(this.#location!, this.#options)
    if (this.#session) await opened.closeAsync() // somebody could not wait for it
    return (this.#session ??= opened)
  }

  /** Closes what was opened here; it may be opened again. */
  async close(): Promise<void> {
    if (this.#location === null) return
    await this.#opening?.catch(() => undefined)
    const session = this.#session
    this.#session = null
    await session?.closeAsync()
  }

  /** What the console shows of an adapter: no secret, of which a location may be one. */
  shown(name: string, options: InspectOptions): string {
    return `${name} { session: ${this.#session ? inspect(this.#session, options) : 'not open'} }`
  }
}
