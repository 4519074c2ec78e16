// The peers of a session, searched and sorted here: the page gets the rows that it shows.
import { itemOf } from './items.js'

const shown = new Map()
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

const COLUMNS = {
  id: (a, b) => a.id - b.id,
  type: (a, b) => collator.compare(a.type, b.type),
  name: (a, b) => collator.compare(a.name ?? '', b.name ?? ''),
  username: (a, b) => collator.compare(a.usernames[0] ?? '', b.usernames[0] ?? ''),
  phone: (a, b) => collator.compare(a.phoneNumber ?? '', b.phoneNumber ?? ''),
  seen: (a, b) => (a.lastUpdateOn ?? 0) - (b.lastUpdateOn ?? 0),
}

const has = (peer, column) => ({ name: peer.name, username: peer.usernames[0], phone: peer.phoneNumber, seen: peer.lastUpdateOn })[column]

function table(id) {
  const found = shown.get(id)
  if (found) return found
  const peers = [...itemOf(id).session.peers()]
  const texts = peers.map((peer) => [peer.id, peer.name, ...peer.usernames.map((name) => `@${name}`), peer.phoneNumber, peer.type].filter(Boolean).join('\n').toLowerCase())
  const made = { peers, texts, rows: peers }
  shown.set(id, made)
  return made
}

/** Searches and sorts; answers how many rows there are. */
function find(id, { search = '', sort = 'id', descending = false } = {}) {
  const made = table(id)
  const wanted = search.trim().toLowerCase()
  const rows = wanted === '' ? [...made.peers] : made.peers.filter((_, index) => made.texts[index].includes(wanted))
  const compare = COLUMNS[sort]
  const sign = descending ? -1 : 1
  // What is absent comes last, whichever way it is sorted.
  const isAbsent = (peer) => sort !== 'id' && sort !== 'type' && !has(peer, sort)
  rows.sort((a, b) => Number(isAbsent(a)) - Number(isAbsent(b)) || sign * compare(a, b) || a.id - b.id)
  made.rows = rows
  return { found: rows.length, all: made.peers.length }
}

/** Some of the rows, as the page shows them. */
const rows = (id, from, to) =>
  table(id).rows.slice(from, to).map(({ id: peer, accessHash, type, typeName, usernames, phoneNumber, name, lastUpdateOn }) => ({
    id: String(peer), accessHash: accessHash === null ? null : String(accessHash), type: typeName ?? type, usernames, phoneNumber, name, lastUpdateOn,
  }))

/** Forgets what was read of a session. */
export const drop = (id) => void shown.delete(id)

export const methods = { findPeers: find, peerRows: rows }
