// A session with many peers, made by the library in Node.
import { readFileSync } from 'node:fs'
import { load, Session } from '../../../bindings/web/dist/index.js'

/** The bytes of a Telethon session with so many peers; `more` is told of the first. */
export async function sessionWith(count, more = {}) {
  await load(readFileSync(new URL('../../../bindings/web/dist/tgsession.wasm', import.meta.url)))
  const session = Session.open(':memory:')
  session.authKey = Uint8Array.from({ length: 256 }, (_, index) => (7 * index + 3) % 256)
  session.dcId = 2
  session.userId = 777000123
  session.updatePeers(Array.from({ length: count }, (_, index) => ({
    id: 1_000_000 + index, accessHash: BigInt(index) * 7919n, type: 'user', usernames: [`user_${index}`], name: `Person ${(index * 7919) % count}`, phoneNumber: `4915${String(index).padStart(9, '0')}`, lastUpdateOn: 1_700_000_000 + index, ...(index === 0 ? more : {}),
  })))
  return session.toBytes({ format: 'telethon@7' })
}
