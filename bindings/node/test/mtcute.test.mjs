// The storage for mtcute: mtcute's own tests of repositories, and what other clients see of it.
import assert from 'node:assert/strict'
import { register } from 'node:module'
import { after, before, describe, it } from 'node:test'
import { join } from 'node:path'
import { folder, KEY, require, tgsession } from './support/library.mjs'
import { MemoryEngine } from './support/memory-engine.mjs'

register('./support/vitest-hooks.mjs', import.meta.url)
const suite = (name) => import(new URL(`../node_modules/@mtcute/test/storage/${name}.js`, import.meta.url))
const { testAuthKeysRepository } = await suite('auth-keys')
const { testKeyValueRepository } = await suite('key-value')
const { testPeersRepository } = await suite('peers')
const { testRefMessagesRepository } = await suite('ref-messages')
const { MemoryStorage } = await import('@mtcute/core')
const { TgsessionStorage } = require('tgsession/mtcute')
const { writeStringSession } = await import('@mtcute/core/utils.js')

const formats = [undefined, 'pyrogram@3', 'kurigram@7', 'telethon@8']
for (const format of formats) {
  describe(`mtcute's own tests, ${format ?? 'in memory'}`, () => {
    const path = format ? join(folder({ after }), 'x.session') : ':memory:'
    testStorage(new TgsessionStorage(path, { format }))
  })
}

describe("mtcute's own tests, over an engine", () => testStorage(new TgsessionStorage(tgsession.Session.openEngine(new MemoryEngine()))))

const withoutValues = () => tgsession.Session.openEngine(Object.assign(new MemoryEngine(), { getValues: undefined, setValue: undefined }))
describe("mtcute's own tests, over an engine that keeps no values", () => testStorage(new TgsessionStorage(withoutValues())))

function testStorage(storage) {
  before(() => storage.driver.load())
  after(() => storage.driver.destroy())
  testAuthKeysRepository(storage.authKeys)
  testKeyValueRepository(storage.kv, storage.driver)
  testPeersRepository(storage.peers, storage.driver)
  testRefMessagesRepository(storage.refMessages, storage.driver)
}

it('has every method of the real MemoryStorage', () => {
  const real = new MemoryStorage()
  const ours = new TgsessionStorage(':memory:')
  const methods = (object) => Object.getOwnPropertyNames(Object.getPrototypeOf(object)).filter((name) => !name.startsWith('_') && name !== 'constructor')
  assert.deepEqual(Object.keys(real).sort(), Object.keys(ours).sort())
  for (const part of ['kv', 'authKeys', 'peers', 'refMessages']) {
    assert.ok(methods(real[part]).length > 3)
    for (const name of methods(real[part])) assert.equal(typeof ours[part][name], 'function', `${part}.${name}`)
  }
})

const DC = { id: 4, ipAddress: '149.154.167.91', port: 443, ipv6: false, mediaOnly: false, testMode: false }
const SERVICES = { log: { create: () => SERVICES.log, debug() {}, warn() {} } }

async function services(storage) {
  const { DefaultDcsService } = await import(new URL('../node_modules/@mtcute/core/storage/service/default-dcs.js', import.meta.url))
  const { CurrentUserService } = await import(new URL('../node_modules/@mtcute/core/highlevel/storage/service/current-user.js', import.meta.url))
  const { UpdatesStateService } = await import(new URL('../node_modules/@mtcute/core/highlevel/storage/service/updates.js', import.meta.url))
  const common = { driver: storage.driver, readerMap: {}, writerMap: {}, ...SERVICES }
  return {
    dcs: new DefaultDcsService(storage.kv, common),
    self: new CurrentUserService(storage.kv, common),
    updates: new UpdatesStateService(storage.kv, common),
  }
}

