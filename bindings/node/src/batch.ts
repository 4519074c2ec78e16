/** What waits to be written, found as the session would find it. */

import type { NewPeer } from './peers'
import type { SessionData } from './session-data'
import type { UpdateState } from './update-states'

/** By what a peer is looked up. */
export type Key = 'usernames' | 'phoneNumber' | 'name'

const FORMS: Record<Key, (text: string) => string> = {
  usernames: (text) => (text.startsWith('@') ? text.slice(1) : text).toLowerCase(),
  phoneNumber: (text) => text.replace(/\D/g, ''),
  name: (text) => text,
}
const KEYS = Object.keys(FORMS) as Key[]

/** What a peer has of a key; undefined where it does not tell. An empty text tells that there is none, as to `mergePeers`. */
function valuesOf(peer: NewPeer, key: Key): string[] | undefined {
  const value = peer[key]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') return value.map(FORMS[key])
  return value === '' ? [] : [FORMS[key](value)]
}

/** Whether a peer tells that it does not have this username, phone number or name. */
export const lacks = (peer: NewPeer | undefined, key: Key, text: string): boolean =>
  peer !== undefined && valuesOf(peer, key)?.includes(FORMS[key](text)) === false

export class Batch {
  /** Null makes a field absent. */
  fields: Partial<SessionData> = {}
  /** Null makes a value absent. */
  readonly states = new Map<number, Partial<UpdateState>>()
  readonly peers = new Map<number, NewPeer>()
  readonly #found: Record<Key, Map<string, number>> = { usernames: new Map(), phoneNumber: new Map(), name: new Map() }

  get isEmpty(): boolean {
    return this.states.size === 0 && this.peers.size === 0 && Object.keys(this.fields).length === 0
  }

  addState(id: number, values: Partial<UpdateState>): void {
    this.states.set(id, { ...this.states.get(id), ...values })
  }

  /** What a peer leaves out stays as it was told before. */
  addPeer(peer: NewPeer): void {
    const before = this.peers.get(peer.id)
    if (before) this.removePeer(peer.id)
    const merged: Record<string, unknown> = { ...before }
    for (const [name, value] of Object.entries(peer)) if (value !== undefined && value !== null) merged[name] = value
    this.#keep(merged as unknown as NewPeer)
  }

  #keep(peer: NewPeer): void {
    this.peers.set(peer.id, peer)
    for (const key of KEYS) for (const value of valuesOf(peer, key) ?? []) this.#found[key].set(value, peer.id)
  }

  removePeer(id: number): void {
    const peer = this.peers.get(id)
    this.peers.delete(id)
    if (peer) for (const key of KEYS) for (const value of valuesOf(peer, key) ?? []) if (this.#found[key].get(value) === id) this.#found[key].delete(value)
  }

  find(key: Key, text: string): NewPeer | undefined {
    const id = this.#found[key].get(FORMS[key](text))
    return id === undefined ? undefined : this.peers.get(id)
  }

  /** Adds what another batch has, and this one does not tell. */
  putBack(older: Batch): void {
    this.fields = { ...older.fields, ...this.fields }
    for (const [id, values] of older.states) this.states.set(id, { ...values, ...this.states.get(id) })
    for (const [id, peer] of older.peers) {
      const newer = this.peers.get(id)
      this.addPeer(peer)
      if (newer) this.addPeer(newer)
    }
  }
}
