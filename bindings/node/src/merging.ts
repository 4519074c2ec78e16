/** Writes what adapters tell of peers and update states: what they do not tell stays as the session has it. */

import type { NewPeer, Peer } from './peers'
import type { Session } from './session'
import type { UpdateState } from './update-states'

/** Some of the values of an update state. */
export type StateChange = [id: number, values: Partial<UpdateState>]

// As many states are asked for one by one; of more, all are read at once.
const FEW = 8

function over(before: Iterable<Peer>, peers: readonly NewPeer[]): NewPeer[] {
  const known = new Map(Array.from(before, ({ lastUpdateOn: _, ...peer }) => [peer.id, peer]))
  return peers.map((peer) => ({ ...known.get(peer.id), ...peer }))
}

export async function mergePeersAsync(session: Session, peers: readonly NewPeer[]): Promise<void> {
  await session.updatePeersAsync(over(await session.peersAsync(peers.map(({ id }) => id)), peers))
}

export function mergePeers(session: Session, peers: readonly NewPeer[]): void {
  session.updatePeers(over(session.peers(peers.map(({ id }) => id)), peers))
}

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
