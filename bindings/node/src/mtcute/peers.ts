/**
 * Peers are the session's. mtcute's serialised objects and its "min" peers, which no other client can use, live in
 * memory beside them; where an object is missing, mtcute asks Telegram for it.
 */

import type { IPeersRepository } from '@mtcute/core'
import type { Key } from '../batch'
import { invalid, TgsError, UsernameExpiredError } from '../errors'
import type { InputPeer, NewPeer, Peer } from '../peers'
import type { Session } from '../session'
import type { TgsessionDriver } from './driver'
import { fromFastString, toFastString } from './long'

type PeerInfo = IPeersRepository.PeerInfo

export class TgsessionPeers implements IPeersRepository {
  readonly #seen = new Map<number, PeerInfo>()
  // An engine of the caller's own may have no way to delete peers: they are hidden from mtcute until they are seen again.
  #hidden = new Set<number>()

  constructor(private readonly driver: TgsessionDriver) {}

  store(peer: PeerInfo): void {
    // mtcute does not tell all that another client may have told.
    if (!peer.isMin) this.driver.queue.addPeer({ id: peer.id, accessHash: hashOf(peer), usernames: peer.usernames, ...(peer.phone && { phoneNumber: peer.phone }) })
    this.#seen.set(peer.id, peer)
    if (!peer.isMin) this.#hidden.delete(peer.id)
  }

  async getById(id: number): Promise<PeerInfo | null> {
    return this.#newest(id) ?? (await this.#read(id))
  }

  getByUsername(username: string): Promise<PeerInfo | null> {
    return this.#find('usernames', username, (session) => session.getPeerByUsernameAsync(username))
  }

  getByPhone(phone: string): Promise<PeerInfo | null> {
    return this.#find('phoneNumber', phone, (session) => session.getPeerByPhoneNumberAsync(phone))
  }

  async deleteAll(): Promise<void> {
    this.#seen.clear()
    await this.driver.queue.forgetPeers()
    const session = await this.driver.opened()
    try {
      await session.deleteAllPeersAsync()
    } catch (error) {
      if (!(error instanceof TgsError && error.status === 'TGS_ERROR_UNSUPPORTED')) throw error
      this.#hidden = new Set(Array.from(await session.peersAsync(), (peer) => peer.id))
    }
  }

  /** What the session does not have, or not yet. */
  #newest(id: number): PeerInfo | undefined {
    const seen = this.#seen.get(id)
    return seen && (seen.isMin || this.driver.queue.peer(id)) ? seen : undefined
  }

  /** Looks in what waits, then in the session. */
  async #find(key: Key, text: string, inSession: (session: Session) => Promise<InputPeer | null>): Promise<PeerInfo | null> {
    const { queue } = this.driver
    const waiting = queue.find(key, text)
    if (waiting !== undefined) return waiting && this.#ofTold(waiting)
    const began = queue.now
    try {
      const found = await inSession(await this.driver.opened())
      const peer = found && (await this.#read(found.id, began))
      return peer && !queue.contradicts(peer.id, key, text, began) ? peer : null
    } catch (error) {
      if (error instanceof UsernameExpiredError) return null // mtcute then asks Telegram
      throw error
    }
  }

  // A "min" peer that was seen since is only for `getById`.
  #ofTold({ id, accessHash, usernames, phoneNumber }: NewPeer): PeerInfo {
    const seen = this.#seen.get(id)
    if (seen && !seen.isMin) return seen
    return toInfo({ id, accessHash: BigInt(accessHash ?? 0), usernames: usernames ?? [], phoneNumber: phoneNumber ?? null, lastUpdateOn: Date.now() / 1000 })
  }

  async #read(id: number, began = this.driver.queue.now): Promise<PeerInfo | null> {
    const [peer] = await (await this.driver.opened()).peersAsync([id])
    if (this.#hidden.has(id)) return null
    const told = this.driver.queue.peer(id, began)
    if (told) return this.#ofTold({ ...peer, ...told })
    if (!peer || (peer.accessHash === null && !isGroup(peer))) return null
    const info = toInfo(peer)
    const seen = this.#seen.get(id)
    // What another client learned since is newer than what mtcute remembers.
    return seen && !seen.isMin && seen.accessHash === info.accessHash ? { ...seen, usernames: info.usernames } : info
  }
}

function hashOf({ id, accessHash }: PeerInfo): bigint | null {
  if (accessHash === '') return null
  if (typeof accessHash !== 'string' || !/^-?\d+\|-?\d+$/.test(accessHash)) throw invalid(`peer ${id}: accessHash must be two numbers and "|" between them`)
  return fromFastString(accessHash)
}

type Known = Pick<Peer, 'id' | 'accessHash' | 'usernames' | 'phoneNumber' | 'lastUpdateOn'>

const isGroup = ({ id }: Known) => id < 0 && id > -1_000_000_000_000

function toInfo(peer: Known): PeerInfo {
  return {
    id: peer.id,
    accessHash: peer.accessHash === null || isGroup(peer) ? '' : toFastString(peer.accessHash),
    isMin: false,
    usernames: peer.usernames,
    updated: (peer.lastUpdateOn ?? 0) * 1000, // mtcute counts milliseconds
    ...(peer.phoneNumber === null ? {} : { phone: peer.phoneNumber }),
    complete: new Uint8Array(), // mtcute reads it as "not known"
  }
}
