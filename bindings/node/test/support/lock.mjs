// Another program that holds the lock of a SQLite file for writing, so long as it runs: it says "locked", and ends when it reads something.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const HOLDER = `
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute('BEGIN ' + sys.argv[2])
print('locked', flush=True)
sys.stdin.readline()
connection.execute('ROLLBACK')
`

/** Locks a file during a test, and answers the function that unlocks it. `kind`: IMMEDIATE lets readers in, EXCLUSIVE does not. */
export async function lock(test, path, kind = 'IMMEDIATE') {
  const holder = spawn(process.env.PYTHON ?? 'python3', ['-c', HOLDER, path, kind], { stdio: ['pipe', 'pipe', 'inherit'] })
  test.after(() => holder.kill())
  await once(holder.stdout, 'data')
  return async () => {
    holder.stdin.end('\n')
    await once(holder, 'exit')
  }
}

/** Counts the turns of the event loop until `work` is done: what keeps the loop lets none happen. */
export async function ticksDuring(work) {
  let ticks = 0
  const timer = setInterval(() => ticks++, 1)
  try {
    await work(() => ticks)
  } finally {
    clearInterval(timer)
  }
  return ticks
}
