// GramJS's own StoreSession, below the plan of make bench-all: a folder with a file for each peer, at most 5 MB. It finds peers by
// id only, and exports no string.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname } from 'node:path'
import { KEY, serve } from './plan.mjs'

const require = createRequire(import.meta.url)
const { AuthKey } = require('telegram/crypto/AuthKey')
const { Api } = require('telegram')
const bigInt = require('big-integer')
const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url)))

// A process reads a folder once: the modules below StoreSession keep what they have seen. Loading them anew is the only way to
// open it again, and takes some milliseconds, which are in "open" and in "create".
const REMEMBERING = /node_modules\/(store2|node-localstorage)\/|telegram\/sessions\/(StoreSession|localStorage)\.js$/

function forgetful() {
  for (const path of Object.keys(require.cache)) if (REMEMBERING.test(path)) delete require.cache[path]
  return require('telegram/sessions/StoreSession').StoreSession
}

class Storage {
  async open(file) {
    process.chdir(dirname(file))
    this.session = new (forgetful())(basename(file))
    await this.session.load()
  }

  close() {
    this.session.close()
  }

  async logIn() {
    this.session.setDC(2, '149.154.167.51', 443)
    const key = new AuthKey()
    await key.setKey(Buffer.from(KEY))
    this.session.authKey = key
  }

  rows(peers) {
    return peers.map(({ id, accessHash, username, phoneNumber }) =>
      new Api.User({ id: bigInt(id), accessHash: bigInt(accessHash), username, phone: phoneNumber, firstName: '' }))
  }

  update(rows) {
    this.session.processEntities(rows)
  }

  byId({ id }) {
    return this.session.getInputEntity(id)
  }

  hashOf(peer) {
    return BigInt(peer.accessHash.toString())
  }

  field() {
    return this.session.dcId
  }
}

await serve(new Storage(), dependencies.telegram)
