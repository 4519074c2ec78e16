/**
 * The writes of an adapter: a call checks its values, keeps them and returns; batches are written in the thread pool, one
 * at a time. What waits is found before what is in the session, so no lookup waits for a commit. A batch that the session
 * refuses is split until only what is wrong is left out; whatever else fails is tried again.
 */

import { Batch, lacks, type Key } from './batch'
import { InvalidArgumentError, TgsError, invalid } from './errors'
import { checked, type NewPeer } from './peers'
import type { Session } from './session'
import { pack, wipe, type SessionData } from './session-data'
import type { SessionSource } from './session-source'
import { mergeStates, mergeStatesAsync } from './state-changes'
import * as updateStates from './update-states'
import type { UpdateState } from './update-states'

// So many peers are written in one call: a call of the event loop's that meets it at the handle waits some milliseconds.
const LARGEST_BATCH = 500
const RETRY_AFTER_MS = 1000

// Those for which something waits: a process that ends without closing them still writes it.
const unwritten = new Set<WriteBehind>()
const writeAtExit = () => unwritten.forEach((one) => one.flushNow())

const warned = new WeakSet<Error>()

/** Warns of an error, once: a write that fails may be waited for by several calls. */
export function warn(thrown: unknown): void {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  if (warned.has(error)) return
  warned.add(error)
  process.emitWarning(error)
}

/**
 * A moment, and what was written after it until the next one. A lookup holds the moment at which it began: what the session
 * answers may be older than what was written since. Nobody holds the earlier ones.
 */
interface Moment {
  written?: Pick<Batch, 'fields' | 'peers'>
  next?: Moment
}

export class WriteBehind {
  readonly #source: SessionSource
  #waiting = new Batch()
  #writing = new Batch()
  #now: Moment = {}
  #work: Promise<void> | null = null
  #closing: Promise<void> = Promise.resolve()
  #isScheduled = false
  #isFailing = false
  #isClosed = false

  constructor(source: SessionSource) {
    this.#source = source
  }

