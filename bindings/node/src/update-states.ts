/** How far updates were read. */

import * as check from './checks'
import type { Call } from './call'
import type { Table } from './rows'
import { UPDATE_STATE_SIZE, updateStatePlace } from './structs'

/** No state, a state with an absent value (null), and 0 are three different things. */
export interface UpdateState {
  /** 0 for the account, else the marked id of a channel. */
  id: number
  pts: number | null
  qts: number | null
  date: number | null
  seq: number | null
}

/** An update state to write: what is left out is absent. */
export type NewUpdateState = Pick<UpdateState, 'id'> & Partial<UpdateState>

const VALUES = ['pts', 'qts', 'date', 'seq'] as const

export function fromRaw(raw: Record<string, number | bigint | boolean>): UpdateState {
  const value = (name: string) => (raw[`has_${name}`] ? check.toNumber(raw[name] as number | bigint, name) : null)
  return { id: check.toNumber(raw['id'] as number | bigint, 'id'), pts: value('pts'), qts: value('qts'), date: value('date'), seq: value('seq') }
}

export function toRaw(state: Record<string, unknown>, name: string): Record<string, unknown> {
  check.known(state, name, ['id', ...VALUES])
  const raw: Record<string, unknown> = { size: UPDATE_STATE_SIZE, id: check.integer(state['id'], `${name}.id`) }
  for (const value of VALUES) {
    const given = check.optional(state[value], `${name}.${value}`, check.integer)
    raw[value] = given ?? 0
    raw[`has_${value}`] = given !== null
  }
  return raw
}

export const table: Table<ReturnType<typeof updateStatePlace>, UpdateState> = { name: 'tgs_get_update_states', place: updateStatePlace, convert: fromRaw }

export function find(handle: number, id: unknown): Call<UpdateState> {
  const place = updateStatePlace()
  return { name: 'tgs_get_update_state', args: [handle, check.integer(id, 'id'), place], answer: () => fromRaw(place) }
}

export const remove = (handle: number, id: unknown): Call<void> =>
  ({ name: 'tgs_delete_update_state', args: [handle, check.integer(id, 'id')], answer: () => undefined })
