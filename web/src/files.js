// Files that somebody drops or chooses, with the folders around them.

const MEGABYTE = 2 ** 20
/** In MB: the library opens no larger session. */
export const LARGEST = 256
/** Of a folder; a session has a few. */
export const MOST = 20_000

// What Telegram Desktop keeps beside its accounts: pictures and videos, gigabytes of them.
const CACHE = /\/(user_data(#\d+)?|cache|media_cache|emoji|dictionaries|thumbnails|temp_data|dumps|working)\//

/** What was dropped: `{path, file, isInFolder}` each. It must be called within the event. */
export function dropped({ items, files }) {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean)
  if (entries.length === 0) return Promise.resolve([...files].map((file) => ({ path: file.name, file, isInFolder: false })))
  return Promise.all(entries.map((entry) => within(entry, false))).then((all) => all.flat())
}

/** What was chosen in a dialog. */
export const chosen = (files) => [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file, isInFolder: file.webkitRelativePath !== '' }))

async function within(entry, isInFolder) {
  const path = entry.fullPath.replace(/^\//, '')
  if (entry.isFile) return [{ path, file: await new Promise((resolve, reject) => entry.file(resolve, reject)), isInFolder }]
  if (CACHE.test(`/${path}/`)) return []
  const found = []
  for (const inner of await inside(entry.createReader())) {
    if (found.length >= MOST) break
    found.push(...(await within(inner, true)))
  }
  return found
}

// A reader gives the entries in parts, and none at the end.
async function inside(reader) {
  const all = []
  for (;;) {
    const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))
    if (part.length === 0) return all
    all.push(...part)
  }
}

/** Reads the files: their bytes, and what was left out of them and why. */
export async function read(found) {
  const wanted = found.filter(({ path }) => !CACHE.test(`/${path}`))
  const small = wanted.filter(({ file }) => file.size <= LARGEST * MEGABYTE)
  const files = await Promise.all(small.slice(0, MOST).map(async ({ path, file, isInFolder }) => ({ path, bytes: await file.arrayBuffer(), modified: file.lastModified, isInFolder })))
  return { files, tooLarge: wanted.filter((one) => !small.includes(one)).map(({ path }) => path), isCut: small.length > MOST }
}
