/** A storage engine of the caller's own. */

import * as check from './checks'
import { run } from './call'
import { invalid, unsupported } from './errors'
import { engineTable, forget, methodOf, opened, serve } from './engine-calls'
import type { NewPeer, Peer } from './peers'
import type { NewSentFile, SentFile } from './sent-files'
import type { SessionData } from './session-data'
import { ENGINE_PERSISTENT, ENGINE_USERNAMES_EXPIRE, ENGINE_VERSION } from './status'
import { ENGINE_FUNCTIONS, ENGINE_SIZE } from './structs'
import type { NewUpdateState, UpdateState } from './update-states'

/**
 * Your own storage engine. Lookups, expiry, conversion and session strings work over it. It stores what it is given and
 * returns it unchanged; the library applies the rules (who has a username, which peer is newest, what is absent).
 *
 * A method either succeeds completely, or throws and changes nothing. What it throws becomes the `cause` of a TgsError with its
 * message, which must hold no secret, and its `status` if that is the name of an error; else the status is TGS_ERROR_SERVER.
 * Methods are synchronous, and run in the thread that opened the session. One must not call the session that it serves.
 */
export interface Engine {
  /** Where the session is, as errors name it, like "redis://host/0 my_account". It holds no secret. */
  readonly location: string
  /** Whether what was written is still there when the session is opened again. Default: false. */
  readonly isPersistent?: boolean
  /** Whether usernames expire, as in the Pyrogram family. Default: false. */
  readonly usernamesExpire?: boolean

  /** What is left out is absent. */
  getSessionData(): Partial<SessionData>
  /** Writes the fields that are there; null makes one absent. */
  setSessionData(changes: Partial<SessionData>): void
  /** Replaces peers by their ids. */
  putPeers(peers: Peer[]): void
  /** The peers with these ids, or all, in any order. */
  getPeers(ids: number[] | null): readonly NewPeer[]
  /** Deletes the peers with these ids, if they exist, or all. Left out: peers cannot be deleted, TGS_ERROR_UNSUPPORTED. */
  deletePeers?(ids: number[] | null): void
  /** Every peer that has one of these usernames. Left out: they are found by reading all peers. */
  getPeersByUsername?(usernames: string[]): readonly NewPeer[]
  /** Every peer that has this phone number. Left out: they are found by reading all peers. */
  getPeersByPhoneNumber?(phoneNumber: string): readonly NewPeer[]
  /** In any order. */
  getUpdateStates(): readonly NewUpdateState[]
  /** Replaces update states by their ids. */
  setUpdateStates(states: UpdateState[]): void
  /** Removes an update state; it need not be there. */
  deleteUpdateState(id: number): void
  /** In any order. */
  getSentFiles(): readonly NewSentFile[]
  /** Replaces sent files by their MD5, size and type. */
  cacheSentFiles(files: SentFile[]): void
  /** The values with these names, or all, by their names. Left out: there are none, and writing one is TGS_ERROR_UNSUPPORTED. */
  getValues?(names: string[] | null): Readonly<Record<string, Uint8Array>>
  /** Sets a value, which may be a secret; null removes it, if it is there. Required if there is `getValues`. */
  setValue?(name: string, value: Uint8Array | null): void
  /** Makes what was written survive a loss of power. Left out: nothing is needed for that. */
  save?(): void
  /** Removes the session and all that belongs to it. Left out: `Session.delete` is TGS_ERROR_UNSUPPORTED. */
  remove?(): void
  /** Begins a transaction of several calls. Without it, a conversion that fails half-way leaves peers without a login. */
  begin?(): void
  /** Commits the transaction, or rolls it back. Required if there is `begin`. */
  finish?(keep: boolean): void
  /** Called once, when the session is closed. What it throws becomes a warning of the process. */
  close?(): void

  /** The library calls these from a thread of its own, where no JavaScript runs: leases hold on this machine only. */
  takeLease?: never
  releaseLease?: never
}

const OPTIONAL = new Set<string>(['getPeersByUsername', 'getPeersByPhoneNumber', 'deletePeers', 'save', 'remove', 'begin', 'finish', 'getValues', 'setValue'])

/** Opens a session over an engine; `own` makes its object. */
export function openEngine<T>(value: unknown, options: number, own: (handle: number) => T): T {
  const engine = check.object(value, 'engine')
  const table = { size: ENGINE_SIZE, version: ENGINE_VERSION, ...propertiesOf(engine), ...functionsOf(engine) }
  const context = serve(value as Engine)
  const place = [0]
  const answer = () => {
    opened(context, place[0]!)
    return own(place[0]!)
  }
  try {
    return run({ name: 'tgs_open_engine', args: [{ ...table, context }, options, place], answer })!
  } catch (thrown) {
    forget(context)
    throw thrown
  }
}

function propertiesOf(engine: Record<string, unknown>) {
  const flag = (name: string, bit: number) => (check.optional(engine[name], `engine.${name}`, check.boolean) ? bit : 0)
  return {
    location: check.text(engine['location'], 'engine.location'),
    flags: flag('isPersistent', ENGINE_PERSISTENT) | flag('usernamesExpire', ENGINE_USERNAMES_EXPIRE),
  }
}

function functionsOf(engine: Record<string, unknown>) {
  for (const name of ['takeLease', 'releaseLease']) {
    if (hasMethod(engine, name)) throw unsupported(`engine.${name} would run in another thread, where no JavaScript runs: leave it out`)
  }
  hasMethod(engine, 'close')
  const { destroy, ...table } = engineTable()
  const used = ENGINE_FUNCTIONS.map((name) => {
    const isThere = hasMethod(engine, methodOf(name))
    if (!isThere && !OPTIONAL.has(methodOf(name))) throw invalid(`engine.${methodOf(name)} must be a function, not ${typeof engine[methodOf(name)]}`)
    return [name, isThere ? table[name] : null]
  })
  return { ...Object.fromEntries(used), destroy, take_lease: null, release_lease: null }
}

function hasMethod(engine: Record<string, unknown>, name: string): boolean {
  const method = engine[name]
  if (method === undefined || method === null) return false
  if (typeof method !== 'function') throw invalid(`engine.${name} must be a function, not ${typeof method}`)
  return true
}
