// What the sessions for GramJS and mtcute write behind the event loop: nothing is lost, for no neighbour and no lock, and what
// waits is found.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { info, resolve, user, warningsDuring } from './support/entities.mjs'
import { folder, KEY, require, tgsession } from './support/library.mjs'
import { lock, ticksDuring } from './support/lock.mjs'
import { MemoryEngine } from './support/memory-engine.mjs'

const { Session } = tgsession
const { GramjsSession } = require('tgsession/gramjs')
const { TgsessionStorage } = require('tgsession/mtcute')
const ids = (session) => Array.from(session, (peer) => peer.id)
const range = (from, to) => Array.from({ length: to - from }, (_, index) => from + index)

describe('a row that is wrong takes no neighbour with it', () => {
  it('GramJS: the response is kept, and a warning names the row', async () => {
    const session = Session.open(':memory:')
    const ours = new GramjsSession(session)
    const warnings = await warningsDuring(async () => {
      ours.processEntities({ users: [user(1), user(0), user(2, { firstName: 'a\0b' }), user(3, { username: 'x\0y' }), user(4)], chats: [] })
      await ours.save()
    })
    assert.deepEqual(Array.from(session, ({ id, name, usernames }) => [id, name, usernames]),
      [[1, 'Name 1', ['user_1']], [2, null, ['user_2']], [3, 'Name 3', []], [4, 'Name 4', ['user_4']]])
    assert.equal(warnings.length, 1)
    assert.match(warnings[0], /^peer 0: /)
  })

  it('mtcute: the call that brings it is rejected, and the others are stored', async () => {
    const session = Session.open(':memory:')
    const { peers, driver } = new TgsessionStorage(session)
    peers.store(info(1))
    for (const wrong of [{ id: 0 }, { id: 1.5 }, { id: '5' }, { usernames: ['a\0b'] }, { usernames: [5] }, { accessHash: 'x' }, { phone: 5 }]) {
      assert.throws(() => peers.store({ ...info(2), ...wrong }), TypeError, JSON.stringify(wrong))
    }
    peers.store(info(3))
    await driver.save()
    assert.deepEqual(ids(session), [1, 3])
  })

  class Picky extends MemoryEngine {
    refused = new Set()
    status = 'TGS_ERROR_INVALID_ARGUMENT'
    calls = 0

    putPeers(peers) {
      this.calls++
      const bad = peers.find(({ id }) => this.refused.has(id))
      if (bad) throw Object.assign(new Error('this one I do not take'), { status: this.status })
      super.putPeers(peers)
    }
  }

  for (const status of ['TGS_ERROR_INVALID_ARGUMENT', 'TGS_ERROR_SERVER']) {
    it(`what only the store finds, ${status}: the batch is split, and the error names each row`, async () => {
      const engine = Object.assign(new Picky(), { status, refused: new Set([13, 77]) })
      const session = Session.openEngine(engine)
      const ours = new GramjsSession(session)
      const warnings = await warningsDuring(async () => {
        ours.processEntities(range(1, 201).map((id) => user(id)))
        await ours.save()
      })
      assert.deepEqual(ids(session), range(1, 201).filter((id) => !engine.refused.has(id)))
      assert.deepEqual(warnings.map((text) => text.slice(0, 24)), ['peer 13 was not stored: ', 'peer 77 was not stored: '])
      assert.match(warnings[0], /this one I do not take/)
    })
  }

  it('a store that takes nothing is asked a few times, and gets all of it later', async () => {
    const engine = Object.assign(new Picky(), { status: 'TGS_ERROR_SERVER', refused: new Set(range(1, 201)) })
    const session = Session.openEngine(engine)
    const ours = new GramjsSession(session)
    ours.processEntities(range(1, 201).map((id) => user(id)))
    await assert.rejects(ours.save(), { code: 'TGS_ERROR_SERVER' })
    assert.ok(engine.calls < 10, `${engine.calls} calls`)
    assert.equal(resolve(ours, 'user_77'), '77')
    engine.refused.clear()
    await ours.save()
    assert.deepEqual(ids(session), range(1, 201))
  })
})

