/** An open session. */

import { inspect, type InspectOptions } from 'node:util'
import { abortable, checkSignal, signalOf, type AsyncOptions } from './abort'
import { openAge, toAge, type AgeKey, type AgeLock } from './age'
import { lendBytes, lendBytesAsync, toBytes, type ByteOptions } from './bytes'
import { run, runAsync, type Call } from './call'
import * as check from './checks'
import type { Location } from './checks'
import * as conversion from './conversion'
import type { Description, FileFormat, Overrides, Report, StringFormat } from './conversion'
import * as dataCenters from './data-centers'
import type { DataCenter, NewDataCenter } from './data-centers'
import { openEngine, type Engine } from './engine'
import { TgsError, invalid, unsupported } from './errors'
import * as fields from './fields'
import { functions } from './functions'
import { freeOptions, makeOptions, type Choices, type Options } from './options'
import { PeerIterator } from './peer-iter'
import {
  byUsername, deleteAllPeers, deletePeers, lookup, lookupAll, mergePeers, prunePeers, updatePeers, type InputPeer, type NewPeer, type Peer, type Prune,
} from './peers'
import { callInPool } from './pool'
import { readRows, readRowsAsync, writeRows } from './rows'
import * as sentFiles from './sent-files'
import * as sessionData from './session-data'
import type { SessionData } from './session-data'
import * as updateStates from './update-states'
import * as values from './values'

// A session that was not closed is closed when its object is garbage-collected. Nothing is lost, but it may be late.
const forgotten = new FinalizationRegistry<number>((handle) => void functions.tgs_close(handle))

/** The options of a session that is opened in the thread pool. */
export type AsyncOpenOptions = Options & AsyncOptions

/** How a session is copied into another one in the thread pool. */
export type AsyncConvertOptions = conversion.ConvertOptions & AsyncOptions

/** How a new file of another client is written in the thread pool. */
export type AsyncExportOptions = conversion.ExportOptions & AsyncOptions

/**
 * An open session. Each call is atomic; what it wrote is there after the process is killed, and `save` makes it survive
 * a loss of power. A failed call throws a TgsError. Close it, or write `using session = Session.open(...)`.
 *
 * A method whose name ends in `Async` does in the thread pool what the one without it does in this thread: the event loop
 * waits for no disk, no lock and no server. It takes `{ signal }`.
 */
export class Session implements Disposable, AsyncDisposable {
  readonly #handle: number
  // The functions of an engine in JavaScript run in the thread that opened it: so do the calls of its session.
  readonly #staysHere: boolean

  private constructor(handle: number, isOwner: boolean, staysHere = false) {
    this.#handle = handle
    this.#staysHere = staysHere
    if (isOwner) forgotten.register(this, handle, this)
  }

