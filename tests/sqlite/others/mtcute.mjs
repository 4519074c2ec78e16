// Makes a session with the storage of mtcute 0.12 or later, and reads it back: node mtcute.mjs FILE. Needs @mtcute/node in the working
// folder's node_modules. All that is in it is invented.
import { createRequire } from 'node:module'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const modules = join(process.cwd(), 'node_modules', '@mtcute')
// 0.12 has its modules in a folder of their own, and up to 0.17 the serialization is a package of its own.
const entry = (name) => ['esm/index.js', 'index.js'].map((file) => join(modules, name, file)).find(existsSync)
const load = (path) => import(pathToFileURL(path))
const core = dirname(entry('core'))
const node = await load(entry('node'))
const { StorageManager, TelegramStorageManager, Long } = await load(join(core, 'index.js'))
const { LogManager } = await load(['utils.js', 'utils/index.js'].map((file) => join(core, file)).find(existsSync))
const binary = [join(core, 'tl/binary'), join(modules, 'tl/binary')].find(existsSync)
const require = createRequire(import.meta.url)
const tl = async (file, name) => binary.startsWith(core) ? (await load(join(binary, file)))[name] : require(join(binary, file))[name]
const writerMap = await tl('writer.js', '__tlWriterMap')
const readerMap = await tl('reader.js', '__tlReaderMap')

const provider = new node.SqliteStorage(process.argv[2], { disableWal: true })
const platform = new node.NodePlatform()
const platforms = join(core, 'platform.js')
if (existsSync(platforms)) (await load(platforms)).setPlatform?.(platform)
const log = new LogManager('mtcute', platform)
const mt = new StorageManager({ provider, platform, log, readerMap, writerMap, cleanup: false })
await mt.load()
const telegram = new TelegramStorageManager(mt, { provider })
const key = (seed) => Uint8Array.from({ length: 256 }, (_, i) => (seed * 31 + i * 7) % 251)

const main = { id: 4, ipAddress: '149.154.167.91', port: 443 }
await mt.dcs.store({ main, media: { id: 4, ipAddress: '149.154.167.165', port: 443, mediaOnly: true } })
provider.authKeys.set(4, key(1))
provider.authKeys.set(2, key(2))
provider.authKeys.setTemp(4, 0, key(3), 1800000000000)
await telegram.self.store({ userId: 777000900901, isBot: false, isPremium: false, usernames: ['tgs_self'] })
await telegram.updates.setPts(10)
await telegram.updates.setQts(0)
await telegram.updates.setDate(1650000000)
await telegram.updates.setSeq(3)
await telegram.updates.setManyChannelPts(new Map([[1777000904, 77]]))
for (const peer of [
  { _: 'user', id: 777000900902, accessHash: Long.MIN_VALUE, firstName: 'Ada', lastName: 'Test', username: 'TGS_Ada', phone: '9996610' },
  { _: 'user', id: 777000900903, accessHash: Long.fromNumber(-1), firstName: 'Bot', bot: true, username: 'tgs_bot' },
  { _: 'user', id: 777000900904, accessHash: Long.fromNumber(5), firstName: 'Min', min: true },
  { _: 'channel', id: 1777000904, accessHash: Long.fromString('1234567890123456789'), title: 'Group', megagroup: true, photo: { _: 'chatPhotoEmpty' }, date: 1, usernames: [] },
  { _: 'channel', id: 1777000905, accessHash: Long.fromNumber(6), title: 'News', broadcast: true, photo: { _: 'chatPhotoEmpty' }, date: 1, username: 'tgs_news' },
  { _: 'chat', id: 55, title: 'Basic', photo: { _: 'chatPhotoEmpty' }, participantsCount: 1, date: 1, version: 1 },
]) await telegram.peers.updatePeersFrom({ peers: [], chats: peer._ === 'user' ? [] : [peer], users: peer._ === 'user' ? [peer] : [] })
await telegram.close?.()
await mt.save()
await mt.destroy()
