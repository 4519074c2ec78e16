// Archives of folders, for the tests.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { unzipSync, zipSync } from 'fflate'

/** Unpacks an archive beside itself, and answers the folder in it. */
export function unzipTo(path, what) {
  const files = Object.entries(unzipSync(readFileSync(path)))
  const folder = join(dirname(path), `unpacked-${what}`)
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
  return join(folder, files[0][0].split('/')[0])
}

const below = (folder) => readdirSync(folder).flatMap((name) => (statSync(join(folder, name)).isDirectory() ? below(join(folder, name)) : [join(folder, name)]))

/** An archive of a folder, which is its only entry. */
export const zipOf = (folder) =>
  zipSync(Object.fromEntries(below(folder).map((path) => [`${basename(folder)}/${relative(folder, path)}`, readFileSync(path)])))
