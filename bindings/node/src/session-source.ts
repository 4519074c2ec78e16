/** Where an adapter has its session from: a location, which it opens and closes, or an open session of the caller's. */

import { inspect, type InspectOptions } from 'node:util'
import * as check from './checks'
import type { Location } from './checks'
import { TgsError } from './errors'
import type { Options } from './options'
import { Session } from './session'

export class SessionSource {
  readonly #location: string | null
  readonly #options: Options | undefined
  #session: Session | null
  #opening: Promise<Session> | null = null
  #isClosed = false

  constructor(source: Location | Session, options?: Options) {
    this.#session = source instanceof Session ? source : null
    this.#location = source instanceof Session ? null : check.location(source, 'session')
    this.#options = options
  }

  /** Whether it is the caller's, who closes it. */
  get isCallers(): boolean {
    return this.#location === null
  }

  /** The session for a call; if it is not open yet, it is opened in this thread. After `close` it is an error. */
  get session(): Session {
    this.#refuseClosed()
    return this.forWritingNow
  }

  /** The session for a call, opened in the thread pool. After `close` it is an error: a late call would leave it open. */
  async opened(): Promise<Session> {
    this.#refuseClosed()
    return await this.forWriting()
  }

  /** Opens the session, also after `close`. */
  async open(): Promise<Session> {
    this.#isClosed = false
    return await this.forWriting()
  }

  /** The session, opened whether it was closed or not: whoever asks closes it again. */
  async forWriting(): Promise<Session> {
    if (this.#session) return this.#session
    this.#opening ??= this.#open().finally(() => (this.#opening = null))
    return await this.#opening
  }

  get forWritingNow(): Session {
    return (this.#session ??= Session.open(this.#location!, this.#options))
  }

  async #open(): Promise<Session> {
    const opened = await Session.openAsync(this.#location!, this.#options)
    if (this.#session) await opened.closeAsync() // somebody could not wait for it
    return (this.#session ??= opened)
  }

  /** Closes what was opened here; `open` opens it again. */
  async close(): Promise<void> {
    if (this.isCallers) return
    this.#isClosed = true
    await this.#opening?.catch(() => undefined)
    const session = this.#session
    this.#session = null
    await session?.closeAsync()
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw new TgsError('TGS_ERROR_CLOSED', 'the session was closed: load() opens it again')
  }

  /** What the console shows of an adapter: no secret, of which a location may be one. */
  shown(name: string, options: InspectOptions): string {
    return `${name} { session: ${this.#session ? inspect(this.#session, options) : 'not open'} }`
  }
}
