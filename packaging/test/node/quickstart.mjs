// The package as a module: Telethon 2 there and back.
import assert from 'node:assert/strict'
import { Session } from 'tgsession'

const file = process.argv[3]
const source = Session.open(file, { format: 'telethon@10' })
source.setData({ dcId: 4, serverAddress: '149.154.167.91', port: 443, authKey: new Uint8Array(256).fill(7), userId: 777000, isBot: false })
source.close()
const again = Session.open(file, { readOnly: true })
assert.equal(again.format, 'telethon@10')
assert.deepEqual(again.authKey, new Uint8Array(256).fill(7))
assert.match(again.exportSessionString('telethon'), /^1/)
again.close()
