// Conversion: into files and folders, which the page gives to its owner, and into session strings, which stay here until
// somebody asks.
import { convertToFile, convertToString, listFiles, missingFields, readFile, removeFiles } from 'tgsession-web'
import { itemOf } from './items.js'
import { pack } from './zip.js'

const OUT = '/out'
const encoder = new TextEncoder()
const decoder = new TextDecoder()

const FILE_NAMES = {
  gotd: () => 'session.json',
  gogram: () => 'session.dat',
  tdata: () => 'tdata',
  storesession: (base) => base,
}

// As clients name theirs.
function fileName(name, format) {
  const last = name.split('/').at(-1)
  const base = last.replace(/\.(session|json|db|txt|dat|gz|zip|binlog)$/i, '').replace(/[^\p{L}\p{N}._+-]+/gu, '_') || 'session'
  return (FILE_NAMES[format] ?? (() => `${base}.session`))(base)
}

/** Converts a session into a file, or a folder as an archive; `missing` names what the format needs and nobody knows. */
function convert(id, { format, overrides, passcode, keepForeignTables }) {
  return incomplete(() => {
    const item = itemOf(id)
    const name = fileName(item.name, format)
    const path = `${OUT}/${name}`
    removeFiles(OUT)
    try {
      const report = convertToFile(item.session, format, path, { overrides, passcode: passcode || null, keepForeignTables })
      const files = listFiles(OUT).map((file) => [file.slice(OUT.length), readFile(`/${file}`)])
      if (files.length === 1 && files[0][0] === name) return { name, bytes: files[0][1], report }
      const bytes = pack(files)
      for (const [, content] of files) content.fill(0)
      return { name: `${name}.zip`, bytes, report }
    } finally {
      removeFiles(OUT)
    }
  })
}

/** Converts a session into a session string, which stays here. */
function toText(id, { format, overrides }) {
  return incomplete(() => {
    const item = itemOf(id)
    const { text, report } = convertToString(item.session, format, overrides)
    forget(item)
    item.string = encoder.encode(text)
    return { length: item.string.length, report }
  })
}

function incomplete(work) {
  try {
    return work()
  } catch (error) {
    if (error.status !== 'TGS_ERROR_INCOMPLETE') throw error
    return { missing: missingFields(error), message: error.message }
  }
}

/** The session string that was made, for somebody who has asked for it. */
const text = (id) => decoder.decode(itemOf(id).string)

/** Wipes the session string that was made. */
export function forget(item) {
  item.string?.fill(0)
  item.string = null
}

/** Packs what was made of several sessions. */
function archive(files) {
  const names = new Set()
  const unique = files.map(({ name, bytes }) => {
    let free = name
    for (let number = 2; names.has(free); number++) free = name.replace(/(\.[^.]*)?$/, `-${number}$1`)
    names.add(free)
    return [free, new Uint8Array(bytes)]
  })
  const bytes = pack(unique)
  for (const [, content] of unique) content.fill(0)
  return { bytes }
}

export const methods = { convert, toText, text, archive, forgetText: (id) => forget(itemOf(id)) }
