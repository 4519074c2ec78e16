/** Values that a client keeps beside its session, and how much there is of everything. */

import koffi from './koffi'
import * as check from './checks'
import { takeBytes } from './bytes'
import { takeText, type Call } from './call'
import { Counts as Struct } from './structs'

/** How many rows of each kind a session has. */
export interface Counts {
  peers: number
  /** Those of all peers together. */
  usernames: number
  updateStates: number
  sentFiles: number
  /** Those of `Session.setValue`. */
  values: number
}

const done = () => undefined

export function counts(handle: number): Call<Counts> {
  const place = { size: koffi.sizeof(Struct), peers: 0, usernames: 0, update_states: 0, sent_files: 0, values: 0 }
  const answer = (): Counts => ({
    peers: Number(place.peers),
    usernames: Number(place.usernames),
    updateStates: Number(place.update_states),
    sentFiles: Number(place.sent_files),
    values: Number(place.values),
  })
  return { name: 'tgs_get_counts', args: [handle, place], answer }
}

export function getValue(handle: number, name: unknown): Call<Uint8Array> {
  const [pointer, length] = [[null], [0]]
  const args = [handle, check.text(name, 'name'), pointer, length]
  return { name: 'tgs_get_value', args, answer: () => takeBytes(pointer[0], Number(length[0])) }
}

/** Sets a value to bytes that are lent. */
export function setValue(handle: number, name: unknown, lent: Uint8Array, length: number): Call<void> {
  return { name: 'tgs_set_value', args: [handle, check.text(name, 'name'), lent, length], answer: done }
}

export function deleteValue(handle: number, name: unknown): Call<void> {
  return { name: 'tgs_delete_value', args: [handle, check.text(name, 'name')], answer: done }
}

export function valueNames(handle: number): Call<string[]> {
  const names = [null]
  return { name: 'tgs_list_values', args: [handle, names], answer: () => JSON.parse(takeText(names)) as string[] }
}
