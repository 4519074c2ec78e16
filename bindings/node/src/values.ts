/** Values that a client keeps beside its session, and how much there is of everything. */

import koffi from './koffi'
import * as check from './checks'
import { lendBytes, takeBytes } from './bytes'
import { run, takeText } from './call'
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

export function counts(handle: number): Counts {
  const place = { size: koffi.sizeof(Struct), peers: 0, usernames: 0, update_states: 0, sent_files: 0, values: 0 }
  const answer = (): Counts => ({
    peers: Number(place.peers),
    usernames: Number(place.usernames),
    updateStates: Number(place.update_states),
    sentFiles: Number(place.sent_files),
    values: Number(place.values),
  })
  return run({ name: 'tgs_get_counts', args: [handle, place], answer })!
}

export function getValue(handle: number, name: unknown): Uint8Array | null {
  const [pointer, length] = [[null], [0]]
  const args = [handle, check.text(name, 'name'), pointer, length]
  return run({ name: 'tgs_get_value', args, answer: () => takeBytes(pointer[0], Number(length[0])) }) ?? null
}

export function setValue(handle: number, name: unknown, value: unknown): void {
  const text = check.text(name, 'name')
  lendBytes(value, 'value', (lent, length) => run({ name: 'tgs_set_value', args: [handle, text, lent, length], answer: () => undefined }))
}

export function deleteValue(handle: number, name: unknown): void {
  run({ name: 'tgs_delete_value', args: [handle, check.text(name, 'name')], answer: () => undefined })
}

export function valueNames(handle: number): string[] {
  const names = [null]
  return run({ name: 'tgs_list_values', args: [handle, names], answer: () => JSON.parse(takeText(names)) as string[] })!
}
