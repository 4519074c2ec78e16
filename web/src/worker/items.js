// What was dropped: files in the module's memory, and the session that each group of them is.
import { diagnose, examine, listAccounts, putFile, removeFiles, salvage, Session, TgsError } from 'tgsession-web'
import { forget } from './conversion.js'
import { drop } from './peers.js'
import { isZip, unpack } from './zip.js'

const all = new Map()
let next = 1

/** The item of an id. */
export const itemOf = (id) => all.get(id)

const BESIDE = /-(wal|shm|journal)$/
const decoder = new TextDecoder()

/** Takes files, and answers what they are grouped into; `hidden` is how many of a folder are no sessions. */
function receive(files) {
  const all = files.flatMap(({ path, bytes, modified, isInFolder }) => contents(path, new Uint8Array(bytes), modified, isInFolder))
  const groups = withoutDoubles(all).map((given) => group(`/${next++}`, given))
  return { items: groups.flatMap(({ items }) => items), hidden: groups.reduce((sum, { hidden }) => sum + hidden, 0) }
}

// Files of one name come from several folders: the second of each belong together, and so on.
function withoutDoubles(files) {
  const seen = new Map()
  const groups = []
  for (const file of files) {
    const at = seen.get(file.path) ?? 0
    seen.set(file.path, at + 1)
    groups[at] ??= []
    groups[at].push(file)
  }
  return groups
}

function group(root, given) {
  for (const { path, bytes, modified } of given) {
    putFile(`${root}/${path}`, bytes, modified)
    bytes.fill(0)
  }
  const { found, rest } = folders(root, given)
  const loose = rest.filter(({ path }) => !isBeside(path, given))
  const shown = loose.filter((file) => !file.isInFolder || isSession(`${root}/${file.path}`))
  return {
    items: [...found, ...shown.map(({ path, size }) => add(path, root, path, size))],
    hidden: loose.length - shown.length,
  }
}

function contents(path, bytes, modified, isInFolder) {
  const file = [{ path, bytes, modified, isInFolder, size: bytes.length }]
  if (!isZip(bytes)) return file
  let unpacked
  try {
    unpacked = unpack(bytes)
  } catch {
    return file // encrypted or damaged: the library says that it is an archive
  }
  return unpacked.map(([name, inside]) => ({ path: `${path}/${name}`, bytes: inside, modified, isInFolder: true, size: inside.length }))
}

// Folders that are a session as a whole, the outer ones first. The library knows them.
function folders(root, given) {
  const found = []
  let rest = given
  const paths = new Set(given.filter(({ isInFolder }) => isInFolder).flatMap(({ path }) => parents(path)))
  for (const folder of [...paths].sort((a, b) => a.split('/').length - b.split('/').length)) {
    const inside = rest.filter(({ path }) => path.startsWith(`${folder}/`))
    if (inside.length === 0 || !isSession(`${root}/${folder}`)) continue
    found.push(add(folder, root, folder, inside.reduce((sum, { size }) => sum + size, 0)))
    rest = rest.filter((file) => !inside.includes(file))
  }
  return { found, rest }
}

const parents = (path) => path.split('/').slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join('/'))

// What its name tells to belong to another file. A journal without its file is shown: the library says what it is.
function isBeside(path, given) {
  const has = (other) => given.some((file) => file.path === other)
  if (BESIDE.test(path)) return has(path.replace(BESIDE, ''))
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  return /userconf(in|i)g\d*\.xml$/.test(path) && given.some((file) => file.path.endsWith('tgnet.dat') && file.path.startsWith(folder.replace(/shared_prefs\/$/, '')))
}

/** Whether a file or folder is a session, be it damaged or locked. */
function isSession(location) {
  try {
    Session.open(location, { readOnly: true, create: false }).close()
    return true
  } catch (error) {
    if (error.status === 'TGS_ERROR_INTERNAL') throw error
    return error.status !== 'TGS_ERROR_NOT_A_SESSION'
  }
}

