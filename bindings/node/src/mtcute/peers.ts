/**
 * Peers are the session's. mtcute's serialised objects and its "min" peers, which no other client can use, live in
 * memory beside them; where an object is missing, mtcute asks Telegram for it.
 */

import type { IPeersRepository } from '@mtcute/core'
import { UsernameExpiredError } from '../errors'
import type { InputPeer, Peer } from '../peers'
import type { TgsessionDriver } from './driver'
import { fromFastString, toFastString } from './long'

type PeerInfo = IPeersRepository.PeerInfo

export class TgsessionPeers implements IPeersRepository {
  readonly #seen = new Map<number, PeerInfo>()
  // The library removes no peers: those that mtcute deleted are hidden from it until they are seen again.
  #hidden = new Set<number>()

  constructor(private readonly driver: TgsessionDriver) {}

  store(peer: PeerInfo): void {
    this.#seen.set(peer.id, peer)
    if (peer.isMin) return
    const { session } = this.driver
    const [before] = session.peers([peer.id])
    session.updatePeers([{
      id: peer.id,
      accessHash: peer.accessHash === '' ? null : fromFastString(peer.accessHash),
      // mtcute tells neither; another client that did is believed.
      type: before?.type ?? 'unknown',
      typeName: before?.typeName ?? null,
      name: before?.name ?? null,
      usernames: peer.usernames,
      phoneNumber: peer.phone ?? null,
    }])
    this.#hidden.delete(peer.id)
  }

  getById(id: number): PeerInfo | null {
    const seen = this.#seen.get(id)
    return seen?.isMin ? seen : this.#find(id)
  }

  getByUsername(username: string): PeerInfo | null {
    return this.#lookup(() => this.driver.session.getPeerByUsername(username))
  }

  getByPhone(phone: string): PeerInfo | null {
    return this.#lookup(() => this.driver.session.getPeerByPhoneNumber(phone))
  }

  deleteAll(): void {
    this.#seen.clear()
    this.#hidden = new Set(Array.from(this.driver.session.peers(), (peer) => peer.id))
  }

  #lookup(find: () => InputPeer | null): PeerInfo | null {
    try {
      const found = find()
      return found && this.#find(found.id)
    } catch (error) {
      if (error instanceof UsernameExpiredError) return null // mtcute then asks Telegram
      throw error
    }
  }

  #find(id: number): PeerInfo | null {
    if (this.#hidden.has(id)) return null
    const [peer] = this.driver.session.peers([id])
    if (!peer || (peer.accessHash === null && !isGroup(peer))) return null
    const info = toInfo(peer)
    const seen = this.#seen.get(id)
    // What another client learned since is newer than what mtcute remembers.
    return seen && !seen.isMin && seen.accessHash === info.accessHash ? { ...seen, usernames: info.usernames } : info
  }
}

const isGroup = ({ id }: Peer) => id < 0 && id > -1_000_000_000_000

function toInfo(peer: Peer): PeerInfo {
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
