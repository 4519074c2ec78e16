/** An open session. */

import * as check from './checks'
import { openAge, toAge, type AgeKey, type AgeLock } from './age'
import { lendBytes, lendBytesAsync, toBytes, type ByteOptions } from './bytes'
import { run, runAsync, type Call } from './call'
import { convert, exportString, inspect, type Description, type Overrides, type Report, type StringFormat } from './conversion'
import { openEngine, type Engine } from './engine'
import { invalid, unsupported } from './errors'
import { getKey, getScalar, getText, setKey, setScalar, setText } from './fields'
import { functions } from './functions'
import { freeOptions, makeOptions, type Options } from './options'
import { PeerIterator } from './peer-iter'
import { byUsername, lookup, updatePeers, type InputPeer, type NewPeer, type Peer } from './peers'
import { readRows, writeRows } from './rows'
import { getData, setData, type SessionData } from './session-data'
import * as sentFiles from './sent-files'
import { sentFilePlace, updateStatePlace } from './structs'
import * as updateStates from './update-states'
import * as values from './values'

// A session that was not closed is closed when its object is garbage-collected. Nothing is lost, but it may be late.
const forgotten = new FinalizationRegistry<number>((handle) => void functions.tgs_close(handle))

/**
 * An open session. Each call is atomic; what it wrote is there after the process is killed, and `save` makes it survive
 * a loss of power. A failed call throws a TgsError. Close it, or write `using session = Session.open(...)`.
 */
export class Session implements Disposable {
  readonly #handle: number
  // The functions of an engine in JavaScript run in the thread that opened it: so do the calls of its session.
  readonly #staysHere: boolean

  private constructor(handle: number, isOwner: boolean, staysHere = false) {
    this.#handle = handle
    this.#staysHere = staysHere
    if (isOwner) forgotten.register(this, handle, this)
  }

  /** Opens a path, ":memory:" or a session string. Creates a missing file, unless the options forbid it. */
  static open(location: string, options?: Options | null): Session {
    return withOptions(options, (made) => run(opening('tgs_open', location, made))!)
  }

  /** As `open`, in another thread. */
  static openAsync(location: string, options?: Options | null): Promise<Session> {
    return withOptionsAsync(options, async (made) => (await runAsync(opening('tgs_open', location, made)))!)
  }

  /** Opens a session string of any format, in memory. */
  static openString(text: string, options?: Options | null): Session {
    return withOptions(options, (made) => run(opening('tgs_open_string', text, made))!)
  }

  /**
   * Opens a session in bytes, in memory: a complete SQLite file of any client, or its JSON, as it is or compressed by
   * gzip. `toBytes` gives it back.
   */
  static openBytes(bytes: Uint8Array, options?: Options | null): Session {
    return withOptions(options, (made) => lendBytes(bytes, 'bytes', (lent, length) => {
      const place = [0]
      return run({ name: 'tgs_open_bytes', args: [lent, length, made, place], answer: () => Session.owning(place[0]!) })!
    }))
  }

  /**
   * Opens a session in an age file, in memory: what `toAge` or any age tool made, also with armor. Another passphrase or
   * identity is TGS_ERROR_WRONG_KEY. A passphrase takes about a second: `openAgeAsync` takes it in another thread.
   */
  static openAge(bytes: Uint8Array, key: AgeKey, options?: Options | null): Session {
    return withOptions(options, (made) => lendBytes(bytes, 'bytes', (lent, length) =>
      Session.owning(run(openAge(lent, length, key, made))!)))
  }

  /** As `openAge`, in another thread. */
  static openAgeAsync(bytes: Uint8Array, key: AgeKey, options?: Options | null): Promise<Session> {
    return withOptionsAsync(options, (made) => lendBytesAsync(bytes, 'bytes', async (lent, length) =>
      Session.owning((await runAsync(openAge(lent, length, key, made)))!)))
  }

  /** Opens a session over a storage engine of your own. `format`, `wal` and `busyTimeout` are ignored. */
  static openEngine(engine: Engine, options?: Options | null): Session {
    return withOptions(options, (made) => openEngine(engine, made, (handle) => new Session(handle, true, true)))
  }

  /** @internal */
  static owning(handle: number): Session {
    return new Session(handle, true)
  }

  /** The session of another thread, by its `handle`. It is closed by its opener. */
  static fromHandle(handle: number): Session {
    return new Session(check.small(handle, 'handle', 0, Number.MAX_SAFE_INTEGER), false)
  }

