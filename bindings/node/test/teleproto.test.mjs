// The session for teleproto: what its own sessions make of the same calls, and what its client does with our promises.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { join } from 'node:path'
import { folder, KEY, require, tgsession } from './support/library.mjs'
import { lock, ticksDuring } from './support/lock.mjs'

const { Api, TelegramClient } = require('teleproto')
const { AuthKey } = require('teleproto/crypto/AuthKey')
const { MemorySession, Session: Abstract } = require('teleproto/sessions')
const { TeleprotoSession } = require('tgsession/teleproto')
const gramjs = { ...require('telegram'), ...require('tgsession/gramjs') }
const bigInt = require('big-integer')

const OTHER_KEY = KEY.map((byte) => byte ^ 1)
async function authKey(bytes = KEY) {
  const key = new AuthKey()
  await key.setKey(Buffer.from(bytes))
  return key
}

const entities = ({ Api }) => ({
  users: [new Api.User({ id: bigInt(7770001234567), accessHash: bigInt('-5555555555555555555'), firstName: 'Anna', lastName: 'Ärmel', username: 'Tgs_Anna', phone: '49151234567' }),
    new Api.User({ id: bigInt(42), accessHash: bigInt(4242), firstName: 'Bot', username: 'tgs_bot', bot: true })],
  chats: [new Api.Chat({ id: bigInt(777), title: 'A group', photo: new Api.ChatPhotoEmpty(), participantsCount: 1, date: 1, version: 1 }),
    new Api.Channel({ id: bigInt(1777000301), accessHash: bigInt(1), title: 'Room', username: 'tgs_room', megagroup: true, photo: new Api.ChatPhotoEmpty(), date: 1 })],
})
const KEYS = ['tgs_anna', '@tgs_bot', 'https://t.me/tgs_room', '+49151234567', 'Anna Ärmel', 'tgs_room', '-777', '1777000301', '-1001777000301', '42']

it('has all that its Session has, and is one', () => {
  const ours = new TeleprotoSession(':memory:')
  assert.ok(ours instanceof Abstract)
  for (const name of Object.getOwnPropertyNames(MemorySession.prototype).filter((name) => !/^_|^getEntityRows/.test(name))) assert.ok(name in ours, name)
})

it('keys of other data centres move as in its own session, and one move is one write', async () => {
  const session = tgsession.Session.open(':memory:')
  const [ours, real] = [new TeleprotoSession(session), new MemorySession()]
  const look = (one) => [one.dcId, one.serverAddress, one.port, ...[undefined, 2, 3, 4].map((dc) => one.getAuthKey(dc)?.getKey().toString('hex'))]
  const [first, second] = [await authKey(), await authKey(OTHER_KEY)]
  const steps = [(one) => one.setDC(2, '149.154.167.51', 80), (one) => one.setAuthKey(first), (one) => one.setAuthKey(second, 4), (one) => one.setDC(4, '149.154.167.91', 80),
    (one) => one.setDC(3, '149.154.175.100', 80), (one) => one.setAuthKey(undefined, 2), (one) => one.setDC(4, '149.154.167.91', 80), (one) => one.setAuthKey(undefined)]
  for (const [index, step] of steps.entries()) {
    for (const one of [ours, real]) step(one)
    assert.deepEqual(look(ours), look(real), `step ${index}`)
    const before = session.changeCount
    await ours.save()
    assert.ok(session.changeCount - before <= 1)
    assert.deepEqual([session.dcId, session.authKey && Buffer.from(session.authKey).toString('hex')], [real.dcId, real.authKey?.getKey().toString('hex') ?? null])
  }
})

it('whether it is on the test servers is kept, and no option changes it for a login', async () => {
  const session = tgsession.Session.open(':memory:')
  const ours = new TeleprotoSession(session)
  assert.equal(ours.testServers, false)
  ours.testServers = true
  ours.setDC(2, '149.154.167.40', 80)
  ours.setAuthKey(await authKey())
  ours.testServers = false
  await ours.save()
  assert.deepEqual([ours.testServers, session.testMode], [true, true])
})

describe('lookups', () => {
  it('resolve as in its own session', async () => {
    const [ours, real] = [new TeleprotoSession(':memory:'), new MemorySession()]
    for (const one of [ours, real]) one.processEntities(entities({ Api }))
    for (const saved of [false, true]) {
      for (const key of KEYS) assert.deepEqual((await ours.getInputEntity(key)).toJSON(), real.getInputEntity(key).toJSON(), `${key} ${saved}`)
      for (const key of ['nobody', '99', 'Nobody At All', '+4915199', '@nobody']) await assert.rejects(ours.getInputEntity(key), { message: `Could not find input entity with key ${key}` })
      await ours.save()
    }
    assert.equal(String((await ours.getInputEntity(bigInt(42))).accessHash), '4242')
    const input = new Api.InputPeerUser({ userId: bigInt(5), accessHash: bigInt(6) })
    assert.equal(await ours.getInputEntity(input), input)
    await ours.close()
  })

  // What the clients do with what a session answers is why one of ours answers at once, and the other later.
  for (const [name, own, Ours] of [['GramJS', gramjs, gramjs.GramjsSession], ['teleproto', require('teleproto'), TeleprotoSession]]) {
    it(`${name}: its client finds what is there, and asks Telegram for what is not or cannot be read`, async () => {
      const session = tgsession.Session.open(':memory:')
      const ours = new Ours(session)
      ours.processEntities(entities(own))
      await ours.save()
      const client = new own.TelegramClient(ours, 12345, 'hash', {})
      const asked = []
      client.invoke = async (request) => {
        asked.push(request.className)
        throw new Error('no network here')
      }
      for (const key of KEYS) assert.ok((await client.getInputEntity(key)).className.startsWith('InputPeer'), key)
      assert.deepEqual(asked, [])
      await assert.rejects(client.getInputEntity('nobody'), /no network here/)
      assert.deepEqual(asked, ['contacts.ResolveUsername'])
      session.close()
      await assert.rejects(client.getInputEntity('tgs_anna'), /no network here/)
      assert.equal(asked.length, 2)
    })
  }

  it('nothing is read in the event loop, even where no reader gets in', async (test) => {
    const path = join(folder(test), 'x.session')
    const ours = new TeleprotoSession(path)
    await ours.load()
    ours.processEntities(entities({ Api }))
    await ours.save()
    const unlock = await lock(test, path, 'EXCLUSIVE')
    const ticks = await ticksDuring(async (counted) => {
      const found = ours.getInputEntity('tgs_anna')
      while (counted() < 20) await new Promise(setImmediate)
      await unlock()
      assert.equal(String((await found).userId), '7770001234567')
    })
    assert.ok(ticks >= 20)
    await ours.close()
  })
})

it('log-out deletes the file, and what is in memory', async (test) => {
  const path = join(folder(test), 'x.session')
  const ours = new TeleprotoSession(path)
  await ours.load()
  ours.setDC(4, '149.154.167.91', 80)
  ours.setAuthKey(await authKey())
  ours.setAuthKey(await authKey(OTHER_KEY), 2)
  await ours.save()
  await ours.delete()
  assert.deepEqual([ours.dcId, ours.authKey, ours.getAuthKey(2)], [0, undefined, undefined])
  assert.throws(() => tgsession.Session.open(path, { create: false }), { status: 'TGS_ERROR_FILE_NOT_FOUND' })
})

it('a client of its own takes it', () => {
  const ours = new TeleprotoSession(':memory:')
  assert.equal(new TelegramClient(ours, 12345, 'hash', {}).session, ours)
})
