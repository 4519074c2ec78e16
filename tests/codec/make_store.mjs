// Writes a folder with the real StoreSession of GramJS and of teleproto, as JSON, in a folder where both are installed:
//   node make_store.mjs telegram teleproto > session_files/stores.json (teleproto 214.1.7)
//   node make_store.mjs teleproto > session_files/teleproto.json (1.229.0, which keeps the keys of other data centres too)
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createRequire } from 'node:module'

const require = createRequire(path.join(process.cwd(), 'x.js'))
const bigInt = require('big-integer')
const KEY = Buffer.from(Array.from({ length: 256 }, (_, at) => (at * 5 + 5) % 256))

async function write(library, name) {
  const { StoreSession } = require(`${library}/sessions`)
  const { AuthKey } = require(`${library}/crypto/AuthKey`)
  const { Api } = require(library)
  const session = new StoreSession(name)
  await session.load()
  const key = new AuthKey()
  await key.setKey(KEY)
  session.setDC(4, '149.154.167.91', 443)
  session.authKey = key
  session.processEntities([
    new Api.User({
      id: bigInt('777000101'), accessHash: bigInt('-5512345678901234567'), username: 'TgsUser', firstName: 'Ann', lastName: 'B',
      phone: '99966110001',
    }),
    new Api.Channel({ id: bigInt('777000301'), accessHash: bigInt('123'), title: 'News', username: 'tgs_news', date: 0,
      photo: new Api.ChatPhotoEmpty() }),
    new Api.Chat({ id: bigInt('777000201'), title: 'Group', participantsCount: 1, date: 0, version: 1,
      photo: new Api.ChatPhotoEmpty() }),
  ])
  if (session.setAuthKey.length === 2 && 'testServers' in session) {
    const other = new AuthKey()
    await other.setKey(Buffer.from(KEY).reverse())
    session.setAuthKey(other, 2)
    session.testServers = false
  }
  const files = Object.fromEntries(fs.readdirSync(name).map(file => [file, fs.readFileSync(path.join(name, file), 'utf8')]))
  return { library, version: require(`${library}/package.json`).version, name, files }
}

process.chdir(fs.mkdtempSync(path.join(os.tmpdir(), 'stores-')))
const names = { telegram: 'account.one', teleproto: 'my account' }
const stores = []
for (const library of process.argv.slice(2)) stores.push(await write(library, names[library]))
process.stdout.write(JSON.stringify(stores, null, 1) + '\n')
process.exit(0)
