/** Peers and lookups. */

import koffi from './koffi'
import * as check from './checks'
import type { Call } from './call'
import { invalid } from './errors'
import type { FunctionName } from './functions'
import { FOUND, FOUND_SIZE, foundPlaces, packPeers, setFoundSize, type CheckedPeer } from './peer-block'
import { LITTLE, readInt64, takePlace } from './places'
import { Peer as PeerStruct } from './structs'
import { PeerTypes, peerTypeName, type PeerType } from './status'

/** All that is known of a peer. */
export interface Peer {
  /** The marked id: a user's is positive, a basic group's -id, a channel's -1000000000000 - id. */
  id: number
  /** The whole range of 64 bits. Absent and 0 are different things to a client. */
  accessHash: bigint | null
  type: PeerType
  /** The type's name, for the type "other". */
  typeName: string | null
  /** The main one first. */
  usernames: string[]
  phoneNumber: string | null
  name: string | null
  /** Unix seconds; null where it is not known. */
  lastUpdateOn: number | null
}

/** A peer to write. A value that is left out becomes unknown; to `mergePeers` it is not told. */
export type NewPeer = Pick<Peer, 'id'> & Partial<{ [Key in Exclude<keyof Peer, 'id' | 'accessHash'>]: Peer[Key] | null }>
  & { accessHash?: bigint | number | null }

/** The answer of a lookup: as much as an InputPeer needs. */
export interface InputPeer {
  id: number
  /** The id without its mark, as Telegram's own methods take it. */
  bareId: number
  accessHash: bigint | null
  type: PeerType
  lastUpdateOn: number | null
}

interface RawPeer extends Record<string, unknown> {
  id: number | bigint
  access_hash: number | bigint
  last_update_on: number | bigint
  type: number
}

const hash = (raw: RawPeer) => (raw['has_access_hash'] ? BigInt(raw.access_hash) : null)
// 0 says that the time is not known.
const time = (raw: RawPeer) => check.toNumber(raw.last_update_on, 'last_update_on') || null

const NAMES = ['id', 'accessHash', 'type', 'typeName', 'usernames', 'phoneNumber', 'name', 'lastUpdateOn']

/** The values of a peer to write, each checked. */
export function checked(peer: Record<string, unknown>, where: string): CheckedPeer {
  check.known(peer, where, NAMES)
  const field = <T>(name: string, checked: (value: unknown, name: string) => T) =>
    check.optional(peer[name], `${where}.${name}`, checked)
  return {
    id: check.integer(peer['id'], `${where}.id`),
    accessHash: field('accessHash', check.integer),
    type: PeerTypes[field('type', peerType) ?? 'unknown'],
    typeName: field('typeName', check.text),
    usernames: field('usernames', usernames),
    phoneNumber: field('phoneNumber', check.text),
    name: field('name', check.text),
    lastUpdateOn: field('lastUpdateOn', check.integer) ?? 0,
  }
}

const usernames = (value: unknown, name: string): string[] => check.array(value, name).map((one) => check.text(one, name))

function peerType(value: unknown, name: string): PeerType {
  if (typeof value !== 'string' || !Object.hasOwn(PeerTypes, value)) throw invalid(`${name} is no type of peer`)
  return value as PeerType
}

/** A call that gets an array of peers. */
export function writePeers(name: FunctionName, handle: number, peers: unknown, what: string): Call<void> {
  const rows = check.array(peers, what).map((row, index) => checked(check.object(row, `${what}[${index}]`), `${what}[${index}]`))
  return { name, args: [handle, rows.length ? packPeers(rows) : null, rows.length], answer: () => undefined }
}

export const updatePeers = (handle: number, peers: unknown): Call<void> => writePeers('tgs_update_peers', handle, peers, 'peers')

export const mergePeers = (handle: number, peers: unknown): Call<void> => writePeers('tgs_merge_peers', handle, peers, 'peers')

