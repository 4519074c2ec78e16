/**
 * A session for GramJS: pass it to `TelegramClient` instead of a StringSession or StoreSession. GramJS takes a promise from
 * `getInputEntity`, but not its rejection, after which it would ask Telegram: so it looks up in the event loop what this
 * process did not see. Everything else is in memory or in the thread pool.
 */

import { inspect, type InspectOptions } from 'node:util'
import { AuthKey } from 'telegram/crypto/AuthKey'
import { MemorySession } from 'telegram/sessions'
import type { Location } from './checks'
import { ClientSession, idsOf, type Entity, type EntityRow, type FoundRow } from './client-session'
import type { Options } from './options'
import type { Session } from './session'

/** A session that other clients, in this language or another, read and write at the same time. */
export class GramjsSession extends MemorySession {
  readonly #kept: ClientSession<AuthKey>

  /**
   * @param session  what `Session.open` takes; or an open Session, which the caller closes.
   */
  constructor(session: Location | Session, options?: Options) {
    super()
    this.#kept = new ClientSession(session, options, () => new AuthKey())
  }

  /** The underlying session, for what GramJS has no method for. `await save()` first: it then has what GramJS told. */
  get tgsession(): Session {
    return this.#kept.session
  }

  /** Called before each connection: opens the session, also after `close`, and reads the fields and the key. */
  override load(): Promise<void> {
    return this.#kept.load()
  }

  /**
   * A key is one data centre's. GramJS drops it in a call of its own when it moves; here it goes with the move, as in
   * Telethon, so that nobody finds it beside another data centre.
   */
  override setDC(dcId: number, serverAddress: string, port: number): void {
    this.#kept.setDC(dcId, serverAddress, port)
  }

  override get dcId(): number {
    return this.#kept.dcId
  }

  override get serverAddress(): string {
    return this.#kept.serverAddress
  }

  override get port(): number {
    return this.#kept.port
  }

  override get authKey(): AuthKey | undefined {
    return this.#kept.authKey
  }

  override set authKey(value: AuthKey | undefined) {
    this.#kept.authKey = value
  }

  // GramJS declares it undefined, and its clients read and write a number.
  override get takeoutId(): any {
    return this.#kept.takeoutId
  }

  override set takeoutId(value: any) {
    this.#kept.takeoutId = value
  }

  /** Writes what waits, and makes it survive a loss of power. GramJS does not always wait for it. */
  override save(): Promise<void> {
    return this.#kept.save()
  }

  /** Writes what waits, and closes what was opened here. What cannot be written is tried again. */
  override close(): Promise<void> {
    return this.#kept.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  override delete(): Promise<void> {
    return this.#kept.delete()
  }

  /** Called by `processEntities` for each of them; what it is goes along, which GramJS's own row leaves out. */
  override _entityToRow(entity: Entity): any {
    const row = super._entityToRow(entity)
    return row && Object.assign(row, { entity })
  }

  override processEntities(tlo: unknown): void {
    if (tlo !== null && tlo !== undefined) this.#kept.learn(this._entitiesToRows(tlo) as unknown as EntityRow[])
  }

  override getEntityRowsByPhone(phone: string): FoundRow | undefined {
    return this.#kept.find({ key: 'phoneNumber', text: phone })
  }

  override getEntityRowsByUsername(username: string): FoundRow | undefined {
    return this.#kept.find({ key: 'usernames', text: username })
  }

  override getEntityRowsByName(name: string): FoundRow | undefined {
    return this.#kept.find({ key: 'name', text: name })
  }

  override getEntityRowsById(id: { toString(): string } | string, exact = true): FoundRow | undefined {
    return this.#kept.find({ ids: idsOf(id, exact) })
  }

  /** What `console.log` shows: no secret. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return this.#kept.shown('GramjsSession', options)
  }
}
