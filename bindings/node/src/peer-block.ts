/** An array of `tgs_peer` with all texts in one block of memory, and answers of the type `tgs_input_peer`. */

import koffi from './koffi'
import { LITTLE, WORD, newPlace, writeInt64, writeWord, type Place } from './places'
import { InputPeer, PEER_SIZE, Peer } from './structs'

/** A peer whose values were checked. */
export interface CheckedPeer {
  id: number | bigint
  accessHash: number | bigint | null
  type: number
  typeName: string | null
  usernames: string[] | null
  phoneNumber: string | null
  name: string | null
  lastUpdateOn: number | bigint
}

// Where the members of a struct are.
const offsets = ({ members }: typeof Peer): Record<string, number> =>
  Object.fromEntries(Object.values(members!).map(({ name, offset }) => [name, offset]))

const PEER = offsets(Peer)
/** Of `tgs_input_peer`. */
export const FOUND = offsets(InputPeer)
export const FOUND_SIZE = koffi.sizeof(InputPeer)

/** The block of peers: it begins with their structs. */
export function packPeers(peers: readonly CheckedPeer[]): Uint8Array {
  return new Packing(peers).bytes
}

class Packing {
  readonly bytes: Buffer
  readonly #view: DataView
  readonly #address: number
  // Where the next pointers to usernames, and the next text, are put.
  #pointers: number
  #texts: number

  constructor(peers: readonly CheckedPeer[]) {
    this.#pointers = peers.length * PEER_SIZE
    this.#texts = this.#pointers + WORD * peers.reduce((sum, { usernames }) => sum + (usernames?.length ?? 0), 0)
    const buffer = new ArrayBuffer(this.#texts + peers.reduce((sum, peer) => sum + roomOf(peer), 0))
    this.bytes = Buffer.from(buffer)
    this.#view = new DataView(buffer)
    this.#address = Number(koffi.address(this.bytes))
    peers.forEach((peer, index) => this.#put(peer, index * PEER_SIZE))
  }

  #put(peer: CheckedPeer, at: number): void {
    const view = this.#view
    writeWord(view, at + PEER['size']!, PEER_SIZE)
    writeInt64(view, at + PEER['id']!, peer.id)
    if (peer.accessHash !== null) {
      writeInt64(view, at + PEER['access_hash']!, peer.accessHash)
      view.setUint8(at + PEER['has_access_hash']!, 1)
    }
    view.setInt32(at + PEER['type']!, peer.type, LITTLE)
    if (peer.usernames !== null) {
      // None is any pointer but NULL.
      writeWord(view, at + PEER['usernames']!, this.#address + this.#pointers)
      writeWord(view, at + PEER['username_count']!, peer.usernames.length)
      for (const username of peer.usernames) {
        this.#text(username, this.#pointers)
        this.#pointers += WORD
      }
    }
    this.#text(peer.typeName, at + PEER['type_name']!)
    this.#text(peer.phoneNumber, at + PEER['phone_number']!)
    this.#text(peer.name, at + PEER['name']!)
    writeInt64(view, at + PEER['last_update_on']!, peer.lastUpdateOn)
  }

  // The memory is zero: NULL, or the NUL after the text, is there already.
  #text(text: string | null, pointerAt: number): void {
    if (text === null) return
    writeWord(this.#view, pointerAt, this.#address + this.#texts)
    this.#texts += this.bytes.write(text, this.#texts) + 1
  }
}

// UTF-8 has three bytes at most for each unit of a string.
const roomOf = ({ typeName, usernames, phoneNumber, name }: CheckedPeer): number =>
  room(typeName) + room(phoneNumber) + room(name) + (usernames?.reduce((sum, username) => sum + room(username), 0) ?? 0)

const room = (text: string | null): number => (text === null ? 0 : 3 * text.length + 1)

/** Places for answers. The library takes the first one's size for that of all. */
export function foundPlaces(count: number): Place {
  const place = newPlace(count * FOUND_SIZE)
  if (count) setFoundSize(place)
  return place
}

export const setFoundSize = ({ view }: Place): void => writeWord(view, FOUND['size']!, FOUND_SIZE)