const checkedIds = (ids: unknown) => check.array(ids, 'ids').map((id) => check.integer(id, 'ids'))

export function deletePeers(handle: number, ids: unknown): Call<void> {
  const wanted = checkedIds(ids)
  return { name: 'tgs_delete_peers', args: [handle, wanted, wanted.length], answer: () => undefined }
}

export const deleteAllPeers = (handle: number): Call<void> => ({ name: 'tgs_delete_all_peers', args: [handle], answer: () => undefined })

/** Which peers a session can do without. One of `seenBefore` and `keepNewest` has to be there. */
export interface Prune {
  /** Unix seconds: peers that were last seen before are deleted. One whose time is not known is never too old. */
  seenBefore?: number | null
  /** How many stay of the peers that were seen last. One whose time is not known counts as older than all others. */
  keepNewest?: number | null
  /** Only peers of this type are counted and deleted. */
  type?: PeerType | null
}

export function prunePeers(handle: number, prune: unknown): Call<number> {
  const given = check.known(prune, 'prune', ['seenBefore', 'keepNewest', 'type'])
  const part = <T>(name: keyof Prune, read: (value: unknown, name: string) => T) => check.optional(given[name], `prune.${name}`, read)
  const removed = [0]
  const args = [
    handle, part('seenBefore', check.integer) ?? 0, PeerTypes[part('type', peerType) ?? 'unknown'],
    part('keepNewest', check.integer) ?? -1, removed,
  ]
  return { name: 'tgs_prune_peers', args, answer: () => Number(removed[0]) }
}

export function lookupAll(handle: number, ids: unknown): Call<(InputPeer | null)[]> {
  const wanted = checkedIds(ids)
  const { bytes, view } = foundPlaces(wanted.length)
  const read = (at: number) => (readInt64(view, at + FOUND['id']!) === 0 ? null : toInputPeer(view, at))
  const answer = () => wanted.map((_, index) => read(index * FOUND_SIZE))
  return { name: 'tgs_get_peers', args: [handle, wanted, wanted.length, wanted.length ? bytes : null], answer }
}

export function lookup(name: FunctionName, handle: number, key: string | number | bigint): Call<InputPeer> {
  const place = takePlace()
  setFoundSize(place)
  return { name, args: [handle, key, place.bytes], place, answer: () => toInputPeer(place.view, 0), key }
}

function toInputPeer(view: DataView, at: number): InputPeer {
  return {
    id: check.toNumber(readInt64(view, at + FOUND['id']!), 'id'),
    bareId: check.toNumber(readInt64(view, at + FOUND['bare_id']!), 'bare_id'),
    accessHash: view.getUint8(at + FOUND['has_access_hash']!) ? view.getBigInt64(at + FOUND['access_hash']!, LITTLE) : null,
    type: peerTypeName(view.getInt32(at + FOUND['type']!, LITTLE)),
    // 0 says that the time is not known.
    lastUpdateOn: check.toNumber(readInt64(view, at + FOUND['last_update_on']!), 'last_update_on') || null,
  }
}

export const byUsername = (handle: number, username: unknown): Call<InputPeer> =>
  lookup('tgs_get_peer_by_username', handle, check.text(username, 'username'))

/** What a walk over peers shows. The struct and its texts are the library's until the next step. */
export const readPeer = (pointer: unknown): Peer => fromRaw(koffi.decode(pointer, PeerStruct) as RawPeer)

export function fromRaw(raw: RawPeer): Peer {
  const count = Number(raw['username_count'])
  return {
    id: check.toNumber(raw.id, 'id'),
    accessHash: hash(raw),
    type: peerTypeName(raw.type),
    typeName: raw['type_name'] as string | null,
    usernames: count ? (koffi.decode(raw['usernames'], 'const char *', count) as string[]) : [],
    phoneNumber: raw['phone_number'] as string | null,
    name: raw['name'] as string | null,
    lastUpdateOn: time(raw),
  }
}
