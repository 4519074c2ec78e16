// Makes a session with the storage of mtcute 0.2: node mtcute_old.mjs FILE. Needs @mtcute/sqlite 0.2.0 in the working folder's
// node_modules. All that is in it is invented.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(join(process.cwd(), 'x.js'))
const { SqliteStorage } = require('@mtcute/sqlite')
const { Long } = require('@mtcute/core')
const { LogManager } = require('@mtcute/core/utils.js')
const writer = require('@mtcute/tl/binary/writer.js')
const reader = require('@mtcute/tl/binary/reader.js')
const writerMap = writer.__tlWriterMap ?? writer.default ?? writer
const readerMap = reader.__tlReaderMap ?? reader.default ?? reader
const key = (seed) => Uint8Array.from({ length: 256 }, (_, i) => (seed * 31 + i * 7) % 251)
const hex = (s) => Long.fromString(s)

const storage = new SqliteStorage(process.argv[2], { disableWal: true })
storage.setup(new LogManager('mtcute'), readerMap, writerMap)
storage.load()
const main = { id: 4, ipAddress: '149.154.167.91', port: 443 }
storage.setDefaultDcs({ main, media: { id: 4, ipAddress: '149.154.167.165', port: 443, mediaOnly: true } })
storage.setAuthKeyFor(4, key(1))
storage.setAuthKeyFor(2, key(2))
storage.setSelf({ userId: 777000900901, isBot: false })
storage.setUpdatesPts(10)
storage.setUpdatesQts(0)
storage.setUpdatesDate(1650000000)
storage.setUpdatesSeq(3)
storage.setManyChannelPts(new Map([[1777000904, 77]]))
const photo = { _: 'chatPhotoEmpty' }
storage.updatePeers([
  { id: 777000900902, accessHash: Long.MIN_VALUE, type: 'user', username: 'tgs_ada', phone: '9996610', full: { _: 'user', id: 777000900902, accessHash: Long.MIN_VALUE, firstName: 'Ada', lastName: 'Test' } },
  { id: 777000900903, accessHash: Long.fromNumber(-1), type: 'user', full: { _: 'user', id: 777000900903, accessHash: Long.fromNumber(-1), firstName: 'Bot', bot: true } },
  { id: -1001777000904, accessHash: hex('1234567890123456789'), type: 'channel', full: { _: 'channel', id: 1777000904, accessHash: hex('1234567890123456789'), title: 'Group', megagroup: true, photo, date: 1 } },
  { id: -55, accessHash: Long.ZERO, type: 'chat', full: { _: 'chat', id: 55, title: 'Basic', photo, participantsCount: 1, date: 1, version: 1 } },
])
storage.save()
storage.destroy()
process.exit(0)
