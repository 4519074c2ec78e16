// An engine of one's own: a session in maps. Engines of one place see the same session.
const fileKey = ({ md5, size, type }) => `${Buffer.from(md5).toString('hex')} ${size} ${type}`

export const newPlace = () => ({ data: {}, peers: new Map(), states: new Map(), files: new Map(), values: new Map() })

export class MemoryEngine {
  isPersistent = true
  usernamesExpire = true
  closed = 0
  #place
  #before

  constructor(location = 'maps', place = newPlace()) {
    this.location = location
    this.#place = place
  }

  getSessionData() {
    return this.#place.data
  }

  setSessionData(changes) {
    Object.assign(this.#place.data, changes)
  }

  putPeers(peers) {
    for (const peer of peers) this.#place.peers.set(peer.id, peer)
  }

  getPeers(ids) {
    return ids === null ? [...this.#place.peers.values()] : ids.flatMap((id) => this.#place.peers.get(id) ?? [])
  }

  deletePeers(ids) {
    for (const id of ids ?? [...this.#place.peers.keys()]) this.#place.peers.delete(id)
  }

  getPeersByUsername(usernames) {
    return this.getPeers(null).filter((peer) => peer.usernames.some((name) => usernames.includes(name)))
  }

  getPeersByPhoneNumber(phoneNumber) {
    return this.getPeers(null).filter((peer) => peer.phoneNumber === phoneNumber)
  }

  getUpdateStates() {
    return [...this.#place.states.values()]
  }

  setUpdateStates(states) {
    for (const state of states) this.#place.states.set(state.id, state)
  }

  deleteUpdateState(id) {
    this.#place.states.delete(id)
  }

  getSentFiles() {
    return [...this.#place.files.values()]
  }

  cacheSentFiles(files) {
    for (const file of files) this.#place.files.set(fileKey(file), file)
  }

  getValues(names) {
    return Object.fromEntries([...this.#place.values].filter(([name]) => names === null || names.includes(name)))
  }

  setValue(name, value) {
    if (value === null) this.#place.values.delete(name)
    else this.#place.values.set(name, value)
  }

  remove() {
    Object.assign(this.#place, newPlace())
  }

  begin() {
    this.#before = structuredClone(this.#place)
  }

  finish(keep) {
    if (!keep) Object.assign(this.#place, this.#before)
  }

  close() {
    this.closed++
  }
}