  setFields(fields: Partial<SessionData>): void {
    wipe(pack(fields, 'fields'))
    Object.assign(this.#waiting.fields, fields)
    this.#schedule()
  }

  /** What is undefined stays as it is, null makes absent. */
  addState(id: number, values: Partial<UpdateState>): void {
    updateStates.toRaw({ id, ...values }, `update state ${id}`)
    this.#waiting.addState(id, values)
    this.#schedule()
  }

  /** As `Session.mergePeers` takes it: what is left out stays as the session has it. */
  addPeer(peer: NewPeer): void {
    checked(peer as unknown as Record<string, unknown>, `peer ${peer.id}`)
    if (peer.id === 0) throw invalid('peer 0: an id must not be 0')
    this.#waiting.addPeer(peer)
    this.#schedule()
  }

  /** For what takes a time to read: what was written since this moment overrides what was read. */
  get now(): Moment {
    return this.#now
  }

  /** The fields that wait, or were written since. */
  fields(since = this.now): Partial<SessionData> {
    return Object.assign({}, ...writtenSince(since).map(({ fields }) => fields), this.#writing.fields, this.#waiting.fields)
  }

  /** What waits of an update state. */
  state(id: number): Partial<UpdateState> {
    return { ...this.#writing.states.get(id), ...this.#waiting.states.get(id) }
  }

  /** What waits of a peer, or was written since. */
  peer(id: number, since = this.now): NewPeer | undefined {
    const told = [...writtenSince(since), this.#writing, this.#waiting].flatMap(({ peers }) => peers.get(id) ?? [])
    return told.length > 1 ? Object.assign({}, ...told) : told[0]
  }

  /**
   * The peer with this username, phone number or name among those that wait. Null where the session must not be asked: a
   * username that a batch takes from its owner there, and the next one gives up, is nobody's.
   */
  find(key: Key, text: string): NewPeer | null | undefined {
    const found = this.#waiting.find(key, text) ?? this.#writing.find(key, text)
    if (!found || !this.contradicts(found.id, key, text)) return found && this.peer(found.id)
    return key === 'usernames' ? null : undefined
  }

  /** Whether something that waits, or was written since, tells that a peer no longer has this username, phone number or name. */
  contradicts(id: number, key: Key, text: string, since = this.now): boolean {
    return lacks(this.peer(id, since), key, text)
  }

  /** Drops the peers that wait. */
  async forgetPeers(): Promise<void> {
    this.#waiting.peers.clear()
    await this.#work?.catch(() => undefined)
    this.#waiting.peers.clear() // what could not be written was put back
  }

  /** Drops all that waits. */
  async forget(): Promise<void> {
    this.#waiting = new Batch()
    await this.#work?.catch(() => undefined)
    this.#waiting = new Batch()
    this.#settle()
  }

  /** Writes all that waits, or tells why not: then it still waits. */
  async flush(): Promise<void> {
    if (this.#work === null && this.#waiting.isEmpty) return
    await (this.#work ??= this.#writeAll())
  }

  /** Opens the session, also after `close`. */
  async open(): Promise<Session> {
    await this.#closing.catch(() => undefined)
    this.#isClosed = false
    return await this.#source.open()
  }

  /** Writes all that waits, and makes it survive a loss of power. */
  async save(): Promise<void> {
    await this.flush()
    await this.#within((session) => session.saveAsync())
  }

  /** Deletes the session, and all that waits for it. */
  async delete(): Promise<void> {
    await this.forget()
    await this.#within((session) => session.deleteAsync())
  }

  /** Uses the session. One that is closed is open only meanwhile. */
  async #within(job: (session: Session) => Promise<void>): Promise<void> {
    try {
      await job(await this.#source.forWriting())
    } finally {
      if (this.#isClosed) await this.#source.close()
    }
  }

  /** Writes all that waits, and closes the session. What cannot be written is tried again, and the reason is told. */
  close(): Promise<void> {
    this.#isClosed = true
    return (this.#closing = this.#close())
  }

  async #close(): Promise<void> {
    try {
      await this.flush()
    } catch (error) {
      this.#failed(error)
      throw error
    } finally {
      await this.#source.close()
    }
  }

  #schedule(): void {
    if (unwritten.size === 0) process.on('exit', writeAtExit)
    unwritten.add(this)
    if (this.#isScheduled || this.#work) return
    this.#isScheduled = true
    // What comes within one turn of the event loop is one batch.
    setImmediate(() => {
      this.#isScheduled = false
      void this.#writeInBackground()
    })
  }

  async #writeInBackground(): Promise<void> {
    try {
      await this.flush()
    } catch (error) {
      this.#failed(error)
    }
  }

  #failed(error: unknown): void {
    if (!this.#isFailing) warn(error)
    // Its owner closed it: there is nowhere to write to.
    if (this.#source.isCallers && error instanceof TgsError && error.status === 'TGS_ERROR_CLOSED') return void this.forget()
    this.#isFailing = true
    setTimeout(() => void (this.#waiting.isEmpty || this.#schedule()), RETRY_AFTER_MS).unref()
  }

  #settle(): void {
    this.#work = null
    if (!this.#waiting.isEmpty) return
    unwritten.delete(this)
    if (unwritten.size === 0) process.off('exit', writeAtExit)
  }

  async #writeAll(): Promise<void> {
    try {
      while (!this.#waiting.isEmpty) {
        this.#writing = this.#waiting
        this.#waiting = new Batch()
        await this.#within((session) => this.#write(session, this.#writing))
      }
      this.#isFailing = false
    } catch (error) {
      this.#waiting.putBack(this.#writing)
      throw error
    } finally {
      this.#writing = new Batch()
      this.#settle()
    }
  }

  async #write(session: Session, batch: Batch): Promise<void> {
    if (Object.keys(batch.fields).length) {
      await this.#split([batch.fields], ([fields]) => session.setDataAsync(fields!), () => 'a field')
      this.#wrote({ fields: batch.fields, peers: new Map() })
      batch.fields = {}
    }
    if (batch.states.size) {
      await this.#split([...batch.states], (states) => mergeStatesAsync(session, states), ([id]) => `update state ${id}`)
      batch.states.clear()
    }
    while (batch.peers.size) {
      const peers = [...batch.peers.values()].slice(0, LARGEST_BATCH)
      await this.#split(peers, (some) => session.mergePeersAsync(some), ({ id }) => `peer ${id}`)
      this.#wrote({ fields: {}, peers: new Map(peers.map((peer) => [peer.id, peer])) })
      for (const { id } of peers) batch.removePeer(id)
    }
  }

  #wrote(written: Pick<Batch, 'fields' | 'peers'>): void {
    this.#now.written = written
    this.#now = this.#now.next = {}
  }

  /** Writes rows. If the session refuses them, each half on its own, until only those that are wrong are left out. */
  async #split<Row>(rows: Row[], write: (rows: Row[]) => Promise<void>, name: (row: Row) => string, oneWorks = false): Promise<void> {
    try {
      await write(rows)
    } catch (error) {
      const isServers = error instanceof TgsError && error.status === 'TGS_ERROR_SERVER'
      if (!isRefusal(error) && !(isServers && (oneWorks || (await anyWorks(rows, write))))) throw error
      if (rows.length === 1) return warn(leftOut(name(rows[0]!), error))
      const middle = rows.length >> 1
      for (const half of [rows.slice(0, middle), rows.slice(middle)]) await this.#split(half, write, name, oneWorks || isServers)
    }
  }

  /** Writes what waits in this thread: the process ends, and no other call would come to its end. */
  flushNow(): void {
    try {
      this.#writeNow(this.#source.forWritingNow)
    } catch (error) {
      tooLate(error) // it cannot be opened: an exception here would end the process with another exit code
    }
  }

  #writeNow(session: Session): void {
    for (const { fields, states, peers } of [this.#writing, this.#waiting]) {
      if (Object.keys(fields).length) splitNow([fields], ([one]) => session.setData(one!))
      if (states.size) splitNow([...states], (some) => mergeStates(session, some))
      if (peers.size) splitNow([...peers.values()], (some) => session.mergePeers(some))
    }
    this.#waiting = new Batch()
  }
}

function writtenSince(moment: Moment): Pick<Batch, 'fields' | 'peers'>[] {
  const all = []
  for (let one: Moment | undefined = moment; one; one = one.next) if (one.written) all.push(one.written)
  return all
}

function splitNow<Row>(rows: Row[], write: (rows: Row[]) => void): void {
  try {
    write(rows)
  } catch (error) {
    if (rows.length === 1 || !isRefusal(error)) return tooLate(error)
    const middle = rows.length >> 1
    for (const half of [rows.slice(0, middle), rows.slice(middle)]) splitNow(half, write)
  }
}

/** At the end of the process nobody would hear a warning. */
const tooLate = (error: unknown) => void process.stderr.write(`tgsession: not stored: ${error}\n`)

/** Whether the rows are to blame, and not the file, its lock or the server. */
const isRefusal = (error: unknown) => error instanceof InvalidArgumentError || error instanceof RangeError

const leftOut = (name: string, cause: unknown) =>
  new Error(`${name} was not stored: ${cause instanceof Error ? cause.message : cause}`, { cause })

/** Whether a server that refuses many rows takes one of them: else it is not the rows that are wrong. */
async function anyWorks<Row>(rows: Row[], write: (rows: Row[]) => Promise<void>): Promise<boolean> {
  if (rows.length === 1) return false
  for (const row of [rows[0]!, rows.at(-1)!]) {
    try {
      await write([row])
      return true
    } catch {
      // Another may work.
    }
  }
  return false
}
