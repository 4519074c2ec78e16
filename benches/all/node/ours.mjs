// tgsession through its Node package, below the plan of make bench-all. TGSESSION_LIBRARY names the library.
import { createRequire } from 'node:module'
import { KEY, serve } from './plan.mjs'

const { Session, version } = createRequire(import.meta.url)('../../../bindings/node/dist/index.js')

class Storage {
  open(file) {
    this.session = Session.open(file)
  }

  close() {
    this.session.close()
  }

  logIn() {
    this.session.setData({ dcId: 2, apiId: 5, testMode: false, authKey: KEY, userId: 777, isBot: false })
  }

  rows(peers) {
    return peers.map(({ id, accessHash, username, phoneNumber }) =>
      ({ id, accessHash, type: 'user', usernames: [username], phoneNumber }))
  }

  update(rows) {
    this.session.updatePeers(rows)
  }

  byId({ id }) {
    return this.session.getPeerById(id)
  }

  byUsername({ username }) {
    return this.session.getPeerByUsername(username)
  }

  byPhone({ phoneNumber }) {
    return this.session.getPeerByPhoneNumber(phoneNumber)
  }

  hashOf(peer) {
    return peer.accessHash
  }

  field() {
    return this.session.userId
  }

  exportString() {
    return this.session.exportSessionString('pyrogram')
  }
}

await serve(new Storage(), version())
