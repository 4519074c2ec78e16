/** The life of the session below. */

import type { IStorageDriver } from '@mtcute/core'
import type { Options } from '../options'
import { Session } from '../session'

export class TgsessionDriver implements IStorageDriver {
  #session: Session | null

  /** @param source  what `Session.open` takes; or an open Session, which stays its owner's to close. */
  constructor(private readonly source: string | Session, private readonly options?: Options) {
    this.#session = typeof source === 'string' ? null : source
  }

  load(): void {
    if (typeof this.source === 'string') this.#session ??= Session.open(this.source, this.options)
  }

  save(): void {
    this.session.save()
  }

  destroy(): void {
    if (typeof this.source !== 'string') return
    this.#session?.close()
    this.#session = null
  }

  /** The open session. */
  get session(): Session {
    this.load()
    return this.#session!
  }
}