  /** Opens a path, ":memory:" or a session string. Creates a missing file, unless the options forbid it. */
  static open(location: Location, options?: Options | null): Session {
    return withOptions(options, (made) => Session.#owning(run(opening('tgs_open', check.location(location), made))))
  }

  static openAsync(location: Location, options?: AsyncOpenOptions | null): Promise<Session> {
    return openingAsync(options, async (made) => Session.#owning(await runAsync(opening('tgs_open', check.location(location), made))))
  }

  /** Opens a session string of any format, in memory. */
  static openString(text: string, options?: Options | null): Session {
    return withOptions(options, (made) => Session.#owning(run(opening('tgs_open_string', check.text(text, 'text'), made))))
  }

  static openStringAsync(text: string, options?: AsyncOpenOptions | null): Promise<Session> {
    return openingAsync(options, async (made) => Session.#owning(await runAsync(opening('tgs_open_string', check.text(text, 'text'), made))))
  }

  /**
   * Opens a session in bytes, in memory: a complete SQLite file of any client, or its JSON, as it is or compressed by
   * gzip. `toBytes` gives it back.
   */
  static openBytes(bytes: Uint8Array, options?: Options | null): Session {
    return withOptions(options, (made) => lendBytes(bytes, 'bytes', (lent, length) =>
      Session.#owning(run(openingBytes(lent, length, made)))))
  }

  static openBytesAsync(bytes: Uint8Array, options?: AsyncOpenOptions | null): Promise<Session> {
    return openingAsync(options, (made) => lendBytesAsync(bytes, 'bytes', async (lent, length) =>
      Session.#owning(await runAsync(openingBytes(lent, length, made)))))
  }

  /**
   * Opens a session in an age file, in memory: what `toAge` or any age tool made, also with armor. Another passphrase or
   * identity is TGS_ERROR_WRONG_KEY. A passphrase takes about a second: `openAgeAsync` takes it in another thread.
   */
  static openAge(bytes: Uint8Array, key: AgeKey, options?: Options | null): Session {
    return withOptions(options, (made) => lendBytes(bytes, 'bytes', (lent, length) =>
      Session.#owning(run(openAge(lent, length, key, made)))))
  }

  static openAgeAsync(bytes: Uint8Array, key: AgeKey, options?: AsyncOpenOptions | null): Promise<Session> {
    return openingAsync(options, (made) => lendBytesAsync(bytes, 'bytes', async (lent, length) =>
      Session.#owning(await runAsync(openAge(lent, length, key, made)))))
  }

  /** Opens a session over a storage engine of your own. `format`, `wal` and `busyTimeout` are ignored. */
  static openEngine(engine: Engine, options?: Options | null): Session {
    return withOptions(options, (made) => openEngine(engine, made, (handle) => new Session(handle, true, true)))
  }

  static #owning(handle: number | undefined): Session {
    return new Session(handle!, true)
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

  async saveAsync(options?: AsyncOptions): Promise<void> {
    await this.#async(options, () => this.#plain('tgs_save'))
  }

  /** Closes it; nothing is lost without `save`. Later calls throw TGS_ERROR_CLOSED. It may be called again. */
  close(): void {
    forgotten.unregister(this)
    functions.tgs_close(this.#handle)
  }

  /** Calls that are under way come to their end first. */
  async closeAsync(): Promise<void> {
    if (this.#staysHere) return this.close()
    forgotten.unregister(this)
    await callInPool(functions.tgs_close, [this.#handle])
  }

  [Symbol.dispose](): void {
    this.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.closeAsync()
  }

  /** Encrypts the file anew with another passphrase, in one transaction. Only an encrypted file has one. */
  changePassphrase(passphrase: string): void {
    run(this.#changePassphrase(passphrase))
  }

  async changePassphraseAsync(passphrase: string, options?: AsyncOptions): Promise<void> {
    await this.#async(options, () => this.#changePassphrase(passphrase))
  }

  /** The same with a key of 32 bytes. */
  changeEncryptionKey(key: Uint8Array): void {
    run(this.#changeEncryptionKey(key))
  }

  async changeEncryptionKeyAsync(key: Uint8Array, options?: AsyncOptions): Promise<void> {
    await this.#async(options, () => this.#changeEncryptionKey(key))
  }

  /** Deletes the session and everything that belongs to it. */
  delete(): void {
    run(this.#plain('tgs_delete'))
  }

  async deleteAsync(options?: AsyncOptions): Promise<void> {
    await this.#async(options, () => this.#plain('tgs_delete'))
  }

  /** Its layout and version, like "kurigram@7", "telethon@8" or "memory". */
  get format(): string {
    return this.#read(fields.text('tgs_get_format', this.#handle))!
  }

  /** The account's home data centre. */
  get dcId(): number | null {
    return this.#read(fields.scalar('tgs_get_dc_id', this.#handle, fields.int32))
  }

  set dcId(value: number | null) {
    fields.setScalar('tgs_set_dc_id', this.#handle, value, 'dcId', check.int32)
  }

  /** The address of the data centre. Most clients store none: see `defaultServerAddress`. */
  get serverAddress(): string | null {
    return this.#read(fields.text('tgs_get_server_address', this.#handle))
  }

  set serverAddress(value: string | null) {
    fields.setText('tgs_set_server_address', this.#handle, value, 'serverAddress')
  }

  get port(): number | null {
    return this.#read(fields.scalar('tgs_get_port', this.#handle, fields.uint16))
  }

  set port(value: number | null) {
    fields.setScalar('tgs_set_port', this.#handle, value, 'port', check.uint16)
  }

  /** The application's id. */
  get apiId(): number | null {
    return this.#read(fields.scalar('tgs_get_api_id', this.#handle, fields.int32))
  }

  set apiId(value: number | null) {
    fields.setScalar('tgs_set_api_id', this.#handle, value, 'apiId', check.int32)
  }

  /** Whether the auth key belongs to Telegram's test servers. */
  get testMode(): boolean | null {
    return this.#read(fields.scalar('tgs_get_test_mode', this.#handle, fields.boolean))
  }

  set testMode(value: boolean | null) {
    fields.setScalar('tgs_set_test_mode', this.#handle, value, 'testMode', check.boolean)
  }

  /** The secret of the login: 256 bytes; null if not logged in. Fill them with 0 after use. */
  get authKey(): Uint8Array | null {
    return this.#read(fields.key('tgs_get_auth_key', this.#handle))
  }

  set authKey(value: Uint8Array | null) {
    fields.setKey('tgs_set_auth_key', this.#handle, value, 'authKey')
  }

  /** When it was last saved, in Unix seconds. */
  get date(): number | null {
    return this.#number('tgs_get_date')
  }

  set date(value: number | null) {
    fields.setScalar('tgs_set_date', this.#handle, value, 'date', check.integer)
  }

  /** The account's own id. Null means unknown; never invent one. */
  get userId(): number | null {
    return this.#number('tgs_get_user_id')
  }

  set userId(value: number | null) {
    fields.setScalar('tgs_set_user_id', this.#handle, value, 'userId', check.integer)
  }

  /** Whether the account is a bot. Null means unknown. */
  get isBot(): boolean | null {
    return this.#read(fields.scalar('tgs_get_is_bot', this.#handle, fields.boolean))
  }

  set isBot(value: boolean | null) {
    fields.setScalar('tgs_set_is_bot', this.#handle, value, 'isBot', check.boolean)
  }

  /** The id of the takeout in progress (Telethon): the whole range of 64 bits. */
  get takeoutId(): bigint | null {
    const found = this.#read(fields.scalar('tgs_get_takeout_id', this.#handle, fields.int64))
    return found === null ? null : BigInt(found)
  }

  set takeoutId(value: bigint | null) {
    fields.setScalar('tgs_set_takeout_id', this.#handle, value, 'takeoutId', check.integer)
  }

  /** The temporary key of perfect forward secrecy (Telethon 8). */
  get tmpAuthKey(): Uint8Array | null {
    return this.#read(fields.key('tgs_get_tmp_auth_key', this.#handle))
  }

  set tmpAuthKey(value: Uint8Array | null) {
    fields.setKey('tgs_set_tmp_auth_key', this.#handle, value, 'tmpAuthKey')
  }

  /** All fields, as they are at one moment. Fill the keys with 0 after use. */
  getSessionData(): SessionData {
    return run(sessionData.getData(this.#handle))!
  }

  async getSessionDataAsync(options?: AsyncOptions): Promise<SessionData> {
    return (await this.#async(options, () => sessionData.getData(this.#handle)))!
  }

  /** How many rows of each kind there are, without reading them. */
  getCounts(): values.Counts {
    return run(values.counts(this.#handle))!
  }

  async getCountsAsync(options?: AsyncOptions): Promise<values.Counts> {
    return (await this.#async(options, () => values.counts(this.#handle)))!
  }

  /** A value of your own that is kept beside the session; null if there is none of that name. */
  getValue(name: string): Uint8Array | null {
    return this.#read(values.getValue(this.#handle, name))
  }

  getValueAsync(name: string, options?: AsyncOptions): Promise<Uint8Array | null> {
    return this.#async(options, () => values.getValue(this.#handle, name))
  }

  /**
   * Keeps a value of your own beside the session, or replaces it: salts, a configuration, a client's own state. No other
   * client sees it. A name has 1 to 255 bytes, without white space at its ends and control characters; a value has 1048576
   * bytes at most. It stays when another account logs in.
   */
  setValue(name: string, value: Uint8Array): void {
    lendBytes(value, 'value', (lent, length) => run(values.setValue(this.#handle, name, lent, length)))
  }

  async setValueAsync(name: string, value: Uint8Array, options?: AsyncOptions): Promise<void> {
    await abortable(signalOf(options), () => lendBytesAsync(value, 'value', (lent, length) =>
      this.#inPool(values.setValue(this.#handle, name, lent, length))))
  }

  /** Removes a value; it need not be there. */
  deleteValue(name: string): void {
    run(values.deleteValue(this.#handle, name))
  }

  async deleteValueAsync(name: string, options?: AsyncOptions): Promise<void> {
    await this.#async(options, () => values.deleteValue(this.#handle, name))
  }

  /** The names of the values, in ascending order. */
  getValueNames(): string[] {
    return run(values.valueNames(this.#handle))!
  }

  async getValueNamesAsync(options?: AsyncOptions): Promise<string[]> {
    return (await this.#async(options, () => values.valueNames(this.#handle)))!
  }

  /**
   * What the login has at a data centre; null if nothing is known. Of the home one, the keys and the first address are those of
   * the fields. Fill the keys with 0 after use.
   */
  getDataCenter(id: number): DataCenter | null {
    return this.#read(dataCenters.getDataCenter(this.#handle, id))
  }

  getDataCenterAsync(id: number, options?: AsyncOptions): Promise<DataCenter | null> {
    return this.#async(options, () => dataCenters.getDataCenter(this.#handle, id))
  }

  /**
   * Replaces what is known of a data centre. Of the home one, the keys that are given are written to the fields, and those that
   * are absent stay there. It is copied by a conversion, is in `toBytes`, and goes when another account logs in.
   */
  setDataCenter(dataCenter: NewDataCenter): void {
    const packed = dataCenters.pack(dataCenter)
    try {
      run(dataCenters.setDataCenter(this.#handle, packed))
    } finally {
      dataCenters.wipe(packed)
    }
  }

  setDataCenterAsync(dataCenter: NewDataCenter, options?: AsyncOptions): Promise<void> {
    return abortable(signalOf(options), async () => {
      const packed = dataCenters.pack(dataCenter)
      try {
        await this.#inPool(dataCenters.setDataCenter(this.#handle, packed))
      } finally {
        dataCenters.wipe(packed)
      }
    })
  }

  /** Removes what is known of a data centre; nothing need be known. The fields of the home one stay. */
  deleteDataCenter(id: number): void {
    run(dataCenters.deleteDataCenter(this.#handle, id))
  }

  async deleteDataCenterAsync(id: number, options?: AsyncOptions): Promise<void> {
    await this.#async(options, () => dataCenters.deleteDataCenter(this.#handle, id))
  }

  /** The ids of the data centres of which something is known, in ascending order: the home one's too. */
  getDataCenterIds(): number[] {
    return run(dataCenters.dataCenterIds(this.#handle))!
  }

  async getDataCenterIdsAsync(options?: AsyncOptions): Promise<number[]> {
    return (await this.#async(options, () => dataCenters.dataCenterIds(this.#handle)))!
  }

  /** Sets the fields that `data` names, in one transaction: all of them, or none. Null makes one absent. */
  setData(data: Partial<SessionData>): void {
    const packed = sessionData.pack(data, 'data')
    try {
      run(sessionData.setData(this.#handle, packed))
    } finally {
      sessionData.wipe(packed)
    }
  }

  setDataAsync(data: Partial<SessionData>, options?: AsyncOptions): Promise<void> {
    return abortable(signalOf(options), async () => {
      const packed = sessionData.pack(data, 'data')
      try {
        await this.#inPool(sessionData.setData(this.#handle, packed))
      } finally {
        sessionData.wipe(packed)
      }
    })
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

  async updatePeersAsync(peers: readonly NewPeer[], options?: AsyncOptions): Promise<void> {
    await this.#async(options, () => updatePeers(this.#handle, peers))
  }

  /**
   * Changes what is told of peers, and leaves the rest as the session has it: all of them, or none. A value that is left out, or
   * null, is not told; that there is none is said by `usernames: []`, `phoneNumber: ''` and `name: ''`. A username that is told
   * moves; `lastUpdateOn` is written always, and left out it is now.
   */
  mergePeers(peers: readonly NewPeer[]): void {
    run(mergePeers(this.#handle, peers))
  }

  async mergePeersAsync(peers: readonly NewPeer[], options?: AsyncOptions): Promise<void> {
    await this.#async(options, () => mergePeers(this.#handle, peers))
  }

  /** Deletes the peers with these marked ids: all of them, or none. An id that no peer has is ignored. */
  deletePeers(ids: readonly (number | bigint)[]): void {
    run(deletePeers(this.#handle, ids))
  }

  async deletePeersAsync(ids: readonly (number | bigint)[], options?: AsyncOptions): Promise<void> {
    await this.#async(options, () => deletePeers(this.#handle, ids))
  }

  /** Deletes all peers. The login, the update states and the sent files stay. */
  deleteAllPeers(): void {
    run(deleteAllPeers(this.#handle))
  }

  async deleteAllPeersAsync(options?: AsyncOptions): Promise<void> {
    await this.#async(options, () => deleteAllPeers(this.#handle))
  }

  /**
   * Deletes the peers that were last seen long ago, and the oldest of too many, and returns how many: all of them, or none. The
   * account itself, update states and sent files stay. The file does not become smaller: the next peers take the place, or `compact`
   * gives it back.
   */
  prunePeers(prune: Prune): number {
    return run(prunePeers(this.#handle, prune))!
  }

  async prunePeersAsync(prune: Prune, options?: AsyncOptions): Promise<number> {
    return (await this.#async(options, () => prunePeers(this.#handle, prune)))!
  }

  /**
   * Gives the room in its SQLite file that nothing is in back to the file system, and returns how many bytes: about `maxBytes` in one
   * call, all of it with 0. Call it until it returns 0. A file without incremental auto_vacuum can only be written anew as a
   * whole, while other programs wait; that is an error (`TGS_ERROR_UNSUPPORTED`) where it takes more than `maxBytes`.
   */
  compact(maxBytes = 0): number {
    return run(this.#compact(maxBytes))!
  }

  async compactAsync(maxBytes = 0, options?: AsyncOptions): Promise<number> {
    return (await this.#async(options, () => this.#compact(maxBytes)))!
  }

  /** Finds many peers by their marked ids in one call, each at the place of its id; null where no peer has it. */
  getPeersById(ids: readonly (number | bigint)[]): (InputPeer | null)[] {
    return run(lookupAll(this.#handle, ids))!
  }

  async getPeersByIdAsync(ids: readonly (number | bigint)[], options?: AsyncOptions): Promise<(InputPeer | null)[]> {
    return (await this.#async(options, () => lookupAll(this.#handle, ids)))!
  }

  /** Finds a peer by its marked id. */
  getPeerById(id: number | bigint): InputPeer | null {
    return this.#read(this.#byId(id))
  }

  getPeerByIdAsync(id: number | bigint, options?: AsyncOptions): Promise<InputPeer | null> {
    return this.#async(options, () => this.#byId(id))
  }

  /**
   * Finds a peer by any of its usernames: in any case, with or without "@".
   * @throws UsernameExpiredError if its owner was last seen too long ago: ask Telegram.
   */
  getPeerByUsername(username: string): InputPeer | null {
    return this.#read(byUsername(this.#handle, username))
  }

  getPeerByUsernameAsync(username: string, options?: AsyncOptions): Promise<InputPeer | null> {
    return this.#async(options, () => byUsername(this.#handle, username))
  }

  /** Finds a peer by its display name, written exactly as it is: of several the one with the lowest id. It searches all peers. */
  getPeerByName(name: string): InputPeer | null {
    return this.#read(this.#byName(name))
  }

  getPeerByNameAsync(name: string, options?: AsyncOptions): Promise<InputPeer | null> {
    return this.#async(options, () => this.#byName(name))
  }

  /** Finds a peer by its phone number: with or without "+" and spaces. */
  getPeerByPhoneNumber(phoneNumber: string): InputPeer | null {
    return this.#read(this.#byPhoneNumber(phoneNumber))
  }

  getPeerByPhoneNumberAsync(phoneNumber: string, options?: AsyncOptions): Promise<InputPeer | null> {
    return this.#async(options, () => this.#byPhoneNumber(phoneNumber))
  }

  /** Iterates over complete peers, in ascending order of their ids, as they are now: all, or those with these ids. */
  peers(ids?: readonly (number | bigint)[] | null): PeerIterator {
    return PeerIterator.over(this.#handle, ids)
  }

  /** As `peers`; the reading happens in another thread, and the walk itself is in memory. */
  peersAsync(ids?: readonly (number | bigint)[] | null, options?: AsyncOptions): Promise<PeerIterator> {
    const discard = (late: PeerIterator) => late[Symbol.dispose]()
    return abortable(signalOf(options), () => PeerIterator.overAsync(this.#handle, ids, (call) => this.#inPool(call)), discard)
  }

  [Symbol.iterator](): Iterator<Peer, undefined> {
    return this.peers()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Peer, undefined> {
    yield* await this.peersAsync()
  }

  /** The update states, in ascending order of the ids. */
  getUpdateStates(): updateStates.UpdateState[] {
    return readRows(updateStates.table, this.#handle)
  }

  getUpdateStatesAsync(options?: AsyncOptions): Promise<updateStates.UpdateState[]> {
    return abortable(signalOf(options), () => readRowsAsync(updateStates.table, this.#handle, (call) => this.#inPool(call)))
  }

  /** One update state: id 0 for the account, else the marked id of a channel. */
  getUpdateState(id: number | bigint): updateStates.UpdateState | null {
    return this.#read(updateStates.find(this.#handle, id))
  }

  getUpdateStateAsync(id: number | bigint, options?: AsyncOptions): Promise<updateStates.UpdateState | null> {
    return this.#async(options, () => updateStates.find(this.#handle, id))
  }

  /** Adds update states, or replaces those with the same ids: all of them, or none. */
  setUpdateStates(states: readonly updateStates.NewUpdateState[]): void {
    run(writeRows('tgs_set_update_states', this.#handle, states, 'states', updateStates.toRaw))
  }

  async setUpdateStatesAsync(states: readonly updateStates.NewUpdateState[], options?: AsyncOptions): Promise<void> {
    await this.#async(options, () => writeRows('tgs_set_update_states', this.#handle, states, 'states', updateStates.toRaw))
  }

  /** Removes an update state; it need not be there. */
  deleteUpdateState(id: number | bigint): void {
    run(updateStates.remove(this.#handle, id))
  }

  async deleteUpdateStateAsync(id: number | bigint, options?: AsyncOptions): Promise<void> {
    await this.#async(options, () => updateStates.remove(this.#handle, id))
  }

  /** The files that were uploaded before, in ascending order of MD5, size and type. */
  getSentFiles(): sentFiles.SentFile[] {
    return readRows(sentFiles.table, this.#handle)
  }

  getSentFilesAsync(options?: AsyncOptions): Promise<sentFiles.SentFile[]> {
    return abortable(signalOf(options), () => readRowsAsync(sentFiles.table, this.#handle, (call) => this.#inPool(call)))
  }

  getSentFile(md5: Uint8Array, size: number, type: sentFiles.SentFile['type']): sentFiles.SentFile | null {
    return this.#read(sentFiles.find(this.#handle, md5, size, type))
  }

  getSentFileAsync(md5: Uint8Array, size: number, type: sentFiles.SentFile['type'], options?: AsyncOptions): Promise<sentFiles.SentFile | null> {
    return this.#async(options, () => sentFiles.find(this.#handle, md5, size, type))
  }

  /** Adds sent files, or replaces those with the same MD5, size and type: all of them, or none. */
  cacheSentFiles(files: readonly sentFiles.NewSentFile[]): void {
    run(writeRows('tgs_cache_sent_files', this.#handle, files, 'files', sentFiles.toRaw))
  }

  async cacheSentFilesAsync(files: readonly sentFiles.NewSentFile[], options?: AsyncOptions): Promise<void> {
    await this.#async(options, () => writeRows('tgs_cache_sent_files', this.#handle, files, 'files', sentFiles.toRaw))
  }

  /** The session as a session string: the whole login in one text. Guard it like a password. */
  exportSessionString(format: StringFormat): string {
    return run(conversion.exportString(this.#handle, format))!
  }

  async exportSessionStringAsync(format: StringFormat, options?: AsyncOptions): Promise<string> {
    return (await this.#async(options, () => conversion.exportString(this.#handle, format)))!
  }

  /** Like `exportSessionString`, with a report of what the string holds. */
  exportWithReport(format: StringFormat): { text: string; report: Report } {
    return run(conversion.exportWithReport(this.#handle, format))!
  }

  async exportWithReportAsync(format: StringFormat, options?: AsyncOptions): Promise<{ text: string; report: Report }> {
    return (await this.#async(options, () => conversion.exportWithReport(this.#handle, format)))!
  }

  /** Copies everything to another session, in one transaction, and reports what became of each part. */
  convertTo(target: Session, overrides?: Overrides, options?: conversion.ConvertOptions | null): Report {
    return withOptions(conversion.convertOptions(options), (made) =>
      run(conversion.convert(this.#handle, checkSession(target).#handle, overrides, made))!)
  }

  async convertToAsync(target: Session, overrides?: Overrides, options?: AsyncConvertOptions | null): Promise<Report> {
    const [signal, rest] = takeSignal(options)
    return abortable(signal, () => withOptionsAsync(conversion.convertOptions(rest), async (made) => {
      const call = conversion.convert(this.#handle, checkSession(target).#handle, overrides, made)
      return (await (target.#staysHere ? run(call) : this.#inPool(call)))!
    }))
  }

  /** Writes the session as a new file of another client, and reports what it leaves out. A file that is there is never written over. */
  exportFile(format: FileFormat, path: Location, overrides?: Overrides, options?: conversion.ExportOptions | null): Report {
    return withOptions(conversion.exportOptions(options), (made) =>
      run(conversion.exportFile(this.#handle, format, path, overrides, made))!)
  }

  async exportFileAsync(format: FileFormat, path: Location, overrides?: Overrides, options?: AsyncExportOptions | null): Promise<Report> {
    const [signal, rest] = takeSignal(options)
    return abortable(signal, () => withOptionsAsync(conversion.exportOptions(rest), async (made) =>
      (await this.#inPool(conversion.exportFile(this.#handle, format, path, overrides, made)))!))
  }

  /** The whole session, with its peers, as a complete SQLite file. Guard it like a password. */
  toBytes(options: ByteOptions = {}): Uint8Array {
    return run(toBytes(this.#handle, options))!
  }

  toBytesAsync({ signal, ...options }: ByteOptions & AsyncOptions = {}): Promise<Uint8Array> {
    return abortable(checkSignal(signal), async () => (await this.#inPool(toBytes(this.#handle, options)))!, wipe)
  }

  /**
   * The whole session as an age file: `{ passphrase }` or `{ recipients: ['age1…'] }`. After `age -d` its client opens it. A
   * passphrase takes about a second: `toAgeAsync` takes it in another thread.
   */
  toAge(lock: AgeLock): Uint8Array {
    return run(toAge(this.#handle, lock))!
  }

  async toAgeAsync(lock: AgeLock, options?: AsyncOptions): Promise<Uint8Array> {
    return (await this.#async(options, () => toAge(this.#handle, lock)))!
  }

  /** What the session is and holds. Safe to paste, unless it shows secrets. */
  inspect(options: { showSecrets?: boolean } = {}): Description {
    const { showSecrets } = check.known(options, 'options', ['showSecrets'])
    return run(conversion.inspect(this.#handle, showSecrets ?? false))!
  }

  async inspectAsync({ signal, ...options }: { showSecrets?: boolean } & AsyncOptions = {}): Promise<Description> {
    const { showSecrets } = check.known(options, 'options', ['showSecrets'])
    return (await this.#async({ signal: checkSignal(signal)! }, () => conversion.inspect(this.#handle, showSecrets ?? false)))!
  }

  toString(): string {
    return `Session(${this.#handle})`
  }

  /** What `console.log` shows: whose session it is, and no secret. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `Session ${inspect(this.#summary(), options)}`
  }

  #summary(): object {
    try {
      const { format, dcId, userId, isBot, testMode, authKey } = this
      authKey?.fill(0)
      return { format, dcId, userId, isBot, testMode, authKey: authKey && `${authKey.length} bytes, not shown` }
    } catch (error) {
      return { error: error instanceof TgsError ? error.code : String(error) }
    }
  }

  #read<T>(call: Call<T>): T | null {
    return run(call) ?? null
  }

  #async<T>(options: AsyncOptions | undefined | null, make: () => Call<T>): Promise<T | null> {
    return abortable(signalOf(options), async () => (await this.#inPool(make())) ?? null)
  }

  async #inPool<T>(call: Call<T>): Promise<T | undefined> {
    return this.#staysHere ? run(call) : runAsync(call)
  }

  #byId(id: unknown): Call<InputPeer> {
    return lookup('tgs_get_peer_by_id', this.#handle, check.integer(id, 'id'))
  }

  #byName(name: unknown): Call<InputPeer> {
    return lookup('tgs_get_peer_by_name', this.#handle, check.text(name, 'name'))
  }

  #byPhoneNumber(phoneNumber: unknown): Call<InputPeer> {
    return lookup('tgs_get_peer_by_phone_number', this.#handle, check.text(phoneNumber, 'phoneNumber'))
  }

  #changePassphrase(passphrase: unknown): Call<void> {
    return { name: 'tgs_change_passphrase', args: [this.#handle, check.text(passphrase, 'passphrase')], answer: () => undefined }
  }

  #compact(maxBytes: unknown): Call<number> {
    const freed = [0]
    const args = [this.#handle, check.integer(maxBytes, 'maxBytes'), freed]
    return { name: 'tgs_compact', args, answer: () => Number(freed[0]) }
  }

  #changeEncryptionKey(key: unknown): Call<void> {
    const bytes = check.bytes(key, 'key')
    return { name: 'tgs_change_encryption_key', args: [this.#handle, bytes, bytes.length], answer: () => undefined }
  }

  #plain(name: 'tgs_save' | 'tgs_delete'): Call<void> {
    return { name, args: [this.#handle], answer: () => undefined }
  }

  #number(name: 'tgs_get_date' | 'tgs_get_user_id' | 'tgs_change_count'): number | null {
    const found = this.#read(fields.scalar(name, this.#handle, fields.int64))
    return found === null ? null : check.toNumber(found, name.replace(/^tgs_(get_)?/, ''))
  }
}

const wipe = (bytes: Uint8Array) => bytes.fill(0)

function opening(name: 'tgs_open' | 'tgs_open_string', text: string, options: number): Call<number> {
  const place = [0]
  return { name, args: [text, options, place], answer: () => place[0]! }
}

function openingBytes(lent: Uint8Array, length: number, options: number): Call<number> {
  const place = [0]
  return { name: 'tgs_open_bytes', args: [lent, length, options, place], answer: () => place[0]! }
}

function withOptions<T>(options: Choices | undefined | null, use: (made: number) => T): T {
  const made = makeOptions(options)
  try {
    return use(made)
  } finally {
    freeOptions(made)
  }
}

async function withOptionsAsync<T>(options: Choices | undefined | null, use: (made: number) => Promise<T>): Promise<T> {
  const made = makeOptions(options)
  try {
    return await use(made)
  } finally {
    freeOptions(made)
  }
}

async function openingAsync(options: AsyncOpenOptions | undefined | null, use: (made: number) => Promise<Session>): Promise<Session> {
  const [signal, rest] = takeSignal(options)
  return abortable(signal, () => withOptionsAsync(rest, use), (late) => late.closeAsync())
}

/** The signal, and the other options; what is no object is left for their check. */
function takeSignal<T extends AsyncOptions>(options: T | undefined | null): [AbortSignal | undefined, Omit<T, 'signal'> | undefined | null] {
  if (typeof options !== 'object' || options === null) return [undefined, options]
  const { signal, ...rest } = options
  return [checkSignal(signal), rest]
}

function checkSession(session: unknown): Session {
  if (!(session instanceof Session)) throw invalid('the target must be a Session')
  return session
}
