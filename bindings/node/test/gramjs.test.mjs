// The session for GramJS: its interface, its entities, and what the real StringSession makes of the same calls.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { join } from 'node:path'
import { folder, KEY, require, tgsession } from './support/library.mjs'

const { Api } = require('telegram')
const { AuthKey } = require('telegram/crypto/AuthKey')
const { Session: Abstract, StoreSession, StringSession } = require('telegram/sessions')
const { GramjsSession } = require('tgsession/gramjs')
const bigInt = require('big-integer')

async function authKey(bytes = KEY) {
  const key = new AuthKey()
  await key.setKey(Buffer.from(bytes))
  return key
}

const USER = new Api.User({
  id: bigInt(7770001234567), accessHash: bigInt('-5555555555555555555'), firstName: 'Anna', lastName: 'Ärmel', username: 'Tgs_Anna', phone: '49151234567',
  usernames: [new Api.Username({ username: 'anna_two', active: true }), new Api.Username({ username: 'asleep', active: false })],
})
const BOT = new Api.User({ id: bigInt(42), accessHash: bigInt(4242), firstName: 'Bot', username: 'tgs_bot', bot: true })
const GROUP = new Api.Chat({ id: bigInt(777), title: 'A group', photo: new Api.ChatPhotoEmpty(), participantsCount: 1, date: 1, version: 1 })
const ROOM = new Api.Channel({ id: bigInt(1777000301), accessHash: bigInt(1), title: 'Room', username: 'tgs_room', megagroup: true, photo: new Api.ChatPhotoEmpty(), date: 1 })
const ALL = { users: [USER, BOT], chats: [GROUP, ROOM] }

const members = (object) => {
  const names = new Set()
  for (let one = object; one && one !== Object.prototype; one = Object.getPrototypeOf(one)) Object.getOwnPropertyNames(one).forEach((name) => names.add(name))
  return [...names].filter((name) => !name.startsWith('_') && name !== 'constructor')
}

it('is a Session and has all that the real ones have', () => {
  const ours = new GramjsSession(':memory:')
  assert.ok(ours instanceof Abstract)
  for (const Real of [StringSession, StoreSession]) {
    const wanted = members(Real.prototype)
    assert.ok(wanted.length > 15)
    assert.deepEqual(wanted.filter((name) => !members(ours).includes(name)), [], Real.name)
  }
})

it('holds what the client sets, as the real StringSession does, over closing and loading', async (test) => {
  const ours = new GramjsSession(join(folder(test), 'x.session'))
  const real = new StringSession('')
  const look = (session) => [session.dcId, session.serverAddress, session.port, session.authKey?.getKey()?.toString('hex'), session.getAuthKey(3), session.getAuthKey(4)?.getKey()?.length]
  for (const session of [ours, real]) {
    await session.load()
    session.setDC(4, '149.154.167.91', 443)
    session.setAuthKey(await authKey())
    session.setAuthKey(await authKey(), 3) // another data centre's: kept by neither
    await session.save()
  }
  assert.deepEqual(look(ours), look(real))
  await ours.close()
  await ours.load()
  assert.deepEqual(look(ours), look(real))
  assert.equal(ours.tgsession.testMode, false)
  assert.equal(ours.tgsession.exportSessionString('gramjs'), real.save())
  ours.setAuthKey(undefined)
  await ours.save()
  assert.deepEqual([ours.authKey, ours.tgsession.authKey], [undefined, null])
  await ours.close()
})

it('a move to another data centre is one change, and leaves the key to GramJS', async () => {
  const session = tgsession.Session.open(':memory:')
  const ours = new GramjsSession(session)
  ours.setAuthKey(await authKey()) // before GramJS says which data centre it is of
  ours.setDC(2, '149.154.167.51', 443)
  ours.setDC(2, '149.154.167.50', 443)
  await ours.save()
  assert.deepEqual([session.dcId, session.serverAddress, session.authKey, session.changeCount], [2, '149.154.167.50', KEY, 1])
  ours.setDC(4, '149.154.167.91', 443)
  await ours.save()
  assert.deepEqual([session.dcId, session.authKey, session.changeCount], [4, KEY, 2])
})

it('a session that stores no address keeps its data centre', async () => {
  const session = tgsession.Session.open(':memory:')
  session.dcId = 5
  session.authKey = KEY
  const ours = new GramjsSession(session)
  await ours.load()
  assert.deepEqual([ours.dcId, ours.serverAddress, ours.port, ours.authKey.getKey().length], [5, '91.108.56.130', 443, 256])
  const fresh = new GramjsSession(':memory:')
  await fresh.load()
  assert.deepEqual([fresh.dcId, fresh.serverAddress, fresh.port, fresh.authKey], [0, undefined, undefined, undefined])
})

