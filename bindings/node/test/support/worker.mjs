// Uses a session of another thread until it is closed, and tells how that came.
import { parentPort, workerData } from 'node:worker_threads'
import { tgsession } from './library.mjs'

const session = tgsession.Session.fromHandle(workerData.handle)
const JOBS = {
  read: () => (session.getPeerById(1), [...session.peers()].length),
  write: () => session.updatePeers([{ id: 1, accessHash: 1n, usernames: ['one'] }]),
  close: () => {
    session.close()
    session.save()
  },
}

let calls = 0
try {
  for (;;) {
    JOBS[workerData.job]()
    calls++
  }
} catch (error) {
  parentPort.postMessage({ calls, end: error.status ?? String(error) })
}
