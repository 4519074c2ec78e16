/**
 * A session for GramJS: pass it to `TelegramClient` instead of a StringSession or StoreSession. GramJS asks and tells
 * synchronously, so what it tells is written behind it, and the fields are in memory; only a lookup of a peer that this
 * process did not see reads the session, in the event loop.
 */

import { inspect, type InspectOptions } from 'node:util'
import { AuthKey } from 'telegram/crypto/AuthKey'
import { MemorySession } from 'telegram/sessions'
import type { Key } from './batch'
import type { Location } from './checks'
import { defaultServerAddress } from './conversion'
import { UsernameExpiredError } from './errors'
import type { Options } from './options'
import type { InputPeer, NewPeer } from './peers'
import type { Session } from './session'
import type { SessionData } from './session-data'
import { SessionSource } from './session-source'
import type { PeerType } from './status'
import { warn, WriteBehind } from './write-behind'

/** GramJS's own row of an entity: marked id, access hash, username, phone, display name. */
type Row = [id: { toString(): string }, hash: { toString(): string }, username?: string, phone?: string, name?: string]
/** The parts of a TL object of GramJS that are read here. */
interface Entity {
  className?: string
  self?: boolean
  bot?: boolean
  megagroup?: boolean
  usernames?: { username: string; active?: boolean }[]
}
type EntityRow = Row & { entity: Entity }

const FIELDS = ['dcId', 'serverAddress', 'port', 'testMode', 'takeoutId', 'userId', 'isBot'] as const
type Fields = Pick<SessionData, (typeof FIELDS)[number]>

type Known = Pick<NewPeer, 'id' | 'accessHash' | 'type'>

// An id, or a username that is written as one.
const NO_NAME = /^(-?\d+$|@)/
const CHANNEL_MARK = 1_000_000_000_000n

/** A session that other clients, in this language or another, read and write at the same time. */
export class GramjsSession extends MemorySession {
  readonly #source: SessionSource
  readonly #queue: WriteBehind
  #fields: Fields | null = null
  #key: AuthKey | undefined

  /**
   * @param session  what `Session.open` takes; or an open Session, which the caller closes.
   */
  constructor(session: Location | Session, options?: Options) {
    super()
    this.#source = new SessionSource(session, options)
    this.#queue = new WriteBehind(this.#source)
  }

  /** The underlying session, for what GramJS has no method for. `await save()` first: it then has what GramJS told. */
  get tgsession(): Session {
    return this.#source.session
  }

  /** Called before each connection: opens the session, also after `close`, and reads the fields and the key. */
  override async load(): Promise<void> {
    const session = await this.#queue.open()
    const began = this.#queue.now
    const { authKey, ...fields } = { ...(await session.getSessionDataAsync()), ...this.#queue.fields(began) }
    this.#fields = fields
    if (authKey === null) return void (this.#key = undefined)
    const key = new AuthKey()
    await key.setKey(Buffer.from(authKey))
    this.#key = key
  }

  // GramJS loads a session before it asks; whoever does not, waits for the session here.
  get #known(): Fields {
    if (this.#fields) return this.#fields
    const { session } = this.#source
    return (this.#fields = { ...(Object.fromEntries(FIELDS.map((name) => [name, session[name]])) as unknown as Fields), ...this.#queue.fields() })
  }

  #set(fields: Partial<Fields>): void {
    this.#queue.setFields(fields)
    this.#fields = { ...this.#known, ...fields }
  }

  /**
   * A key is one data centre's. GramJS drops it in a call of its own when it moves; here it goes with the move, as in
   * Telethon, so that nobody finds it beside another data centre.
   */
  override setDC(dcId: number, serverAddress: string, port: number): void {
    this.#set({
      dcId: dcId || null,
      serverAddress: serverAddress || null,
      port: port || null,
      // Pyrogram takes a file without it for a new one and overwrites its key.
      testMode: this.#known.testMode ?? defaultServerAddress(dcId, true)?.serverAddress === serverAddress,
    })
  }

  override get dcId(): number {
    return this.#known.dcId ?? 0
  }

