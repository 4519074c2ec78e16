// The package as its users get it, and what many tests need.
import { createRequire } from 'node:module'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

export const require = createRequire(import.meta.url)
// Another package with the same interface, which replays the same cases: bindings/web.
const other = process.env.TGSESSION_PACKAGE
export const tgsession = other ? await import(other) : require('tgsession')

export const KEY = Uint8Array.from({ length: 256 }, (_, index) => (7 * index + 3) % 256)

/** A folder that is gone after the test, also if a session that nobody waits for is just being opened in it. */
export function folder(test) {
  const path = mkdtempSync(join(tmpdir(), 'tgsession-node-'))
  test.after(() => remove(path))
  return path
}

// With maxRetries, rmSync tries again to remove the folder, but not what has come into it meanwhile.
async function remove(path) {
  for (let tries = 1; ; tries++) {
    try {
      return rmSync(path, { recursive: true, force: true })
    } catch (error) {
      if (error.code !== 'ENOTEMPTY' || tries === 100) throw error
      await setTimeout(20)
    }
  }
}

/** A check for assert.throws: a TgsError of this status. */
export const failing = (status) => (error) => error instanceof tgsession.TgsError && error.status === status && error.message !== ''