describe('entities', () => {
  // What a key resolves to, or undefined where GramJS would ask Telegram.
  const resolve = (session, key) => {
    try {
      return session.getInputEntity(key).toJSON()
    } catch {
      return undefined
    }
  }

  it('resolve as in the real StringSession', () => {
    const [ours, real] = [new GramjsSession(':memory:'), new StringSession('')]
    for (const session of [ours, real]) session.processEntities(ALL)
    const keys = ['tgs_anna', '@tgs_bot', '+49151234567', 'Anna Ärmel', 'tgs_room', '-777', 1777000301, '-1001777000301', new Api.PeerChat({ chatId: bigInt(777) })]
    for (const key of keys) {
      assert.ok(resolve(real, key), String(key))
      assert.deepEqual(resolve(ours, key), resolve(real, key), String(key))
    }
    for (const key of ['nobody', bigInt(99), 'Nobody At All']) assert.deepEqual([resolve(ours, key), resolve(real, key)], [undefined, undefined])
    // Here the real one compares a text with a number, finds nobody, and asks Telegram.
    assert.deepEqual(resolve(ours, bigInt(42)), resolve(real, 'tgs_bot'))
    assert.deepEqual(resolve(ours, bigInt(-777)), resolve(real, '-777'))
  })

  it('are whole peers to other clients', async () => {
    const session = tgsession.Session.open(':memory:')
    const ours = new GramjsSession(session)
    ours.processEntities(ALL)
    await ours.save()
    const peers = [...session.peers()].map(({ lastUpdateOn, typeName, ...peer }) => peer)
    assert.deepEqual(peers, [
      { id: -1001777000301, accessHash: 1n, type: 'supergroup', usernames: ['tgs_room'], phoneNumber: null, name: 'Room' },
      { id: -777, accessHash: 0n, type: 'group', usernames: [], phoneNumber: null, name: 'A group' },
      { id: 42, accessHash: 4242n, type: 'bot', usernames: ['tgs_bot'], phoneNumber: null, name: 'Bot' },
      { id: 7770001234567, accessHash: -5555555555555555555n, type: 'user', usernames: ['tgs_anna', 'anna_two'], phoneNumber: '49151234567', name: 'Anna Ärmel' },
    ])
  })

  it('an expired username, and a peer without an access hash, are left to Telegram', () => {
    const session = tgsession.Session.open(':memory:', { usernameExpiry: 3600 })
    session.updatePeers([{ id: 1, accessHash: 1n, usernames: ['old'], lastUpdateOn: 1600000000 }, { id: 2, type: 'user', usernames: ['hashless'] }])
    const ours = new GramjsSession(session)
    assert.throws(() => ours.getInputEntity('old'), /Could not find/)
    assert.throws(() => ours.getInputEntity('hashless'), /Could not find/)
    assert.equal(ours.getInputEntity(bigInt(1)).className, 'InputPeerUser')
  })

  it("the account's own user tells who is logged in", async () => {
    const session = tgsession.Session.open(':memory:')
    const ours = new GramjsSession(session)
    ours.processEntities([new Api.User({ id: bigInt(5), accessHash: bigInt(6), firstName: 'Me', self: true })])
    await ours.save()
    assert.deepEqual([session.userId, session.isBot], [5, false])
  })

  it('nothing to learn is nothing to write', async () => {
    const session = tgsession.Session.open(':memory:')
    const ours = new GramjsSession(session)
    for (const nothing of [{ users: [], chats: [] }, true, null, undefined, []]) ours.processEntities(nothing)
    await ours.save()
    assert.equal(session.inspect().peers, 0)
  })
})

it('log-out deletes the file; a takeout is kept', async (test) => {
  const path = join(folder(test), 'x.session')
  const ours = new GramjsSession(path)
  ours.takeoutId = bigInt('-9223372036854775808')
  assert.equal(ours.takeoutId, -(2n ** 63n))
  ours.takeoutId = undefined
  assert.equal(ours.takeoutId, undefined)
  await ours.delete()
  assert.throws(() => tgsession.Session.open(path, { create: false }), { status: 'TGS_ERROR_FILE_NOT_FOUND' })
})

it('a real TelegramClient accepts it', () => {
  const { TelegramClient } = require('telegram')
  const ours = new GramjsSession(':memory:')
  const client = new TelegramClient(ours, 12345, 'hash', {})
  assert.equal(client.session, ours)
})
