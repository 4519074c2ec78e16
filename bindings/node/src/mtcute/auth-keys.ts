/**
 * The key of the account's own data centre is the session's. Those of other data centres and temporary ones live in
 * memory: no other client has a place for them, and mtcute makes new ones where they are missing.
 */

import type { IAuthKeysRepository } from '@mtcute/core'
import type { Session } from '../session'
import type { SessionData } from '../session-data'
import type { TgsessionDriver } from './driver'

export class TgsessionAuthKeys implements IAuthKeysRepository {
  readonly #others = new Map<number, Uint8Array>()
  readonly #temporary = new Map<string, { key: Uint8Array; expires: number }>()

  /** @param testMode  whether the client is on the test servers: a new session is told so. */
  constructor(private readonly driver: TgsessionDriver, private readonly testMode: boolean) {}

  set(dc: number, key: Uint8Array | null): Promise<void> {
    return this.driver.inTurn((session) => this.#set(session, dc, key))
  }

  async #set(session: Session, dc: number, key: Uint8Array | null): Promise<void> {
    const { dcId, testMode } = await session.getSessionDataAsync()
    // mtcute names the account's data centre only when it moves; the first key is that of the one where it began. A file
    // with a key and without test_mode would be taken for a new one by Pyrogram, and its key overwritten.
    if (key && dcId === null) return session.setDataAsync({ dcId: dc, testMode: testMode ?? this.testMode, authKey: key })
    if (dc === dcId) return session.setDataAsync({ authKey: key })
    if (key) this.#others.set(dc, key)
    else this.#others.delete(dc)
  }

  get(dc: number): Promise<Uint8Array | null> {
    return this.driver.inTurn(async (session) => {
      const { dcId, authKey } = await session.getSessionDataAsync()
      return dc === dcId ? authKey : (this.#others.get(dc) ?? null)
    })
  }

  setTemp(dc: number, index: number, key: Uint8Array | null, expires: number): void {
    if (key) this.#temporary.set(`${dc}:${index}`, { key, expires })
    else this.#temporary.delete(`${dc}:${index}`)
  }

  getTemp(dc: number, index: number, now: number): Uint8Array | null {
    const found = this.#temporary.get(`${dc}:${index}`)
    return found && now < found.expires ? found.key : null
  }

  async deleteByDc(dc: number): Promise<void> {
    for (const name of this.#temporary.keys()) if (name.startsWith(`${dc}:`)) this.#temporary.delete(name)
    await this.set(dc, null)
  }

  async deleteAll(): Promise<void> {
    this.#temporary.clear()
    await this.driver.inTurn(async (session) => {
      this.#others.clear()
      await session.setDataAsync({ authKey: null })
    })
  }

  /** The account's data centre is this one, here. If it moved, the key that was made there becomes the session's. */
  moveTo(dc: number, address: Pick<SessionData, 'serverAddress' | 'port' | 'testMode'>): Promise<void> {
    return this.driver.inTurn(async (session) => {
      const { dcId: before, authKey: key } = await session.getSessionDataAsync()
      if (before === dc) return session.setDataAsync(address)
      await session.setDataAsync({ ...address, dcId: dc, authKey: this.#others.get(dc) ?? null })
      if (before !== null && key) this.#others.set(before, key)
      this.#others.delete(dc)
    })
  }
}