  /**
   * A number with which a worker of this process can use the session: see `Session.fromHandle`.
   * @throws TGS_ERROR_UNSUPPORTED if the session is over your own engine, which runs in this thread only.
   */
  get handle(): number {
    if (this.#staysHere) throw unsupported('a session over an engine in JavaScript is for the thread that opened it')
    return this.#handle
  }

  /** Makes everything survive a loss of power, and updates `date` if the session's client does. */
  save(): void {
    run(this.#plain('tgs_save'))
  }

  async saveAsync(): Promise<void> {
    await this.#inPool(this.#plain('tgs_save'))
  }

  /** Closes it; nothing is lost without `save`. Later calls throw TGS_ERROR_CLOSED. It may be called again. */
  close(): void {
    forgotten.unregister(this)
    functions.tgs_close(this.#handle)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** Encrypts the file anew with another passphrase, in one transaction. Only an encrypted file has one. */
  changePassphrase(passphrase: string): void {
    run({ name: 'tgs_change_passphrase', args: [this.#handle, check.text(passphrase, 'passphrase')], answer: () => undefined })
  }

  /** The same with a key of 32 bytes. */
  changeEncryptionKey(key: Uint8Array): void {
    const bytes = check.bytes(key, 'key')
    run({ name: 'tgs_change_encryption_key', args: [this.#handle, bytes, bytes.length], answer: () => undefined })
  }

  /** Deletes the session and everything that belongs to it. */
  delete(): void {
    run(this.#plain('tgs_delete'))
  }

  /** Its layout and version, like "kurigram@7", "telethon@8" or "memory". */
  get format(): string {
    return getText('tgs_get_format', this.#handle)!
  }

  /** The account's home data centre. */
  get dcId(): number | null {
    return getScalar('tgs_get_dc_id', this.#handle) as number | null
  }

  set dcId(value: number | null) {
    setScalar('tgs_set_dc_id', this.#handle, value, 'dcId', check.int32)
  }

  /** The address of the data centre. Most clients store none: see `defaultServerAddress`. */
  get serverAddress(): string | null {
    return getText('tgs_get_server_address', this.#handle)
  }

  set serverAddress(value: string | null) {
    setText('tgs_set_server_address', this.#handle, value, 'serverAddress')
  }

  get port(): number | null {
    return getScalar('tgs_get_port', this.#handle) as number | null
  }

  set port(value: number | null) {
    setScalar('tgs_set_port', this.#handle, value, 'port', check.uint16)
  }

  /** The application's id. */
  get apiId(): number | null {
    return getScalar('tgs_get_api_id', this.#handle) as number | null
  }

  set apiId(value: number | null) {
    setScalar('tgs_set_api_id', this.#handle, value, 'apiId', check.int32)
  }

  /** Whether the auth key belongs to Telegram's test servers. */
  get testMode(): boolean | null {
    return getScalar('tgs_get_test_mode', this.#handle) as boolean | null
  }

  set testMode(value: boolean | null) {
    setScalar('tgs_set_test_mode', this.#handle, value, 'testMode', check.boolean)
  }

  /** The secret of the login: 256 bytes; null if not logged in. Fill them with 0 after use. */
  get authKey(): Uint8Array | null {
    return getKey('tgs_get_auth_key', this.#handle)
  }

  set authKey(value: Uint8Array | null) {
    setKey('tgs_set_auth_key', this.#handle, value, 'authKey')
  }

  /** When it was last saved, in Unix seconds. */
  get date(): number | null {
    return this.#number('tgs_get_date')
  }

  set date(value: number | null) {
    setScalar('tgs_set_date', this.#handle, value, 'date', check.integer)
  }

  /** The account's own id. Null means unknown; never invent one. */
  get userId(): number | null {
    return this.#number('tgs_get_user_id')
  }

  set userId(value: number | null) {
    setScalar('tgs_set_user_id', this.#handle, value, 'userId', check.integer)
  }

  /** Whether the account is a bot. Null means unknown. */
  get isBot(): boolean | null {
    return getScalar('tgs_get_is_bot', this.#handle) as boolean | null
  }

  set isBot(value: boolean | null) {
    setScalar('tgs_set_is_bot', this.#handle, value, 'isBot', check.boolean)
  }

  /** The id of the takeout in progress (Telethon): the whole range of 64 bits. */
  get takeoutId(): bigint | null {
    const found = getScalar('tgs_get_takeout_id', this.#handle)
    return found === null ? null : BigInt(found)
  }

  set takeoutId(value: bigint | null) {
    setScalar('tgs_set_takeout_id', this.#handle, value, 'takeoutId', check.integer)
  }

  /** The temporary key of perfect forward secrecy (Telethon 8). */
  get tmpAuthKey(): Uint8Array | null {
    return getKey('tgs_get_tmp_auth_key', this.#handle)
  }

  set tmpAuthKey(value: Uint8Array | null) {
    setKey('tgs_set_tmp_auth_key', this.#handle, value, 'tmpAuthKey')
  }

  /** All fields, as they are at one moment. Fill the keys with 0 after use. */
  getSessionData(): SessionData {
    return getData(this.#handle)
  }

  /** How many rows of each kind there are, without reading them. */
  getCounts(): values.Counts {
    return values.counts(this.#handle)
  }

  /** A value of your own that is kept beside the session; null if there is none of that name. */
  getValue(name: string): Uint8Array | null {
    return values.getValue(this.#handle, name)
  }

  /**
   * Keeps a value of your own beside the session, or replaces it: salts, a configuration, a client's own state. No other
   * client sees it. A name has 1 to 255 bytes, without white space at its ends and control characters; a value has 1048576
   * bytes at most. It stays when another account logs in.
   */
  setValue(name: string, value: Uint8Array): void {
    values.setValue(this.#handle, name, value)
  }

  /** Removes a value; it need not be there. */
  deleteValue(name: string): void {
    values.deleteValue(this.#handle, name)
  }

  /** The names of the values, in ascending order. */
  getValueNames(): string[] {
    return values.valueNames(this.#handle)
  }

  /** Sets the fields that `data` names, in one transaction: all of them, or none. Null makes one absent. */
  setData(data: Partial<SessionData>): void {
    setData(this.#handle, data)
  }

  /**
   * The number of calls through this object or its handle that changed the session, starting at 0. If you store the bytes
   * elsewhere, store them again when this grows.
   */
  get changeCount(): number {
    return this.#number('tgs_change_count')!
  }

  /** Adds peers, or replaces those with the same ids: all of them, or none. Pass thousands in one call. */
  updatePeers(peers: readonly NewPeer[]): void {
    run(updatePeers(this.#handle, peers))
  }

  async updatePeersAsync(peers: readonly NewPeer[]): Promise<void> {
    await this.#inPool(updatePeers(this.#handle, peers))
  }

  /** Finds a peer by its marked id. */
  getPeerById(id: number | bigint): InputPeer | null {
    return run(lookup('tgs_get_peer_by_id', this.#handle, check.integer(id, 'id'))) ?? null
  }

  /**
   * Finds a peer by any of its usernames: in any case, with or without "@".
   * @throws UsernameExpiredError if its owner was last seen too long ago: ask Telegram.
   */
  getPeerByUsername(username: string): InputPeer | null {
    return byUsername(this.#handle, username)
  }

  /** Finds a peer by its display name, written exactly as it is: of several the one with the lowest id. It searches all peers. */
  getPeerByName(name: string): InputPeer | null {
    return run(lookup('tgs_get_peer_by_name', this.#handle, check.text(name, 'name'))) ?? null
  }

  /** Finds a peer by its phone number: with or without "+" and spaces. */
  getPeerByPhoneNumber(phoneNumber: string): InputPeer | null {
    return run(lookup('tgs_get_peer_by_phone_number', this.#handle, check.text(phoneNumber, 'phoneNumber'))) ?? null
  }

  /** Iterates over complete peers, in ascending order of their ids, as they are now: all, or those with these ids. */
  peers(ids?: readonly (number | bigint)[] | null): PeerIterator {
    return PeerIterator.over(this.#handle, ids)
  }

  /** As `peers`; the reading happens in another thread. */
  peersAsync(ids?: readonly (number | bigint)[] | null): Promise<PeerIterator> {
    return PeerIterator.overAsync(this.#handle, ids, (call) => this.#inPool(call))
  }

  [Symbol.iterator](): Iterator<Peer, undefined> {
    return this.peers()
  }

  /** The update states, in ascending order of the ids. */
  getUpdateStates(): updateStates.UpdateState[] {
    return readRows('tgs_get_update_states', this.#handle, updateStatePlace, updateStates.fromRaw)
  }

  /** One update state: id 0 for the account, else the marked id of a channel. */
  getUpdateState(id: number | bigint): updateStates.UpdateState | null {
    return updateStates.find(this.#handle, id)
  }

  /** Adds update states, or replaces those with the same ids: all of them, or none. */
  setUpdateStates(states: readonly updateStates.NewUpdateState[]): void {
    run(writeRows('tgs_set_update_states', this.#handle, states, 'states', updateStates.toRaw))
  }

  /** Removes an update state; it need not be there. */
  deleteUpdateState(id: number | bigint): void {
    run({ name: 'tgs_delete_update_state', args: [this.#handle, check.integer(id, 'id')], answer: () => undefined })
  }

  /** The files that were uploaded before, in ascending order of MD5, size and type. */
  getSentFiles(): sentFiles.SentFile[] {
    return readRows('tgs_get_sent_files', this.#handle, sentFilePlace, sentFiles.fromRaw)
  }

  getSentFile(md5: Uint8Array, size: number, type: sentFiles.SentFile['type']): sentFiles.SentFile | null {
    return sentFiles.find(this.#handle, md5, size, type)
  }

  /** Adds sent files, or replaces those with the same MD5, size and type: all of them, or none. */
  cacheSentFiles(files: readonly sentFiles.NewSentFile[]): void {
    run(writeRows('tgs_cache_sent_files', this.#handle, files, 'files', sentFiles.toRaw))
  }

  /** The session as a session string: the whole login in one text. Guard it like a password. */
  exportSessionString(format: StringFormat): string {
    return run(exportString(this.#handle, format))!.text
  }

  /** Like `exportSessionString`, with a report of what the string holds. */
  exportWithReport(format: StringFormat): { text: string; report: Report } {
    return run(exportString(this.#handle, format))!
  }

  /** Copies everything to another session, in one transaction, and reports what became of each part. */
  convertTo(target: Session, overrides?: Overrides): Report {
    return run(convert(this.#handle, checkSession(target).#handle, overrides))!
  }

  async convertToAsync(target: Session, overrides?: Overrides): Promise<Report> {
    const call = convert(this.#handle, checkSession(target).#handle, overrides)
    return (await (target.#staysHere ? run(call) : this.#inPool(call)))!
  }

  /** The whole session, with its peers, as a complete SQLite file. Guard it like a password. */
  toBytes(options: ByteOptions = {}): Uint8Array {
    return toBytes(this.#handle, options)
  }

  /**
   * The whole session as an age file: `{ passphrase }` or `{ recipients: ['age1…'] }`. After `age -d` its client opens it. A
   * passphrase takes about a second: `toAgeAsync` takes it in another thread.
   */
  toAge(lock: AgeLock): Uint8Array {
    return run(toAge(this.#handle, lock))!
  }

  async toAgeAsync(lock: AgeLock): Promise<Uint8Array> {
    return (await this.#inPool(toAge(this.#handle, lock)))!
  }

  /** What the session is and holds. Safe to paste, unless it shows secrets. */
  inspect(options: { showSecrets?: boolean } = {}): Description {
    return run(inspect(this.#handle, options.showSecrets ?? false))!
  }

  /** What `console.log` shows: no secret. */
  toString(): string {
    return `Session(${this.#handle})`
  }

  async #inPool<T>(call: Call<T>): Promise<T | undefined> {
    return this.#staysHere ? run(call) : runAsync(call)
  }

  #plain(name: 'tgs_save' | 'tgs_delete'): Call<void> {
    return { name, args: [this.#handle], answer: () => undefined }
  }

  #number(name: 'tgs_get_date' | 'tgs_get_user_id' | 'tgs_change_count'): number | null {
    const found = getScalar(name, this.#handle)
    return found === null ? null : check.toNumber(found as number | bigint, name.replace(/^tgs_(get_)?/, ''))
  }
}

function opening(name: 'tgs_open' | 'tgs_open_string', text: unknown, options: number): Call<Session> {
  const place = [0]
  const what = name === 'tgs_open' ? 'location' : 'text'
  return { name, args: [check.text(text, what), options, place], answer: () => Session.owning(place[0]!) }
}

function withOptions<T>(options: Options | undefined | null, use: (made: number) => T): T {
  const made = makeOptions(options)
  try {
    return use(made)
  } finally {
    freeOptions(made)
  }
}

async function withOptionsAsync<T>(options: Options | undefined | null, use: (made: number) => Promise<T>): Promise<T> {
  const made = makeOptions(options)
  try {
    return await use(made)
  } finally {
    freeOptions(made)
  }
}

function checkSession(session: unknown): Session {
  if (!(session instanceof Session)) throw invalid('the target must be a Session')
  return session
}
