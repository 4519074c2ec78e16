/** A session for GramJS: pass it to `TelegramClient` instead of a StringSession or StoreSession. */

import { AuthKey } from 'telegram/crypto/AuthKey'
import { MemorySession } from 'telegram/sessions'
import { defaultServerAddress } from './conversion'
import type { Options } from './options'
import type { InputPeer, NewPeer } from './peers'
import { UsernameExpiredError } from './errors'
import { Session } from './session'
import type { PeerType } from './status'

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

const CHANNEL_MARK = 1_000_000_000_000n

/** A session that other clients, in this language or another, read and write at the same time. */
export class GramjsSession extends MemorySession {
  readonly #location: string | null
  readonly #options: Options | undefined
  #session: Session
  #isOpen = true

  /**
   * @param session  what `Session.open` takes; or an open Session, which the caller closes.
   */
  constructor(session: string | Session, options?: Options) {
    super()
    this.#location = typeof session === 'string' ? session : null
    this.#options = options
    this.#session = typeof session === 'string' ? Session.open(session, options) : session
  }

  /** The underlying session, for what GramJS has no method for. */
  get tgsession(): Session {
    return this.#session
  }

  /** Called before each connection: opens again what `close` closed, and reads the key. */
  override async load(): Promise<void> {
    if (!this.#isOpen && this.#location !== null) this.#session = Session.open(this.#location, this.#options)
    this.#isOpen = true
    const bytes = this.#session.authKey
    if (bytes === null) return void (this._authKey = undefined!)
    this._authKey = new AuthKey()
    await this._authKey.setKey(Buffer.from(bytes.buffer))
  }

  /**
   * A key is one data centre's. GramJS drops it in a call of its own when it moves; here it goes with the move, as in
   * Telethon, so that nobody finds it beside another data centre.
   */
  override setDC(dcId: number, serverAddress: string, port: number): void {
    this.#session.setData({
      dcId: dcId || null,
      serverAddress: serverAddress || null,
      port: port || null,
      // Pyrogram takes a file without it for a new one and overwrites its key.
      testMode: this.#session.testMode ?? defaultServerAddress(dcId, true)?.serverAddress === serverAddress,
    })
  }

  override get dcId(): number {
    return this.#session.dcId ?? 0
  }

  /** Most clients store no address. GramJS would then connect to another data centre with this one's key. */
  override get serverAddress(): string {
    return (this.#session.serverAddress ?? this.#default()?.serverAddress)!
  }

  override get port(): number {
    return (this.#session.port ?? this.#default()?.port)!
  }

  #default() {
    const dcId = this.#session.dcId
    return dcId === null ? null : defaultServerAddress(dcId, this.#session.testMode ?? false)
  }

  override get authKey(): AuthKey | undefined {
    return this._authKey
  }

  override set authKey(value: AuthKey | undefined) {
    this._authKey = value!
    const key = value?.getKey()
    this.#session.authKey = key ? Uint8Array.from(key) : null
  }

  // GramJS declares it undefined, and its clients read and write a number.
  override get takeoutId(): any {
    return this.#session.takeoutId ?? undefined
  }

  override set takeoutId(value: any) {
    this.#session.takeoutId = value === undefined || value === null ? null : BigInt(value.toString())
  }

  override save(): void {
    this.#session.save()
  }

  override close(): void {
    if (this.#location !== null) this.#session.close()
    this.#isOpen = false
  }

  override delete(): void {
    this.#session.delete()
  }

  /** Called by `processEntities` for each of them; what it is goes along, which GramJS's own row leaves out. */
  override _entityToRow(entity: Entity): any {
    const row = super._entityToRow(entity)
    return row && Object.assign(row, { entity })
  }

  override processEntities(tlo: unknown): void {
    const rows = this._entitiesToRows(tlo) as unknown as (Row & { entity: Entity })[]
    if (rows.length) this.#session.updatePeers(rows.map(toPeer))
    const self = rows.find(({ entity }) => entity.className === 'User' && entity.self)
    if (self) this.#learnSelf(self)
  }

  // With these, Pyrogram's family can open the session: it takes unknown ones for "not logged in".
  #learnSelf(row: Row & { entity: Entity }): void {
    this.#session.setData({ userId: Number(row[0].toString()), isBot: row.entity.bot ?? false })
  }

  override getEntityRowsByPhone(phone: string): [string, string] | undefined {
    return toRow(this.#session.getPeerByPhoneNumber(phone))
  }

  override getEntityRowsByUsername(username: string): [string, string] | undefined {
    try {
      return toRow(this.#session.getPeerByUsername(username))
    } catch (error) {
      if (error instanceof UsernameExpiredError) return undefined // GramJS then asks Telegram
      throw error
    }
  }

  override getEntityRowsByName(name: string): [string, string] | undefined {
    return toRow(this.#session.getPeerByName(name))
  }

  override getEntityRowsById(id: { toString(): string } | string, exact = true): [string, string] | undefined {
    const told = BigInt(id.toString())
    const marked = exact ? [told] : [told, -told, -CHANNEL_MARK - told]
    return marked.map((one) => toRow(this.#session.getPeerById(one))).find((row) => row !== undefined)
  }
}

/** Without an access hash only a basic group can be asked for. */
function toRow(peer: InputPeer | null): [string, string] | undefined {
  if (peer === null || (peer.accessHash === null && peer.type !== 'group')) return undefined
  return [String(peer.id), String(peer.accessHash ?? 0n)]
}

function toPeer(row: Row & { entity: Entity }): NewPeer {
  const [id, hash, username, phone, name] = row
  const more = row.entity.usernames?.filter((one) => one.active !== false).map((one) => one.username) ?? []
  return {
    id: Number(id.toString()),
    accessHash: BigInt(hash.toString()),
    type: typeOf(row.entity),
    usernames: username ? [username, ...more] : more,
    phoneNumber: phone ?? null,
    name: name || null,
  }
}

function typeOf(entity: Entity): PeerType {
  if (entity.className === 'User') return entity.bot ? 'bot' : 'user'
  if (entity.className?.startsWith('Channel')) return entity.megagroup ? 'supergroup' : 'channel'
  return entity.className?.startsWith('Chat') ? 'group' : 'unknown'
}
