/**
 * The keys of all data centres are the session's, where other clients find them: those of the account's own are fields, and the
 * others stand in its data centres. Each connection has a temporary key: that of the first is the session's; the others live in
 * memory, and mtcute makes new ones where they are missing.
 */

import type { IAuthKeysRepository } from '@mtcute/core'
import type { Session } from '../session'
import type { SessionData } from '../session-data'
import { DataCenters } from './data-centers'
import type { TgsessionDriver } from './driver'

const NO_TMP_KEY = { tmpAuthKey: null, tmpExpiresAt: null }
// The year 5138, in seconds.
const LATEST_SECOND = 1e11

/** mtcute documents seconds, and passes milliseconds. */
const seconds = (moment: number) => Math.floor(moment > LATEST_SECOND ? moment / 1000 : moment)

export class TgsessionAuthKeys implements IAuthKeysRepository {
  readonly #dataCenters = new DataCenters()
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
    await this.#dataCenters.change(session, dc, { authKey: key })
  }

  get(dc: number): Promise<Uint8Array | null> {
    return this.driver.inTurn(async (session) => {
      const { dcId, authKey } = await session.getSessionDataAsync()
      return dc === dcId ? authKey : (await this.#dataCenters.get(session, dc)).authKey
    })
  }

  async setTemp(dc: number, index: number, key: Uint8Array | null, expires: number): Promise<void> {
    if (index === 0) return this.driver.inTurn((session) => this.#setTemp(session, dc, key, seconds(expires)))
    if (key) this.#temporary.set(`${dc}:${index}`, { key, expires: seconds(expires) })
    else this.#temporary.delete(`${dc}:${index}`)
  }

  async #setTemp(session: Session, dc: number, key: Uint8Array | null, expires: number): Promise<void> {
    const { dcId, serverAddress, port } = await session.getSessionDataAsync()
    const tmpKey = key ? { tmpAuthKey: key, tmpExpiresAt: expires } : NO_TMP_KEY
    if (dc !== dcId) return this.#dataCenters.change(session, dc, tmpKey)
    // Of the account's own, the fields have the rest, and a key that is left out stays.
    if (key === null) await session.setDataAsync({ tmpAuthKey: null })
    const { addresses } = await this.#dataCenters.get(session, dc)
    const beside = addresses.filter((one) => one.serverAddress !== serverAddress || one.port !== port)
    await this.#dataCenters.set(session, { id: dc, authKey: null, ...tmpKey, addresses: beside })
  }

  async getTemp(dc: number, index: number, now: number): Promise<Uint8Array | null> {
    const found = this.#temporary.get(`${dc}:${index}`)
    if (index !== 0) return found && seconds(now) < found.expires ? found.key : null
    const { tmpAuthKey, tmpExpiresAt } = await this.driver.inTurn((session) => this.#dataCenters.get(session, dc))
    // Another client's may have no known end.
    return tmpExpiresAt !== null && seconds(now) < tmpExpiresAt ? tmpAuthKey : null
  }

  deleteByDc(dc: number): Promise<void> {
    for (const name of this.#temporary.keys()) if (name.startsWith(`${dc}:`)) this.#temporary.delete(name)
    return this.driver.inTurn(async (session) => {
      if (dc === (await session.getSessionDataAsync()).dcId) await this.#deleteHome(session, dc)
      else await this.#dataCenters.change(session, dc, { authKey: null, ...NO_TMP_KEY })
    })
  }

  // mtcute keeps the keys of the other data centres, which the library takes for those of a login that ends.
  async #deleteHome(session: Session, dc: number): Promise<void> {
    const others = await this.#dataCenters.allBut(session, dc)
    await session.setDataAsync({ authKey: null, tmpAuthKey: null })
    await this.#dataCenters.delete(session, dc)
    for (const one of others) await this.#dataCenters.set(session, one)
  }

  deleteAll(): Promise<void> {
    this.#temporary.clear()
    return this.driver.inTurn(async (session) => {
      await session.setDataAsync({ authKey: null, tmpAuthKey: null })
      await this.#dataCenters.clear(session)
    })
  }

  /** The account's data centre is this one, here. If it moved, the keys that were made there become the session's. */
  moveTo(dc: number, address: Pick<SessionData, 'serverAddress' | 'port' | 'testMode'>): Promise<void> {
    return this.driver.inTurn(async (session) => {
      const { dcId: before } = await session.getSessionDataAsync()
      if (before === dc) return session.setDataAsync(address)
      const here = await this.#dataCenters.get(session, dc)
      const there = before === null ? null : await this.#dataCenters.get(session, before)
      await session.setDataAsync({ ...address, dcId: dc, authKey: here.authKey, tmpAuthKey: here.tmpAuthKey })
      if (there) await this.#dataCenters.set(session, there)
      // Its key is a field now, and stands nowhere else.
      await this.#dataCenters.set(session, { ...here, authKey: null })
    })
  }
}
