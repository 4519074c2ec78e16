/**
 * mtcute's key-value store. Keys that other clients know are fields and update states of the session; the others (salts, a
 * media data centre, ...) are kept in memory, and mtcute requests them again.
 */

import type { IKeyValueRepository } from '@mtcute/core'
import { defaultServerAddress } from '../conversion'
import type { Session } from '../session'
import type { UpdateState } from '../update-states'
import type { TgsessionAuthKeys } from './auth-keys'
import * as currentUser from './current-user'
import * as dcOption from './dc-option'
import type { TgsessionDriver } from './driver'

const CHANNEL_MARK = 1_000_000_000_000
type Value = Exclude<keyof UpdateState, 'id'>

export class TgsessionKeyValues implements IKeyValueRepository {
  readonly #rest = new Map<string, Uint8Array>()

  constructor(private readonly driver: TgsessionDriver, private readonly authKeys: TgsessionAuthKeys) {}

  get(key: string): Uint8Array | null {
    const { session } = this.driver
    const state = stateOf(key)
    if (state) return readState(session, ...state)
    if (key === 'dc_main') return readDc(session)
    if (key === 'current_user') return this.#readUser(session)
    return this.#rest.get(key) ?? null
  }

  set(key: string, value: Uint8Array): void {
    const { session } = this.driver
    const state = stateOf(key)
    if (state) writeState(session, ...state, Buffer.from(value).readInt32LE(0))
    else if (key === 'dc_main') this.#writeDc(value)
    else {
      if (key === 'current_user') writeUser(session, value)
      this.#rest.set(key, value)
    }
  }

  delete(key: string): void {
    const state = stateOf(key)
    if (state) writeState(this.driver.session, ...state, null)
    else if (key === 'current_user') writeUser(this.driver.session, new Uint8Array())
    this.#rest.delete(key)
  }

  /** All but the data centre, to which the key belongs: without it the key would be lost. */
  deleteAll(): void {
    const { session } = this.driver
    writeUser(session, new Uint8Array())
    for (const { id } of session.getUpdateStates()) session.deleteUpdateState(id)
    this.#rest.clear()
  }

  #writeDc(value: Uint8Array): void {
    const dc = dcOption.decode(value)
    if (dc === null) return
    this.authKeys.moveTo(dc.id, { serverAddress: dc.ipAddress, port: dc.port, testMode: dc.testMode })
  }

  // mtcute's own value says more (usernames, premium), as long as it is about the same account.
  #readUser({ userId, isBot }: Session): Uint8Array | null {
    const kept = this.#rest.get('current_user')
    if (userId === null) return kept?.length === 0 ? kept : null
    if (kept && currentUser.decode(kept)?.userId === userId) return kept
    return currentUser.encode({ userId, isBot: isBot ?? false })
  }
}

function readDc(session: Session): Uint8Array | null {
  const id = session.dcId
  if (id === null) return null
  const testMode = session.testMode ?? false
  const byDefault = defaultServerAddress(id, testMode)
  const ipAddress = session.serverAddress ?? byDefault?.serverAddress
  const port = session.port ?? byDefault?.port
  return ipAddress === undefined || port === undefined ? null : dcOption.encode({ id, ipAddress, port, testMode })
}

function writeUser(session: Session, value: Uint8Array): void {
  const user = currentUser.decode(value)
  session.setData({ userId: user?.userId ?? null, isBot: user?.isBot ?? null })
}

/** The update state and the value of it that a name means: "updates_pts", or "updates_channel:" and a bare id. */
function stateOf(key: string): [id: number, value: Value] | null {
  const [, own, channel] = /^updates_(?:(pts|qts|date|seq)|channel:(\d+))$/.exec(key) ?? []
  if (own) return [0, own as Value]
  return channel ? [-CHANNEL_MARK - Number(channel), 'pts'] : null
}

function readState(session: Session, id: number, value: Value): Uint8Array | null {
  const found = session.getUpdateState(id)?.[value] ?? null
  if (found === null) return null
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(found | 0)
  return Uint8Array.from(bytes)
}

function writeState(session: Session, id: number, value: Value, number: number | null): void {
  const before = session.getUpdateState(id)
  const state = { pts: null, qts: null, date: null, seq: null, ...before, id, [value]: number }
  const isEmpty = state.pts === null && state.qts === null && state.date === null && state.seq === null
  if (isEmpty) session.deleteUpdateState(id)
  else session.setUpdateStates([state])
}
