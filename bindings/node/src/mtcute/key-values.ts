/**
 * mtcute's key-value store. Keys that other clients know are fields and update states of the session; the others are mtcute's
 * own values.
 */

import type { IKeyValueRepository } from '@mtcute/core'
import { defaultServerAddress } from '../conversion'
import type { SessionData } from '../session-data'
import type { UpdateState } from '../update-states'
import type { TgsessionAuthKeys } from './auth-keys'
import * as currentUser from './current-user'
import * as dcOption from './dc-option'
import type { TgsessionDriver } from './driver'
import { OwnValues } from './own-values'

const CHANNEL_MARK = 1_000_000_000_000
type Value = Exclude<keyof UpdateState, 'id'>

export class TgsessionKeyValues implements IKeyValueRepository {
  readonly #own: OwnValues

  constructor(private readonly driver: TgsessionDriver, private readonly authKeys: TgsessionAuthKeys) {
    this.#own = new OwnValues(driver)
  }

  async get(key: string): Promise<Uint8Array | null> {
    const state = stateOf(key)
    if (state) return this.#readState(...state)
    if (key === 'dc_main') return this.driver.inTurn(async (session) => readDc(await session.getSessionDataAsync()))
    if (key === 'current_user') return this.driver.inTurn(async (session) => this.#readUser(await session.getSessionDataAsync()))
    return this.#own.get(key)
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    const state = stateOf(key)
    if (state) return this.#writeState(...state, Buffer.from(value).readInt32LE(0))
    if (key === 'dc_main') return this.#writeDc(value)
    if (key === 'current_user') await this.#writeUser(value)
    await this.#own.set(key, value)
  }

  async delete(key: string): Promise<void> {
    const state = stateOf(key)
    if (state) this.#writeState(...state, null)
    else if (key === 'current_user') await this.#writeUser(new Uint8Array())
    await this.#own.delete(key)
  }

  /** All but the data centre, to which the key belongs: without it the key would be lost. */
  async deleteAll(): Promise<void> {
    await this.#own.clear()
    await this.#writeUser(new Uint8Array())
    await this.driver.queue.flush()
    await this.driver.inTurn(async (session) => {
      for (const { id } of await session.getUpdateStatesAsync()) await session.deleteUpdateStateAsync(id)
    })
  }

  async #readState(id: number, value: Value): Promise<Uint8Array | null> {
    const waiting = this.driver.queue.state(id)[value]
    const found = waiting === undefined ? ((await (await this.driver.opened()).getUpdateStateAsync(id))?.[value] ?? null) : waiting
    if (found === null) return null
    const bytes = Buffer.alloc(4)
    bytes.writeInt32LE(found | 0)
    return Uint8Array.from(bytes)
  }

  #writeState(id: number, value: Value, number: number | null): void {
    this.driver.queue.addState(id, { [value]: number })
  }

  async #writeDc(value: Uint8Array): Promise<void> {
    const dc = dcOption.decode(value)
    if (dc === null) return
    await this.authKeys.moveTo(dc.id, { serverAddress: dc.ipAddress, port: dc.port, testMode: dc.testMode })
  }

  #writeUser(value: Uint8Array): Promise<void> {
    const user = currentUser.decode(value)
    return this.driver.inTurn((session) => session.setDataAsync({ userId: user?.userId ?? null, isBot: user?.isBot ?? null }))
  }

  // mtcute's own value says more (usernames, premium), as long as no other client contradicts it.
  async #readUser({ userId, isBot }: SessionData): Promise<Uint8Array | null> {
    const kept = await this.#own.get('current_user')
    if (userId === null) return kept?.length === 0 ? kept : null
    const user = kept && currentUser.decode(kept)
    if (user && user.userId === userId && user.isBot === (isBot ?? user.isBot)) return kept
    return currentUser.encode({ userId, isBot: isBot ?? false })
  }
}

function readDc(session: SessionData): Uint8Array | null {
  const id = session.dcId
  if (id === null) return null
  const testMode = session.testMode ?? false
  const byDefault = defaultServerAddress(id, testMode)
  const ipAddress = session.serverAddress ?? byDefault?.serverAddress
  const port = session.port ?? byDefault?.port
  return ipAddress === undefined || port === undefined ? null : dcOption.encode({ id, ipAddress, port, testMode })
}

/** The update state and the value of it that a name means: "updates_pts", or "updates_channel:" and a bare id. */
function stateOf(key: string): [id: number, value: Value] | null {
  const [, own, channel] = /^updates_(?:(pts|qts|date|seq)|channel:(\d+))$/.exec(key) ?? []
  if (own) return [0, own as Value]
  return channel ? [-CHANNEL_MARK - Number(channel), 'pts'] : null
}