describe('while another program holds the lock', () => {
  it('GramJS: the event loop goes on; what waits is found, and the rest in the file', async (test) => {
    const path = join(folder(test), 'x.session')
    const ours = new GramjsSession(path)
    await ours.load()
    ours.processEntities([user(1)])
    await ours.save()
    const unlock = await lock(test, path)
    const ticks = await ticksDuring(async (counted) => {
      let saved = false
      const save = (ours.setDC(4, '149.154.167.91', 443), ours.save().then(() => (saved = true)))
      for (const id of range(2, 202)) {
        ours.processEntities([user(id)])
        assert.deepEqual([`user_${id}`, `+4915100${id}`, `Name ${id}`, String(id), 'user_1'].map((key) => resolve(ours, key)), [id, id, id, id, 1].map(String))
        if (id % 10 === 0) await new Promise(setImmediate)
      }
      while (counted() < 20) await new Promise(setImmediate)
      assert.equal(saved, false)
      assert.equal(ours.dcId, 4)
      await unlock()
      await save
    })
    assert.ok(ticks >= 20)
    await ours.close()
    const session = Session.open(path)
    assert.deepEqual([session.dcId, ids(session)], [4, range(1, 202)])
    session.close()
  })

  it('mtcute: the event loop goes on; what waits is found, and the rest in the file', async (test) => {
    const path = join(folder(test), 'x.session')
    const { peers, kv, driver } = new TgsessionStorage(path)
    peers.store(info(1))
    await driver.save()
    const unlock = await lock(test, path)
    const ticks = await ticksDuring(async (counted) => {
      let saved = false
      for (const id of range(2, 102)) {
        peers.store(info(id))
        const found = [await peers.getByUsername(`@User_${id}`), await peers.getByPhone(`4915100${id}`), await peers.getById(id), await peers.getByUsername('user_1')]
        assert.deepEqual(found.map((one) => one?.id), [id, id, id, 1])
      }
      await kv.set('updates_pts', new Uint8Array([7, 0, 0, 0]))
      await kv.set('updates_channel:5', new Uint8Array([8, 0, 0, 0]))
      assert.deepEqual([await kv.get('updates_pts'), await kv.get('updates_seq')], [new Uint8Array([7, 0, 0, 0]), null])
      const save = driver.save().then(() => (saved = true))
      while (counted() < 20) await new Promise(setImmediate)
      assert.equal(saved, false)
      await unlock()
      await save
    })
    assert.ok(ticks >= 20)
    await driver.destroy()
    const session = Session.open(path)
    assert.deepEqual(ids(session), range(1, 102))
    assert.deepEqual(session.getUpdateStates().map(({ id, pts }) => [id, pts]), [[-1000000000005, 8], [0, 7]])
    session.close()
  })

  it('also where no reader gets in, what waits is found at once', async (test) => {
    const path = join(folder(test), 'x.session')
    const ours = new GramjsSession(path)
    await ours.load()
    const unlock = await lock(test, path, 'EXCLUSIVE')
    ours.processEntities([user(1)])
    await new Promise(setImmediate) // it is on its way now
    for (const key of ['user_1', '+49151001', 'Name 1', '1']) assert.equal(resolve(ours, key), '1')
    await unlock()
    await ours.close()
  })

  it('a write that is given up is tried again', async (test) => {
    const path = join(folder(test), 'x.session')
    const ours = new GramjsSession(path, { busyTimeout: 50 })
    await ours.load()
    const unlock = await lock(test, path)
    const warnings = await warningsDuring(async () => {
      ours.processEntities([user(1)])
      await assert.rejects(ours.save(), { code: 'TGS_ERROR_LOCKED' })
      ours.processEntities([user(2)])
      await assert.rejects(ours.save(), { code: 'TGS_ERROR_LOCKED' })
    })
    assert.equal(warnings.length, 2)
    await unlock()
    await ours.close()
    assert.deepEqual(ids(Session.open(path)), [1, 2])
  })
})

it('what could not be written when it was closed is written later, and nothing is left open', async (test) => {
  const path = join(folder(test), 'x.session')
  const storage = new TgsessionStorage(path, { busyTimeout: 50 })
  await storage.driver.load()
  const unlock = await lock(test, path)
  storage.peers.store(info(1))
  await assert.rejects(storage.driver.destroy(), { code: 'TGS_ERROR_LOCKED' })
  await unlock()
  for (let found = []; found.length === 0; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const session = Session.open(path)
    found = ids(session)
    session.close()
  }
  while (!inspect(storage.driver).includes('not open')) await new Promise(setImmediate)
})

