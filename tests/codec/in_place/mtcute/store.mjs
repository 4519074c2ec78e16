// The real storage of mtcute on one file: reads questions as a JSON list from standard input, and answers each. A question names the
// file and what to do: `write` what it is given, then tell all that mtcute finds. Run where @mtcute/node is installed.
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const modules = path.join(process.cwd(), 'node_modules', '@mtcute')
const load = (file) => import(pathToFileURL(path.join(modules, file)))
const { SqliteStorage, NodePlatform } = await load('node/index.js')
const { StorageManager, TelegramStorageManager, Long } = await load('core/index.js')
const { LogManager } = await load('core/utils.js')
const { __tlWriterMap: writerMap } = await load('core/tl/binary/writer.js')
const { __tlReaderMap: readerMap } = await load('core/tl/binary/reader.js')

const hex = (bytes) => bytes && Buffer.from(bytes).toString('hex')
const bytes = (hex) => new Uint8Array(Buffer.from(hex, 'hex'))

async function open(file) {
  const provider = new SqliteStorage(file)
  const platform = new NodePlatform()
  const log = new LogManager('mtcute', platform)
  const storage = new StorageManager({ provider, platform, log, readerMap, writerMap, cleanup: false })
  await storage.load()
  return { provider, storage, telegram: new TelegramStorageManager(storage, { provider }) }
}

async function write({ provider, storage, telegram }, told) {
  if (told.dc) await storage.dcs.store({ main: told.dc, media: told.dc })
  for (const [dc, key] of Object.entries(told.keys ?? {})) provider.authKeys.set(Number(dc), bytes(key))
  if (told.user) await telegram.self.store(told.user)
  if (told.state) {
    const [pts, qts, date, seq] = told.state
    await telegram.updates.setPts(pts)
    await telegram.updates.setQts(qts)
    await telegram.updates.setDate(date)
    await telegram.updates.setSeq(seq)
  }
  if (told.channels) await telegram.updates.setManyChannelPts(new Map(told.channels))
  const users = (told.users ?? []).map((user) => ({ _: 'user', ...user, accessHash: Long.fromString(user.accessHash) }))
  if (users.length) await telegram.peers.updatePeersFrom({ peers: [], chats: [], users })
  for (const [peer, chat, message] of told.refs ?? []) provider.refMessages.store(peer, chat, message)
}

async function read({ provider, storage, telegram }, asked) {
  const peer = async (id) => {
    const found = await telegram.peers.getById(id, false)
    return found && { ...found, accessHash: found.accessHash?.toString() }
  }
  const byUsername = async (name) => (await telegram.peers.getByUsername(name))?.userId ?? null
  const answer = {
    dc: (await storage.dcs.fetch())?.main ?? null,
    user: await telegram.self.fetch(),
    state: await telegram.updates.getState(),
    keys: {}, channels: {}, peers: {}, names: {}, records: {}, refs: {},
  }
  for (const id of asked.keys ?? []) answer.keys[id] = hex(provider.authKeys.get(id))
  for (const id of asked.channels ?? []) answer.channels[id] = await telegram.updates.getChannelPts(id)
  for (const id of asked.peers ?? []) {
    answer.peers[id] = await peer(id)
    answer.records[id] = (await telegram.peers.getCompleteById(id))?.firstName ?? null
    answer.refs[id] = provider.refMessages.getByPeer(id)
  }
  for (const name of asked.names ?? []) answer.names[name] = await byUsername(name)
  return answer
}

const answers = []
for (const question of JSON.parse(fs.readFileSync(0, 'utf8'))) {
  const opened = await open(question.file)
  await write(opened, question.write ?? {})
  await opened.storage.save()
  await opened.storage.destroy()
  const again = await open(question.file)
  answers.push(await read(again, question))
  await again.storage.destroy()
}
process.stdout.write(JSON.stringify(answers))
process.exit(0)