function add(name, root, path, size) {
  const item = { id: next++, name, root, location: `${root}/${path}`, size, text: null, session: null }
  all.set(item.id, item)
  return { id: item.id, name, size }
}

/** Takes a text that somebody has pasted. */
function receiveText(name, bytes) {
  const root = `/${next++}`
  putFile(`${root}/pasted.txt`, bytes)
  const item = add(name, root, 'pasted.txt', bytes.length)
  itemOf(item.id).text = bytes
  return item
}

/** Opens an item, and tells what it is; or why it cannot be opened. */
function open(id, { passcode = null, account = null, databaseKey = null } = {}) {
  const item = itemOf(id)
  close(item)
  item.passcode = passcode
  try {
    item.session = Session.open(item.location, options(passcode, account, databaseKey))
    return { isOpen: true, ...describe(item), findings: findings(item), ...accountsOf(item) }
  } catch (error) {
    // Damage may show when it is read.
    close(item)
    if (!(error instanceof TgsError) || error.status === 'TGS_ERROR_INTERNAL') throw error
    return { isOpen: false, status: error.status, message: clean(error.message, item), findings: findings(item), ...accountsOf(item) }
  }
}

const options = (passcode, account, databaseKey) => ({
  readOnly: true,
  create: false,
  ...(passcode ? { passcode } : {}),
  ...(account === null ? {} : { account }),
  ...(databaseKey ? { databaseKey: new TextEncoder().encode(databaseKey) } : {}),
})

/** What is told of a session: its key is hidden. */
export function describe({ session }) {
  const description = session.inspect()
  // Of 64 bits, which JSON has rounded.
  const takeout = session.takeoutId
  return { format: session.format, description: { ...description, takeout_id: takeout === null ? null : String(takeout) } }
}

function findings(item) {
  const found = examine(textOf(item) ?? item.location).findings
  // With its passcode it opens, whatever was found without.
  const wanted = item.session === null ? found : found.filter(({ check, severity }) => !(check === 'open' && severity === 'error'))
  return wanted.map((finding) => ({ ...finding, message: clean(finding.message, item), remedy: finding.remedy && clean(finding.remedy, item) }))
}

// A session string is examined as one: what is around it does not count.
function textOf(item) {
  if (item.text === null) return null
  const text = decoder.decode(item.text).trim()
  return text.length < 2 ** 16 && diagnose(text).kind !== 'other' && !text.startsWith('{') ? text : null
}

// The path in the module's memory says nothing to people.
const clean = (message, { location, name }) => message.replaceAll(location, name)

function accountsOf(item) {
  try {
    const accounts = listAccounts(item.location, item.passcode)
    return accounts !== null && accounts.length > 1 ? { accounts } : {}
  } catch {
    return {} // it cannot be opened, and says why
  }
}

/** The auth key, for somebody who has asked for it. */
const key = (id) => itemOf(id).session.inspect({ showSecrets: true }).auth_key ?? null

/** Takes what is left of a damaged file. */
function rescue(id, authKeyId) {
  const item = itemOf(id)
  const { session, report } = salvage(item.location, authKeyId)
  close(item)
  item.session = session
  return { isOpen: true, ...describe(item), findings: findings(item), salvage: report }
}

const states = (id) => itemOf(id).session.getUpdateStates()

function close(item) {
  drop(item.id)
  forget(item)
  item.session?.close()
  item.session = null
}

/** Closes an item, and wipes its files. */
function remove(id) {
  const item = itemOf(id)
  close(item)
  item.text?.fill(0)
  all.delete(id)
  removeFiles(item.location)
  for (const suffix of ['-wal', '-shm', '-journal']) removeFiles(item.location + suffix)
  // What stood beside them belongs to nobody now.
  if (![...all.values()].some(({ root }) => root === item.root)) removeFiles(item.root)
}

export const methods = { receive, receiveText, open, key, rescue, states, remove }