  /** Most clients store no address. GramJS would then connect to another data centre with this one's key. */
  override get serverAddress(): string {
    return (this.#known.serverAddress ?? this.#default()?.serverAddress)!
  }

  override get port(): number {
    return (this.#known.port ?? this.#default()?.port)!
  }

  #default() {
    const { dcId, testMode } = this.#known
    return dcId === null ? null : defaultServerAddress(dcId, testMode ?? false)
  }

  override get authKey(): AuthKey | undefined {
    return this.#key
  }

  override set authKey(value: AuthKey | undefined) {
    const key = value?.getKey()
    this.#queue.setFields({ authKey: key ? Uint8Array.from(key) : null })
    this.#key = value
  }

  // GramJS declares it undefined, and its clients read and write a number.
  override get takeoutId(): any {
    return this.#known.takeoutId ?? undefined
  }

  override set takeoutId(value: any) {
    this.#set({ takeoutId: value === undefined || value === null ? null : BigInt(value.toString()) })
  }

  /** Writes what waits, and makes it survive a loss of power. GramJS does not always wait for it. */
  override save(): Promise<void> {
    return unawaited(this.#queue.save())
  }

  /** Writes what waits, and closes what was opened here. What cannot be written is tried again. */
  override close(): Promise<void> {
    return unawaited(this.#queue.close())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  override delete(): Promise<void> {
    return unawaited(this.#queue.delete())
  }

  /** Called by `processEntities` for each of them; what it is goes along, which GramJS's own row leaves out. */
  override _entityToRow(entity: Entity): any {
    const row = super._entityToRow(entity)
    return row && Object.assign(row, { entity })
  }

  /** What GramJS learned from a response. One that cannot be stored is a warning: an exception would end the request. */
  override processEntities(tlo: unknown): void {
    if (tlo === null || tlo === undefined) return
    for (const row of this._entitiesToRows(tlo) as unknown as EntityRow[]) {
      try {
        this.#learn(row)
      } catch (error) {
        warn(error)
      }
    }
  }

  #learn(row: EntityRow): void {
    this.#queue.addPeer(toPeer(row))
    if (row.entity.className === 'User' && row.entity.self) this.#learnSelf({ userId: Number(row[0].toString()), isBot: row.entity.bot ?? false })
  }

  // With these, Pyrogram's family can open the session: it takes unknown ones for "not logged in".
  #learnSelf(self: Pick<Fields, 'userId' | 'isBot'>): void {
    const { userId, isBot } = this.#known
    if (userId !== self.userId || isBot !== self.isBot) this.#set(self)
  }

  override getEntityRowsByPhone(phone: string): [string, string] | undefined {
    return this.#find('phoneNumber', phone, (session) => session.getPeerByPhoneNumber(phone))
  }

  override getEntityRowsByUsername(username: string): [string, string] | undefined {
    return this.#find('usernames', username, (session) => session.getPeerByUsername(username))
  }

  /** Some stores have to read all peers for it: it is not tried for what cannot be meant as one. */
  override getEntityRowsByName(name: string): [string, string] | undefined {
    return NO_NAME.test(name) ? undefined : this.#find('name', name, (session) => session.getPeerByName(name))
  }

  override getEntityRowsById(id: { toString(): string } | string, exact = true): [string, string] | undefined {
    const told = BigInt(id.toString())
    const ids = exact ? [told] : [told, -told, -CHANNEL_MARK - told]
    const waiting = this.#row(this.#queue.peer(Number(told)) ?? null)
    if (waiting) return waiting
    const found = this.#source.session.getPeersById(ids) // one call: a server is asked once
    return found.map((peer, index) => this.#row(this.#newest(Number(ids[index]), peer))).find((row) => row)
  }

  /** Looks in what waits, then in the session. */
  #find(key: Key, text: string, inSession: (session: Session) => InputPeer | null): [string, string] | undefined {
    const waiting = this.#queue.find(key, text)
    if (waiting !== undefined) return this.#row(waiting)
    try {
      const found = inSession(this.#source.session)
      return found && !this.#queue.contradicts(found.id, key, text) ? this.#row(this.#newest(found.id, found)) : undefined
    } catch (error) {
      if (error instanceof UsernameExpiredError) return undefined // GramJS then asks Telegram
      throw error
    }
  }

  /** What waits of a peer overrides what the session has of it. */
  #newest(id: number, found: InputPeer | null): Known | null {
    const told = this.#queue.peer(id)
    return told ? { ...found, ...told } : found
  }

  /** Without an access hash only a basic group can be asked for. */
  #row(peer: Known | null): [string, string] | undefined {
    if (peer === null || ((peer.accessHash ?? null) === null && peer.type !== 'group')) return undefined
    return [String(peer.id), String(peer.accessHash ?? 0n)]
  }

  /** What `console.log` shows: no secret. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return this.#source.shown('GramjsSession', options)
  }
}

/** A promise that GramJS may leave alone: its failure is then a warning, and not the end of the process. */
function unawaited(promise: Promise<void>): Promise<void> {
  promise.catch(warn)
  return promise
}

function toPeer(row: EntityRow): NewPeer {
  const [id, hash, username, phone, name] = row
  const more = row.entity.usernames?.filter((one) => one.active !== false).map((one) => one.username) ?? []
  return {
    id: Number(id.toString()),
    accessHash: BigInt(hash.toString()),
    type: typeOf(row.entity),
    usernames: (username ? [username, ...more] : more).filter(isStorable),
    ...(name !== undefined && isStorable(name) ? { name } : {}),
    // Telegram tells it of contacts only.
    ...(phone && isStorable(phone) ? { phoneNumber: phone } : {}),
  }
}

// No session keeps another text; the rest of the peer is worth keeping.
const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed()

function typeOf(entity: Entity): PeerType {
  if (entity.className === 'User') return entity.bot ? 'bot' : 'user'
  if (entity.className?.startsWith('Channel')) return entity.megagroup ? 'supergroup' : 'channel'
  return entity.className?.startsWith('Chat') ? 'group' : 'unknown'
}