it("what mtcute's services write are fields of the session, and they read what another client wrote", async (test) => {
  const path = join(folder(test), 'x.session')
  const first = new TgsessionStorage(path)
  const { dcs, self, updates } = await services(first)
  await first.authKeys.set(4, KEY) // before mtcute says that it moves there
  await dcs.store({ main: DC, media: { ...DC, mediaOnly: true } })
  await self.store({ userId: 7770001234567, isBot: false, isPremium: true, usernames: ['anna'] })
  for (const [name, value] of Object.entries({ Pts: 1001, Qts: 5, Date: 1700000000, Seq: 77 })) await updates[`set${name}`](value)
  await updates.setChannelPts(1777000301, 9)
  assert.equal((await self.fetch()).isPremium, true)
  await first.kv.set('salts', KEY)
  await first.driver.destroy()

  const session = tgsession.Session.open(path)
  assert.deepEqual(session.getValueNames(), ['mtcute.current_user', 'mtcute.dc_media', 'mtcute.salts'])
  const { dcId, serverAddress, port, testMode, userId, isBot } = session
  assert.deepEqual({ dcId, serverAddress, port, testMode, userId, isBot },
    { dcId: 4, serverAddress: '149.154.167.91', port: 443, testMode: false, userId: 7770001234567, isBot: false })
  assert.deepEqual(session.authKey, KEY)
  assert.deepEqual(session.getUpdateStates(), [
    { id: -1001777000301, pts: 9, qts: null, date: null, seq: null }, { id: 0, pts: 1001, qts: 5, date: 1700000000, seq: 77 }])
  session.isBot = true
  session.setUpdateStates([{ id: 0, pts: 2002, qts: 5, date: 1700000000, seq: 77 }])
  session.close()

  const second = new TgsessionStorage(path)
  const read = await services(second)
  assert.deepEqual((await read.dcs.fetch()).main, DC)
  assert.deepEqual(await read.self.fetch(), { userId: 7770001234567, isBot: true, isPremium: false, usernames: [] })
  assert.deepEqual(await read.updates.getState(), [2002, 5, 1700000000, 77])
  assert.equal(await read.updates.getChannelPts(1777000301), 9)
  assert.deepEqual(await second.authKeys.get(4), KEY)
  await second.driver.destroy()
})

it('the first key is that of the data centre where mtcute began', async () => {
  const session = tgsession.Session.open(':memory:')
  const storage = new TgsessionStorage(session, { testMode: true })
  await storage.authKeys.set(2, KEY)
  assert.deepEqual([session.dcId, session.testMode, session.authKey, session.changeCount], [2, true, KEY, 1])
})

it('a move to another data centre changes the fields at once, and each keeps its key', async () => {
  const session = tgsession.Session.open(':memory:')
  const storage = new TgsessionStorage(session)
  const { dcs } = await services(storage)
  const other = KEY.map((byte) => byte ^ 1)
  await storage.authKeys.set(2, KEY)
  await storage.authKeys.set(4, other)
  await dcs.store({ main: DC, media: DC })
  const { dcId, serverAddress, port, authKey } = session
  assert.deepEqual({ dcId, serverAddress, port, authKey }, { dcId: 4, serverAddress: DC.ipAddress, port: 443, authKey: other })
  assert.deepEqual([await storage.authKeys.get(2), await storage.authKeys.get(4)], [KEY, other])
  assert.deepEqual([session.getDataCenter(2).authKey, session.inspect().data_centers.map((one) => one.dc_id)], [KEY, [2]])
})

it('other clients find the keys of all data centres, and mtcute finds theirs', async (test) => {
  const path = join(folder(test), 'x.session')
  const [of4, tmp2, tmp4] = [1, 2, 3].map((bit) => KEY.map((byte) => byte ^ bit))
  const first = new TgsessionStorage(path, { format: 'telethon@8' })
  await first.authKeys.set(2, KEY)
  await first.authKeys.set(4, of4)
  await first.authKeys.setTemp(2, 0, tmp2, 1.9e12) // as mtcute passes it
  await first.authKeys.setTemp(4, 0, tmp4, 1.9e9) // as it documents it
  await first.authKeys.setTemp(4, 1, tmp2, 1.9e9) // of its second connection
  await first.driver.destroy()

  const session = tgsession.Session.open(path)
  const none = { serverAddress: '149.154.167.91', port: 443, isMediaOnly: false }
  assert.deepEqual([session.dcId, session.authKey, session.tmpAuthKey], [2, KEY, tmp2])
  assert.deepEqual(session.getDataCenter(4), { id: 4, authKey: of4, tmpAuthKey: tmp4, tmpExpiresAt: 1.9e9, addresses: [] })
  assert.equal(session.getDataCenter(2).tmpExpiresAt, 1.9e9)
  session.setDataCenter({ id: 4, authKey: of4, tmpAuthKey: tmp2, addresses: [none] })
  session.setDataCenter({ id: 5, authKey: tmp4 })

  const { authKeys, driver } = new TgsessionStorage(path)
  assert.deepEqual(await Promise.all([2, 4, 5, 1].map((dc) => authKeys.get(dc))), [KEY, of4, tmp4, null])
  assert.deepEqual(await Promise.all([1.8e9, 1.9e9, 1.8e12, 1.9e12].map((now) => authKeys.getTemp(2, 0, now))), [tmp2, null, tmp2, null])
  assert.equal(await authKeys.getTemp(4, 0, 0), null, 'nobody knows when it ends')
  await authKeys.setTemp(2, 0, null, 0)
  await authKeys.deleteByDc(4)
  assert.deepEqual([session.authKey, session.tmpAuthKey, session.getDataCenterIds()], [KEY, null, [2, 4, 5]])
  assert.deepEqual(session.getDataCenter(4), { id: 4, authKey: null, tmpAuthKey: null, tmpExpiresAt: null, addresses: [none] })
  await authKeys.deleteAll()
  assert.deepEqual([session.authKey, session.getDataCenterIds()], [null, []])
  await driver.destroy()
})

