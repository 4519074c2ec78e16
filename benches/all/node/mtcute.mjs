// mtcute's own SqliteStorage (@mtcute/node), below the plan of make bench-all. What is timed is its repository of peers, as mtcute
// calls it: a peer is kept in memory until save(), which is one transaction. It has no index that finds a username.
import { readFileSync } from 'node:fs'
import { Long } from '@mtcute/core'
import { LogManager, longFromFastString, longToFastString, writeStringSession } from '@mtcute/core/utils.js'
import { NodePlatform, SqliteStorage } from '@mtcute/node'
import { KEY, serve } from './plan.mjs'

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url)))
const platform = new NodePlatform()
const log = new LogManager('mtcute', platform)
const fast = (hash) => longToFastString(Long.fromString(hash.toString()))
// The TL object that mtcute keeps of each peer: a user with a name has about so many bytes.
const COMPLETE = new Uint8Array(96)
const DC = { id: 2, ipAddress: '149.154.167.51', port: 443 }

class Storage {
  async open(file) {
    this.storage = new SqliteStorage(file)
    this.storage.driver.setup(log, platform)
    await this.storage.driver.load()
  }

  async close() {
    await this.storage.driver.save()
    await this.storage.driver.destroy()
  }

  async logIn() {
    await this.storage.authKeys.set(DC.id, KEY)
  }

  rows(peers) {
    const updated = Math.floor(Date.now() / 1000)
    return peers.map(({ id, accessHash, username, phoneNumber }) => ({
      id, accessHash: fast(accessHash), isMin: false, usernames: [username], updated, phone: phoneNumber, complete: COMPLETE,
    }))
  }

  update(rows) {
    for (const row of rows) this.storage.peers.store(row)
    return this.storage.driver.save()
  }

  byId({ id }) {
    return this.storage.peers.getById(id)
  }

  byUsername({ username }) {
    return this.storage.peers.getByUsername(username)
  }

  byPhone({ phoneNumber }) {
    return this.storage.peers.getByPhone(phoneNumber)
  }

  hashOf(peer) {
    return BigInt(longFromFastString(peer.accessHash).toString())
  }

  field() {
    return this.storage.authKeys.get(DC.id)
  }

  exportString() {
    const self = { userId: 777, isBot: false, isPremium: false, usernames: [] }
    return writeStringSession({ version: 3, primaryDcs: { main: DC, media: DC }, self, authKey: this.storage.authKeys.get(DC.id) })
  }
}

await serve(new Storage(), dependencies['@mtcute/node'])