describe('what waits', () => {
  it('is newer than the file: a username that moved is not its old owner', async () => {
    for (const flushed of [true, false]) {
      const ours = new GramjsSession(':memory:')
      await ours.load()
      ours.processEntities([user(1)])
      if (flushed) await ours.save()
      ours.processEntities([user(1, { username: 'moved', phone: undefined })])
      assert.deepEqual(['user_1', 'moved', '+49151001'].map((key) => resolve(ours, key)), [undefined, '1', '1'])
      await ours.save()
      assert.deepEqual(['user_1', 'moved', '+49151001'].map((key) => resolve(ours, key)), [undefined, '1', '1'])
      await ours.close()
    }
  })

  it('is what was told, beside what others told', async () => {
    const session = Session.open(':memory:')
    session.updatePeers([{ id: 5, accessHash: 1n, type: 'bot', name: 'Five', usernames: ['old'], phoneNumber: '491' }])
    session.setUpdateStates([{ id: 0, pts: 1, qts: 2, date: 3, seq: 4 }])
    const { peers, kv, driver } = new TgsessionStorage(session)
    peers.store(info(5, { phone: undefined }))
    await kv.set('updates_pts', new Uint8Array([9, 0, 0, 0]))
    await kv.delete('updates_seq')
    await driver.save()
    const [{ lastUpdateOn: _, ...peer }] = session.peers([5])
    assert.deepEqual(peer, { id: 5, accessHash: 5n, type: 'bot', typeName: null, name: 'Five', usernames: ['user_5'], phoneNumber: '491' })
    assert.deepEqual(session.getUpdateStates(), [{ id: 0, pts: 9, qts: 2, date: 3, seq: null }])
  })

  it('thousands are written in parts, and all of them', async () => {
    const session = Session.open(':memory:')
    const ours = new GramjsSession(session)
    ours.processEntities(range(1, 2002).map((id) => user(id)))
    await ours.save()
    assert.equal(session.inspect().peers, 2001)
    assert.equal(session.changeCount, 5)
  })

  for (const client of ['gramjs', 'mtcute']) {
    it(`is written when the process ends in the middle: ${client}`, (test) => {
      const path = join(folder(test), 'x.session')
      const { status, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL('support/abrupt.mjs', import.meta.url)), client, path], { encoding: 'utf8' })
      assert.equal(status, 0, stderr)
      const session = Session.open(path)
      assert.deepEqual(ids(session), [5])
      if (client === 'gramjs') assert.equal(session.dcId, 4)
      else assert.equal(session.getUpdateState(0).pts, 7)
      session.close()
    })
  }

  it('of a session that its owner closed is dropped with a warning', async () => {
    const session = Session.open(':memory:')
    const ours = new GramjsSession(session)
    const warnings = await warningsDuring(async () => {
      ours.processEntities([user(1)])
      session.close()
      await new Promise(setImmediate)
      await ours.save().catch(() => undefined)
    })
    assert.ok(warnings.some((text) => /closed/.test(text)), String(warnings))
  })
})

it('sessions by the hundred take what the library takes, and nothing is left of them', { skip: process.platform !== 'linux' && 'it reads /proc' }, async (test) => {
  const place = folder(test)
  const descriptors = () => readdirSync('/proc/self/fd').length
  const before = descriptors()
  const plain = Session.open(join(place, 'plain.session'))
  plain.updatePeers([{ id: 1 }])
  const each = descriptors() - before
  plain.close()
  const listeners = process.listenerCount('exit')
  const storages = range(0, 50).map((index) => new TgsessionStorage(join(place, `m${index}.session`)))
  const sessions = range(0, 50).map((index) => new GramjsSession(join(place, `g${index}.session`)))
  await Promise.all([...storages.map(({ driver }) => driver.load()), ...sessions.map((session) => session.load())])
  storages.forEach(({ peers }) => peers.store(info(1)))
  sessions.forEach((session) => session.processEntities([user(1)]))
  await Promise.all([...storages.map(({ driver }) => driver.save()), ...sessions.map((session) => session.save())])
  const during = descriptors()
  await Promise.all([...storages.map(({ driver }) => driver.destroy()), ...sessions.map((session) => session.close())])
  assert.equal(during - before, 100 * each)
  assert.equal(descriptors(), before)
  assert.equal(process.listenerCount('exit'), listeners)
})

it('keys and fields of GramJS are in the file after `save`', async (test) => {
  const path = join(folder(test), 'x.session')
  const { AuthKey } = require('telegram/crypto/AuthKey')
  const key = new AuthKey()
  await key.setKey(Buffer.from(KEY))
  const ours = new GramjsSession(path)
  await ours.load()
  ours.setAuthKey(key)
  ours.setDC(2, '149.154.167.51', 443)
  await ours.save()
  const session = Session.open(path)
  assert.deepEqual([session.dcId, session.authKey, session.testMode], [2, KEY, false])
  session.close()
  await ours.close()
  assert.deepEqual([ours.dcId, ours.port], [2, 443]) // GramJS asks after `close`, too
})
