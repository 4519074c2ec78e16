/**
 * A session for teleproto, which continues GramJS: pass it to `TelegramClient` instead of a StringSession or StoreSession. It
 * awaits lookups, so nothing is read in the event loop.
 */

import { inspect, type InspectOptions } from 'node:util'
import { AuthKey } from 'teleproto/crypto/AuthKey'
import { MemorySession, Session as TeleprotoBase } from 'teleproto/sessions'
import type { Api } from 'teleproto'
import type { EntityLike } from 'teleproto/define'
import type { Location } from './checks'
import { ClientSession, idsOf, type Entity, type EntityRow, type FoundRow, type Question } from './client-session'
import type { Options } from './options'
import type { Session } from './session'

// Its own `save` answers a text or nothing.
type Saved = Promise<void> & ReturnType<TeleprotoBase['save']>

/** A session that other clients, in this language or another, read and write at the same time. */
export class TeleprotoSession extends TeleprotoBase {
  readonly #kept: ClientSession<AuthKey>
  readonly #rules = new Rules()
  // The keys of other data centres, as in teleproto's own MemorySession.
  readonly #otherKeys = new Map<number, AuthKey>()

  /**
   * @param session  what `Session.open` takes; or an open Session, which the caller closes.
   */
  constructor(session: Location | Session, options?: Options) {
    super()
    this.#kept = new ClientSession(session, options, () => new AuthKey())
  }

  /** The underlying session, for what teleproto has no method for. `await save()` first: it then has what teleproto told. */
  get tgsession(): Session {
    return this.#kept.session
  }

  /** Called before each connection: opens the session, also after `close`, and reads the fields and the key. */
  override load(): Promise<void> {
    return this.#kept.load()
  }

  /** The key goes with its data centre; that of the new one, if there is one, becomes the session's. Both are one write. */
  override setDC(dcId: number, serverAddress: string, port: number): void {
    const { dcId: before, authKey } = this
    this.#kept.setDC(dcId, serverAddress, port)
    if (dcId === before) return
    if (before && authKey) this.#otherKeys.set(before, authKey)
    this.authKey = this.#otherKeys.get(dcId)
    this.#otherKeys.delete(dcId)
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

  override get testServers(): boolean {
    return this.#kept.testMode
  }

  override set testServers(value: boolean) {
    this.#kept.testMode = value
  }

  override get authKey(): AuthKey | undefined {
    return this.#kept.authKey
  }

  override set authKey(value: AuthKey | undefined) {
    this.#kept.authKey = value
  }

  override getAuthKey(dcId?: number): AuthKey | undefined {
    return this.#isOwn(dcId) ? this.authKey : this.#otherKeys.get(dcId!)
  }

  override setAuthKey(authKey?: AuthKey, dcId?: number): void {
    if (this.#isOwn(dcId)) this.authKey = authKey
    else if (authKey) this.#otherKeys.set(dcId!, authKey)
    else this.#otherKeys.delete(dcId!)
  }

  #isOwn(dcId: number | undefined): boolean {
    return dcId === undefined || dcId === this.dcId
  }

  get takeoutId(): bigint | undefined {
    return this.#kept.takeoutId
  }

  set takeoutId(value: { toString(): string } | null | undefined) {
    this.#kept.takeoutId = value
  }

  /** Writes what waits, and makes it survive a loss of power. teleproto does not always wait for it. */
  override save(): Saved {
    return this.#kept.save() as Saved
  }

  /** Writes what waits, and closes what was opened here. What cannot be written is tried again. */
  override close(): Promise<void> {
    return this.#kept.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  override delete(): Promise<void> {
    this.#otherKeys.clear()
    return this.#kept.delete()
  }

  override processEntities(tlo: unknown): void {
    if (tlo !== null && tlo !== undefined) this.#kept.learn(this.#rules._entitiesToRows(tlo) as unknown as EntityRow[])
  }

  /** What teleproto's own rules ask for is read in the thread pool, one after the other, until they have all that they need. */
  override async getInputEntity(key: EntityLike): Promise<Api.TypeInputPeer> {
    const answers: Answers = new Map()
    for (;;) {
      try {
        return this.#rules.apply(key, answers)
      } catch (thrown) {
        if (!(thrown instanceof Unanswered)) throw thrown
        answers.set(thrown.name, await this.#kept.findAsync(thrown.question))
      }
    }
  }

  /** What `console.log` shows: no secret. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return this.#kept.shown('TeleprotoSession', options)
  }
}

type Answers = Map<string, FoundRow | undefined>

/** What a lookup has to know first. */
class Unanswered {
  constructor(readonly name: string, readonly question: Question) {}
}

/** teleproto's own rules: what a response tells of peers, and by what a key is looked up. */
class Rules extends MemorySession {
  #answers: Answers = new Map()

  /** @throws Unanswered if an answer is missing. */
  apply(key: EntityLike, answers: Answers): Api.TypeInputPeer {
    this.#answers = answers
    return this.getInputEntity(key)
  }

  /** What it is goes along, which teleproto's own row leaves out. */
  override _entityToRow(entity: Entity): any {
    const row = super._entityToRow(entity)
    return row && Object.assign(row, { entity })
  }

  override getEntityRowsByPhone(phone: string): FoundRow | undefined {
    return this.#answer({ key: 'phoneNumber', text: phone })
  }

  override getEntityRowsByUsername(username: string): FoundRow | undefined {
    return this.#answer({ key: 'usernames', text: username })
  }

  override getEntityRowsByName(name: string): FoundRow | undefined {
    return this.#answer({ key: 'name', text: name })
  }

  override getEntityRowsById(id: { toString(): string } | string, exact = true): FoundRow | undefined {
    return this.#answer({ ids: idsOf(id, exact) })
  }

  #answer(question: Question): FoundRow | undefined {
    const name = 'ids' in question ? String(question.ids) : `${question.key} ${question.text}`
    if (!this.#answers.has(name)) throw new Unanswered(name, question)
    return this.#answers.get(name)
  }
}
