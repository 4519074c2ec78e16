/**
 * What the sessions for GramJS and for teleproto, its continuation, have in common. The fields are in memory, what the client
 * tells is written behind it, and a lookup looks in what waits and then in the session: here, or in the thread pool.
 */

import type { InspectOptions } from 'node:util'
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

/** The client's own row of an entity: marked id, access hash, username, phone, display name. */
type Row = [id: { toString(): string }, hash: { toString(): string }, username?: string, phone?: string, name?: string]
/** The parts of a TL object that are read here. */
export interface Entity {
  className?: string
  self?: boolean
  bot?: boolean
  megagroup?: boolean
  usernames?: { username: string; active?: boolean }[]
}
export type EntityRow = Row & { entity: Entity }
/** What a lookup answers: a marked id and an access hash. */
export type FoundRow = [id: string, hash: string]
/** What the client looks for: by one of several ids, or by a text. */
export type Question = { ids: bigint[] } | { key: Key; text: string }

/** The class of a key, which each client has of its own. */
interface ClientKey {
  getKey(): Uint8Array | undefined
  setKey(bytes: Buffer): Promise<void>
}

const FIELDS = ['dcId', 'serverAddress', 'port', 'testMode', 'takeoutId', 'userId', 'isBot'] as const
type Fields = Pick<SessionData, (typeof FIELDS)[number]>
const NO_FIELDS = Object.fromEntries(FIELDS.map((name) => [name, null])) as unknown as Fields

type Known = Pick<NewPeer, 'id' | 'accessHash' | 'type'>

// An id, or a username that is written as one.
const NO_NAME = /^(-?\d+$|@)/
const CHANNEL_MARK = 1_000_000_000_000n

const READS = { usernames: 'getPeerByUsername', phoneNumber: 'getPeerByPhoneNumber', name: 'getPeerByName' } as const

export class ClientSession<AuthKey extends ClientKey> {
  readonly #source: SessionSource
  readonly #queue: WriteBehind
  readonly #newKey: () => AuthKey
  #fields: Fields | null = null
  #key: AuthKey | undefined

  constructor(session: Location | Session, options: Options | undefined, newKey: () => AuthKey) {
    this.#source = new SessionSource(session, options)
    this.#queue = new WriteBehind(this.#source)
    this.#newKey = newKey
  }

  get session(): Session {
    return this.#source.session
  }

  /** Opens the session, also after `close`, and reads the fields and the key. */
  async load(): Promise<void> {
    const session = await this.#queue.open()
    const began = this.#queue.now
    const { authKey, ...fields } = { ...(await session.getSessionDataAsync()), ...this.#queue.fields(began) }
    this.#fields = fields
    if (authKey === null) return void (this.#key = undefined)
    const key = this.#newKey()
    await key.setKey(Buffer.from(authKey))
    this.#key = key
  }

  // A client loads a session before it asks; whoever does not, waits for the session here.
  get #known(): Fields {
    if (this.#fields) return this.#fields
    const { session } = this.#source
    return (this.#fields = { ...(Object.fromEntries(FIELDS.map((name) => [name, session[name]])) as unknown as Fields), ...this.#queue.fields() })
  }

  #set(fields: Partial<Fields>): void {
    this.#queue.setFields(fields)
    this.#fields = { ...this.#known, ...fields }
  }

  setDC(dcId: number, serverAddress: string, port: number): void {
    this.#set({
      dcId: dcId || null,
      serverAddress: serverAddress || null,
      port: port || null,
      // Pyrogram takes a file without it for a new one and overwrites its key.
      testMode: this.#known.testMode ?? defaultServerAddress(dcId, true)?.serverAddress === serverAddress,
    })
  }

  get dcId(): number {
    return this.#known.dcId ?? 0
  }

