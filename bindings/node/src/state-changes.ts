/** Writes some values of update states: the others stay as the session has them. */

import type { Session } from './session'
import type { UpdateState } from './update-states'

/** Some of the values of an update state. */
export type StateChange = [id: number, values: Partial<UpdateState>]

// As many states are asked for one by one; of more, all are read at once.
const FEW = 8

const ABSENT = { pts: null, qts: null, date: null, seq: null }
const isAbsent = ({ pts, qts, date, seq }: UpdateState) => pts === null && qts === null && date === null && seq === null

function changed(before: readonly UpdateState[], changes: readonly StateChange[]): { written: UpdateState[]; removed: UpdateState[] } {
  const known = new Map(before.map((state) => [state.id, state]))
  const states = changes.map(([id, values]): UpdateState => ({ ...ABSENT, ...known.get(id), ...values, id }))
  return { written: states.filter((state) => !isAbsent(state)), removed: states.filter(isAbsent) }
}

export async function mergeStatesAsync(session: Session, changes: readonly StateChange[]): Promise<void> {
  const few = async () => (await Promise.all(changes.map(([id]) => session.getUpdateStateAsync(id)))).filter((state) => state !== null)
  const { written, removed } = changed(changes.length <= FEW ? await few() : await session.getUpdateStatesAsync(), changes)
  if (written.length) await session.setUpdateStatesAsync(written)
  for (const { id } of removed) await session.deleteUpdateStateAsync(id)
}

export function mergeStates(session: Session, changes: readonly StateChange[]): void {
  const { written, removed } = changed(session.getUpdateStates(), changes)
  if (written.length) session.setUpdateStates(written)
  for (const { id } of removed) session.deleteUpdateState(id)
}
