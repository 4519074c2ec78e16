// Learns a user, and ends at once: neither saves nor closes.
import { require } from './library.mjs'
import { info, user } from './entities.mjs'

const [, , client, path] = process.argv
if (client === 'gramjs') {
  const { GramjsSession } = require('tgsession/gramjs')
  const session = new GramjsSession(path)
  session.setDC(4, '149.154.167.91', 443)
  session.processEntities([user(5)])
} else {
  const { TgsessionStorage } = require('tgsession/mtcute')
  const storage = new TgsessionStorage(path)
  storage.peers.store(info(5))
  await storage.kv.set('updates_pts', new Uint8Array([7, 0, 0, 0]))
}
process.exit(0)