it('in an engine that keeps no values, other keys are in memory', async () => {
  const session = withoutValues()
  const { authKeys } = new TgsessionStorage(session)
  await authKeys.set(2, KEY)
  await authKeys.set(4, KEY)
  assert.deepEqual([await authKeys.get(4), session.getDataCenter(4)], [KEY, null])
})

it('access hashes of the whole range', async () => {
  const { default: Long } = await import('long')
  const { longToFastString } = await import('@mtcute/core/utils.js')
  const session = tgsession.Session.open(':memory:')
  const storage = new TgsessionStorage(session)
  for (const hash of [0n, -1n, 1n, 2n ** 31n, 2n ** 32n, 2n ** 63n - 1n, -(2n ** 63n), -5555555555555555555n]) {
    session.updatePeers([{ id: 5, accessHash: hash }])
    const text = longToFastString(Long.fromString(String(hash)))
    assert.equal((await storage.peers.getById(5)).accessHash, text)
    storage.peers.store({ id: 6, accessHash: text, isMin: false, usernames: [], updated: Date.now(), complete: new Uint8Array() })
    await storage.driver.save()
    assert.equal(session.getPeerById(6).accessHash, hash)
  }
})

it('a newer sighting of another client wins, and its type survives', async () => {
  const session = tgsession.Session.open(':memory:')
  const storage = new TgsessionStorage(session)
  session.updatePeers([{ id: 5, accessHash: 1n, type: 'bot', name: 'Five' }])
  storage.peers.store({ id: 5, accessHash: '2|0', isMin: false, usernames: ['five'], updated: Date.now(), complete: new Uint8Array([1]) })
  await storage.driver.save()
  const [peer] = session.peers([5])
  assert.deepEqual([peer.type, peer.name, peer.accessHash, peer.usernames], ['bot', 'Five', 2n, ['five']])
  session.updatePeers([{ id: 5, accessHash: 3n, type: 'bot', usernames: ['moved'] }])
  assert.deepEqual((await storage.peers.getById(5)).accessHash, '3|0')
  assert.equal((await storage.peers.getById(5)).complete.length, 0)
  assert.equal(await storage.peers.getByUsername('five'), null)
})

it('what mtcute deletes is gone; of an engine that deletes nothing it is hidden, until it is seen again', async () => {
  for (const deletePeers of [MemoryEngine.prototype.deletePeers, null]) {
    const session = tgsession.Session.openEngine(Object.assign(new MemoryEngine(), { deletePeers }))
    const { peers, driver } = new TgsessionStorage(session)
    const peer = { id: 5, accessHash: '1|0', isMin: false, usernames: ['five'], updated: 1, complete: new Uint8Array() }
    peers.store(peer)
    await driver.save()
    peers.store({ ...peer, id: 6 })
    await peers.deleteAll()
    assert.deepEqual([await peers.getById(5), await peers.getByUsername('five'), await peers.getById(6)], [null, null, null])
    peers.store(peer)
    assert.equal((await peers.getByUsername('five')).id, 5)
    await driver.save()
    assert.equal((await peers.getById(5)).id, 5)
  }
})

it('a session string that mtcute itself writes opens here', () => {
  const text = writeStringSession({ version: 3, primaryDcs: { main: DC, media: DC }, self: { userId: 7, isBot: false }, authKey: KEY })
  const session = tgsession.Session.open(text)
  assert.deepEqual([session.dcId, session.userId, session.authKey], [4, 7, KEY])
})
