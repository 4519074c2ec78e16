// What a call costs: microseconds of the process's time on the processor, the least of several rounds.
//
//     TGSESSION_LIBRARY=… node bench/calls.mjs

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Session } from '../dist/index.js'

const ROUNDS = 30
const PEERS = 1000
const BATCH = 200

function show(name, work, times = 5000) {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round <= ROUNDS; round++) {
    const started = process.cpuUsage()
    for (let turn = 0; turn < times; turn++) work(turn)
    const { user, system } = process.cpuUsage(started)
    // The first round is compiled while it runs.
    if (round > 0) least = Math.min(least, (user + system) / times)
  }
  console.log(`  ${name.padEnd(28)} ${least.toFixed(3).padStart(10)}`)
}

const peers = Array.from({ length: PEERS }, (_, index) => {
  const id = index + 1
  return { id, accessHash: BigInt(-id), type: 'user', usernames: [`name${id}`], phoneNumber: `49${id}` }
})

function measure(session) {
  session.updatePeers(peers)
  session.userId = 777
  show('getPeerById', () => session.getPeerById(5))
  show('getPeerByUsername', () => session.getPeerByUsername('name5'))
  show('getPeersById of 3', () => session.getPeersById([5, 6, 7]))
  show('userId', () => session.userId)
  const batch = peers.slice(0, BATCH)
  show(`updatePeers(${BATCH}), again`, () => session.updatePeers(batch), 50)
}

const folder = mkdtempSync(join(tmpdir(), 'tgsession-'))
try {
  for (const [name, place, wal] of [['memory', ':memory:', false], ['a file', join(folder, 'a.session'), false], ['a file in WAL mode', join(folder, 'w.session'), true]]) {
    console.log(name)
    const session = Session.open(place, { wal })
    measure(session)
    session.close()
  }
} finally {
  rmSync(folder, { recursive: true })
}
