/**
 * In place of the module of that name in the package for Node, which makes one block with addresses in it: here what is lent to a
 * call lies in the module's memory, so the bridge puts it there.
 */

import type { CheckedPeer } from '../../node/src/peer-block'
import { newPlace, writeWord, type Place } from '../../node/src/places'
import { InputPeer, PEER_SIZE } from '../../node/src/structs'
import koffi, { type Type } from './koffi'
import { typeOf } from './types'

export type { CheckedPeer }

/** Where the members of `tgs_input_peer` are. */
export const FOUND: Record<string, number> = Object.fromEntries(
  Object.entries(typeOf(InputPeer as unknown as Type).members!).map(([name, { at }]) => [name, at]))
export const FOUND_SIZE = koffi.sizeof(InputPeer as unknown as Type)

/** The peers as the bridge lends them. */
export const packPeers = (peers: readonly CheckedPeer[]): unknown[] => peers.map(raw)

const raw = ({ id, accessHash, type, typeName, usernames, phoneNumber, name, lastUpdateOn }: CheckedPeer) => ({
  size: PEER_SIZE, id, access_hash: accessHash ?? 0, has_access_hash: accessHash !== null, type, type_name: typeName,
  usernames, username_count: usernames?.length ?? 0, phone_number: phoneNumber, name, last_update_on: lastUpdateOn,
})

/** Places for answers. The library takes the first one's size for that of all. */
export function foundPlaces(count: number): Place {
  const place = newPlace(count * FOUND_SIZE)
  if (count) setFoundSize(place)
  return place
}

export const setFoundSize = ({ view }: Place): void => writeWord(view, FOUND['size']!, FOUND_SIZE)
