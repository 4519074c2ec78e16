// The files that a case has on a disk, put into the module's memory before the library looks for them.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as tgsession from './package.mjs'

const put = new Set()

function putAll(path) {
  if (!existsSync(path)) return
  if (statSync(path).isDirectory()) return readdirSync(path).forEach((name) => putAll(join(path, name)))
  // What the library has written since is newer.
  if (put.has(path)) return
  put.add(path)
  tgsession.putFile(path, readFileSync(path))
}

/** Puts what stands at a location, and all that stands beside it in a folder of a case. */
export function mirror(location, folder) {
  if (typeof location !== 'string' || !location.startsWith('/')) return
  putAll(location)
  for (const suffix of ['-wal', '-journal']) putAll(location + suffix)
  if (folder && location.startsWith(folder)) putAll(dirname(location))
}

/** Whether there is a file in the module's memory. */
export const isThere = (path) => tgsession.listFiles(path).length > 0

/** Forgets all files. */
export function clear() {
  put.clear()
  tgsession.removeFiles()
}