  /** Most clients store no address. The client would then connect to another data centre with this one's key. */
  get serverAddress(): string {
    return (this.#known.serverAddress ?? this.#default()?.serverAddress)!
  }

  get port(): number {
    return (this.#known.port ?? this.#default()?.port)!
  }

  #default() {
    const { dcId, testMode } = this.#known
    return dcId === null ? null : defaultServerAddress(dcId, testMode ?? false)
  }

  get testMode(): boolean {
    return this.#known.testMode ?? false
  }

  /** It is a fact of a login: the client's option does not change it. */
  set testMode(value: boolean) {
    if (this.#known.testMode === null || this.#key === undefined) this.#set({ testMode: value })
  }

  get authKey(): AuthKey | undefined {
    return this.#key
  }

  set authKey(value: AuthKey | undefined) {
    const key = value?.getKey()
    this.#queue.setFields({ authKey: key ? Uint8Array.from(key) : null })
    this.#key = value
  }

  get takeoutId(): bigint | undefined {
    return this.#known.takeoutId ?? undefined
  }

  set takeoutId(value: { toString(): string } | null | undefined) {
    this.#set({ takeoutId: value === undefined || value === null ? null : BigInt(value.toString()) })
  }

  save(): Promise<void> {
    return unawaited(this.#queue.save())
  }

  close(): Promise<void> {
    return unawaited(this.#queue.close())
  }

  delete(): Promise<void> {
    return unawaited(this.#delete())
  }

  async #delete(): Promise<void> {
    await this.#queue.delete()
    this.#fields = NO_FIELDS
    this.#key = undefined
  }

  /** What the client learned from a response. One that cannot be stored is a warning: an exception would end the request. */
  learn(rows: EntityRow[]): void {
    for (const row of rows) {
      try {
        this.#queue.addPeer(toPeer(row))
        const { className, self, bot } = row.entity
        if (className === 'User' && self) this.#learnSelf({ userId: Number(row[0].toString()), isBot: bot ?? false })
      } catch (error) {
        warn(error)
      }
    }
  }

  // With these, Pyrogram's family can open the session: it takes unknown ones for "not logged in".
  #learnSelf(self: Pick<Fields, 'userId' | 'isBot'>): void {
    const { userId, isBot } = this.#known
    if (userId !== self.userId || isBot !== self.isBot) this.#set(self)
  }

  /** Looks in what waits, then in the session, in this thread. */
  find(question: Question): FoundRow | undefined {
    const waiting = this.#waiting(question)
    if (waiting !== undefined) return waiting ?? undefined
    const { session } = this.#source
    if ('ids' in question) return this.#firstOf(question.ids, session.getPeersById(question.ids))
    try {
      return this.#unlessLost(question, session[READS[question.key]](question.text))
    } catch (error) {
      return expired(error)
    }
  }

  /** Looks in what waits, then in the session, in the thread pool. */
  async findAsync(question: Question): Promise<FoundRow | undefined> {
    const waiting = this.#waiting(question)
    if (waiting !== undefined) return waiting ?? undefined
    const began = this.#queue.now
    const session = await this.#source.opened()
    if ('ids' in question) return this.#firstOf(question.ids, await session.getPeersByIdAsync(question.ids), began)
    try {
      return this.#unlessLost(question, await session[`${READS[question.key]}Async`](question.text), began)
    } catch (error) {
      return expired(error)
    }
  }

  /** The answer without the session: null where nobody is meant. */
  #waiting(question: Question): FoundRow | null | undefined {
    if ('ids' in question) return toRow(this.#queue.peer(Number(question.ids[0])))
    // Some stores have to read all peers for a name: it is not tried for what cannot be meant as one.
    if (question.key === 'name' && NO_NAME.test(question.text)) return null
    const found = this.#queue.find(question.key, question.text)
    return found && (toRow(found) ?? null)
  }

  #firstOf(ids: bigint[], found: (InputPeer | null)[], began = this.#queue.now): FoundRow | undefined {
    return ids.map((id, index) => toRow(this.#newest(Number(id), found[index], began))).find((row) => row)
  }

  #unlessLost({ key, text }: { key: Key; text: string }, found: InputPeer | null, began = this.#queue.now): FoundRow | undefined {
    if (found === null || this.#queue.contradicts(found.id, key, text, began)) return undefined
    return toRow(this.#newest(found.id, found, began))
  }

  /** What waits of a peer, or was written since, overrides what the session has of it. */
  #newest(id: number, found: InputPeer | null | undefined, began: WriteBehind['now']): Known | null | undefined {
    const told = this.#queue.peer(id, began)
    return told ? { ...found, ...told } : found
  }

  /** What `console.log` shows: no secret. */
  shown(name: string, options: InspectOptions): string {
    return this.#source.shown(name, options)
  }
}

/** The ids that a number may mean. */
export function idsOf(id: { toString(): string }, exact: boolean): bigint[] {
  const told = BigInt(id.toString())
  return exact ? [told] : [told, -told, -CHANNEL_MARK - told]
}

/** An expired username is not found: the client then asks Telegram. */
function expired(error: unknown): undefined {
  if (!(error instanceof UsernameExpiredError)) throw error
}

/** Without an access hash only a basic group can be asked for. */
function toRow(peer: Known | null | undefined): FoundRow | undefined {
  if (!peer || ((peer.accessHash ?? null) === null && peer.type !== 'group')) return undefined
  return [String(peer.id), String(peer.accessHash ?? 0n)]
}

/** A promise that the client may leave alone: its failure is then a warning, and not the end of the process. */
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
