// What is this language's own: threads, memory, iteration, exceptions. The cases test the rest.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { failing, folder, KEY, tgsession } from './support/library.mjs'
import { MemoryEngine } from './support/memory-engine.mjs'

const { Session, TgsError, UsernameExpiredError } = tgsession

describe('closing', () => {
  it('Symbol.dispose closes', () => {
    const session = Session.open(':memory:')
    session[Symbol.dispose]()
    assert.throws(() => session.dcId, failing('TGS_ERROR_CLOSED'))
    session.close()
  })

  it('a forgotten session is closed with its object', async () => {
    const handle = (() => Session.open(':memory:').handle)()
    const other = Session.fromHandle(handle)
    for (let round = 0; round < 100; round++) {
      globalThis.gc()
      await sleep(5)
      try {
        assert.equal(other.format, 'memory')
      } catch (error) {
        return assert.ok(failing('TGS_ERROR_CLOSED')(error))
      }
    }
    assert.fail('it is still open')
  })

  it('a session by its handle is not closed with its object', async () => {
    const session = Session.open(':memory:')
    ;(() => void Session.fromHandle(session.handle))()
    for (let round = 0; round < 5; round++) {
      globalThis.gc()
      await sleep(5)
    }
    assert.equal(session.format, 'memory')
  })
})

describe('WAL mode', () => {
  // Where SQLite's header tells it: 2 is WAL, 1 is not.
  const mode = (path) => readFileSync(path)[18]

  it('of a new file, if it is wanted; a file that is there keeps its own', (test) => {
    const [walled, plain] = ['walled', 'plain'].map((name) => join(folder(test), `${name}.session`))
    const session = Session.open(walled, { wal: true })
    session.dcId = 4
    assert.ok(existsSync(`${walled}-wal`))
    session.close()
    Session.open(plain).close()
    assert.deepEqual([mode(walled), mode(plain)], [2, 1])
    Session.open(walled, { wal: false }).close()
    Session.open(plain, { wal: true }).close()
    assert.deepEqual([mode(walled), mode(plain)], [2, 1])
  })
})

describe('peers', () => {
  const open = (count) => {
    const session = Session.open(':memory:')
    session.updatePeers(Array.from({ length: count }, (_, index) => ({ id: index + 1, accessHash: index, usernames: [`name_${index}`] })))
    return session
  }

  it('iterate over a session', () => {
    const session = open(3)
    assert.deepEqual(Array.from(session, (peer) => peer.id), [1, 2, 3])
    assert.deepEqual(Array.from(session.peers([2n, 9]), (peer) => peer.usernames), [['name_1']])
  })

  it('a walk that is left early is freed, and over', () => {
    const walk = open(3).peers()
    for (const peer of walk) if (peer.id === 2) break
    assert.deepEqual([...walk], [])
    assert.deepEqual(walk.next(), { done: true, value: undefined })
  })

  it('a hundred thousand in one call, and in another thread', async () => {
    const session = Session.open(':memory:')
    const peers = Array.from({ length: 100_000 }, (_, index) => ({ id: index + 1, accessHash: -BigInt(index), name: `Nämé ${index} 🧶` }))
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    await session.updatePeersAsync(peers)
    clearInterval(timer)
    assert.ok(ticks > 0, 'the event loop stood still')
    let last
    for (const peer of await session.peersAsync()) last = peer
    assert.deepEqual([last.id, last.accessHash, last.name], [100_000, -99_999n, 'Nämé 99999 🧶'])
  })
})

describe('answers', () => {
  it('an expired username is an error of its own, with a status', () => {
    const session = Session.open(':memory:', { usernameExpiry: 0 })
    session.updatePeers([{ id: 1, usernames: ['old'], lastUpdateOn: 1 }])
    assert.throws(() => session.getPeerByUsername('old'), (error) =>
      error instanceof UsernameExpiredError && error instanceof TgsError && error.status === 'TGS_EXPIRED')
  })

  it('an id that a number cannot hold is never rounded', () => {
    const session = Session.open(':memory:')
    session.userId = 2n ** 53n + 1n
    assert.throws(() => session.userId, RangeError)
    assert.throws(() => (session.userId = 2 ** 53 + 2), failing('TGS_ERROR_INVALID_ARGUMENT'))
    session.userId = Number.MAX_SAFE_INTEGER
    assert.equal(session.userId, Number.MAX_SAFE_INTEGER)
  })

  it('a key is a copy, both ways', () => {
    const session = Session.open(':memory:')
    const key = Uint8Array.from(KEY)
    session.authKey = key
    key.fill(0)
    session.authKey.fill(0)
    assert.deepEqual(session.authKey, KEY)
    assert.ok(!inspect(session).includes(Buffer.from(KEY.subarray(0, 8)).toString('hex')))
  })

  it('an override may be of any type', () => {
    const [source, target] = [Session.open(':memory:'), Session.open(':memory:')]
    source.authKey = KEY
    const report = source.convertTo(target, { user_id: 5n, is_bot: false, api_id: 12345, dc_id: '2' })
    assert.deepEqual([target.userId, target.isBot, target.apiId, target.dcId], [5, false, 12345, 2])
    assert.equal(report.fields.find(({ name }) => name === 'user_id').outcome, 'overridden')
  })
})

describe('several fields at once', () => {
  it('those that are named: null makes absent, undefined and what is left out stay', () => {
    const session = Session.open(':memory:')
    const key = Uint8Array.from(KEY)
    session.setData({ authKey: key, dcId: 4, userId: 5, isBot: false, takeoutId: -(2n ** 63n), serverAddress: '149.154.167.91', port: 443 })
    session.setData({ userId: null, dcId: undefined })
    assert.deepEqual([session.dcId, session.userId, session.isBot, session.takeoutId, session.port], [4, null, false, -(2n ** 63n), 443])
    assert.deepEqual([key, session.authKey], [KEY, KEY])
    assert.equal(session.changeCount, 2)
    const data = session.getSessionData()
    assert.deepEqual([data.authKey, data.userId, data.takeoutId, data.tmpAuthKey], [KEY, null, -(2n ** 63n), null])
  })
})

describe('values of the caller beside the session', () => {
  it('are bytes by their names', () => {
    const session = Session.open(':memory:')
    session.setValue('salts', Uint8Array.of(0, 255))
    session.setValue('zero', new Uint8Array())
    assert.deepEqual([session.getValue('salts'), session.getValue('zero'), session.getValue('other')], [Uint8Array.of(0, 255), new Uint8Array(), null])
    assert.deepEqual([session.getValueNames(), session.getCounts().values], [['salts', 'zero'], 2])
    session.deleteValue('salts')
    assert.deepEqual(session.getValueNames(), ['zero'])
    for (const wrong of ['text', null, [1], 5]) assert.throws(() => session.setValue('salts', wrong), { status: 'TGS_ERROR_INVALID_ARGUMENT' })
    for (const name of ['', ' salts', 'a\0b', 5]) assert.throws(() => session.getValue(name), { status: 'TGS_ERROR_INVALID_ARGUMENT' })
    assert.throws(() => session.setValue('salts', new Uint8Array(2 ** 20 + 1)), { status: 'TGS_ERROR_INVALID_ARGUMENT' })
  })
})

describe('data centres', () => {
  const addresses = [{ serverAddress: '149.154.167.91', port: 65535, isMediaOnly: false }, { serverAddress: '::1', port: 1, isMediaOnly: true }]

  it('come back as they were told, and the given keys are left alone', () => {
    const session = Session.open(':memory:')
    const keys = [Uint8Array.from(KEY), KEY.map((byte) => byte ^ 1)]
    const whole = { id: 4, authKey: keys[0], tmpAuthKey: keys[1], tmpExpiresAt: Number.MAX_SAFE_INTEGER, addresses }
    session.setDataCenter(whole)
    session.setDataCenter({ id: 203, addresses: [{ serverAddress: '::1', port: 1 }] })
    session.setDataCenter({ id: 5, authKey: null, tmpAuthKey: undefined, tmpExpiresAt: null, addresses: null })
    assert.deepEqual(session.getDataCenter(4), { ...whole, authKey: KEY })
    assert.deepEqual(session.getDataCenter(203), { id: 203, authKey: null, tmpAuthKey: null, tmpExpiresAt: null, addresses: [{ serverAddress: '::1', port: 1, isMediaOnly: false }] })
    assert.deepEqual([session.getDataCenterIds(), session.getDataCenter(1)], [[4, 5, 203], null])
    assert.ok(!inspect(session.inspect({ showSecrets: true })).includes(Buffer.from(KEY.subarray(0, 8)).toString('hex')))
    session.deleteDataCenter(4)
    session.deleteDataCenter(4)
    assert.deepEqual(session.getDataCenterIds(), [5, 203])
    assert.equal(keys[1][0], KEY[0] ^ 1)
  })

  it('that cannot be are refused', () => {
    const session = Session.open(':memory:')
    const at = (address) => ({ id: 4, addresses: [{ ...addresses[0], ...address }] })
    const wrong = [
      null, 5, {}, { id: 0 }, { id: 2 ** 31 }, { id: '4' }, { id: 4, authkey: KEY }, { id: 4, authKey: KEY.subarray(1) }, { id: 4, tmpAuthKey: 'text' },
      { id: 4, tmpExpiresAt: 1.5 }, { id: 4, addresses: {} }, { id: 4, addresses: [null] }, { id: 4, addresses: Array(65).fill(addresses[0]) },
      at({ port: 0 }), at({ port: 65536 }), at({ serverAddress: '' }), at({ serverAddress: 'a\0b' }), at({ serverAddress: 5 }), at({ isMediaOnly: 1 }), at({ ipv6: true }),
    ]
    for (const one of wrong) assert.throws(() => session.setDataCenter(one), { status: 'TGS_ERROR_INVALID_ARGUMENT' }, inspect(one))
    for (const id of [null, '4', 2 ** 31, 1.5]) assert.throws(() => session.getDataCenter(id), { status: 'TGS_ERROR_INVALID_ARGUMENT' })
    assert.deepEqual(session.getDataCenterIds(), [])
    session.setDataCenter({ id: 4, tmpExpiresAt: 2n ** 63n - 1n })
    assert.throws(() => session.getDataCenter(4), RangeError)
  })
})

/** A session with a login. */
const whole = () => {
  const session = Session.open(':memory:')
  session.setData({ authKey: KEY, dcId: 4, userId: 5, isBot: false, testMode: false, apiId: 1 })
  return session
}

describe('bytes', () => {
  it('there and back, as a file and compressed', (test) => {
    const session = whole()
    session.updatePeers([{ id: 1, accessHash: 5n, usernames: ['one'] }])
    const bytes = session.toBytes()
    const packed = session.toBytes({ format: 'telethon@7', compress: true })
    assert.ok(bytes instanceof Uint8Array && packed.length < bytes.length)
    const path = join(folder(test), 'x.session')
    writeFileSync(path, bytes)
    for (const copy of [Session.open(path), Session.openBytes(bytes), Session.openBytes(packed), Session.openBytes(Buffer.from(packed))]) {
      assert.deepEqual([copy.authKey, copy.getPeerByUsername('one').accessHash], [KEY, 5n])
    }
  })

  it('they are copies, both ways', () => {
    const bytes = whole().toBytes()
    const kept = Uint8Array.from(bytes)
    const session = Session.openBytes(bytes)
    assert.deepEqual(bytes, kept)
    bytes.fill(0)
    assert.deepEqual(session.authKey, KEY)
    assert.deepEqual(session.toBytes(), kept)
  })

  it('a view of a part is that part, and shared memory is read once', () => {
    const bytes = whole().toBytes()
    const larger = new Uint8Array(new SharedArrayBuffer(bytes.length + 20))
    larger.set(bytes, 10)
    assert.deepEqual(Session.openBytes(larger.subarray(10, 10 + bytes.length)).authKey, KEY)
  })
})

describe('age files', () => {
  const recipient = 'age1j9xgd6rqa7vyvj3svcqs8fs94d7pv24pr5qhman7vtmxflwfcumq2fd49f'
  const identity = 'AGE-SECRET-KEY-14U7D8KWEENWG4JKJVJXRXNH9890TAWKH8L4RQ8XQ482SEQZZ6VXSHK7D8P'
  const stranger = 'AGE-SECRET-KEY-1ZQJ5HAVYLKZ83Q6R2AQWZLHFW7ZUDCT62WRWTT85D79LK9CHZKVS5ZQ02F'

  it('to a recipient, and back, here and in another thread', async () => {
    const session = whole()
    for (const sealed of [session.toAge({ recipients: [recipient] }), await session.toAgeAsync({ recipients: [recipient], format: 'telethon@8' })]) {
      assert.equal(Buffer.from(sealed.subarray(0, 21)).toString(), 'age-encryption.org/v1')
      for (const copy of [Session.openAge(sealed, { identity }), await Session.openAgeAsync(sealed, { identity: `# mine\n${identity}\n` })]) {
        assert.deepEqual(copy.authKey, KEY)
      }
      assert.throws(() => Session.openAge(sealed, { identity: stranger }), failing('TGS_ERROR_WRONG_KEY'))
      await assert.rejects(Session.openAgeAsync(sealed, { passphrase: 'x' }), failing('TGS_ERROR_WRONG_KEY'))
      assert.throws(() => Session.openBytes(sealed), failing('TGS_ERROR_WRONG_KEY'))
      assert.throws(() => Session.openAge(sealed.subarray(1000), { identity }), failing('TGS_ERROR_NOT_A_SESSION'))
    }
  })

  it('a passphrase does not stop the event loop', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 5)
    timer.unref() // a failure below ends the process all the same
    const sealed = await whole().toAgeAsync({ passphrase: 'correct horse' })
    const session = await Session.openAgeAsync(sealed, { passphrase: 'correct horse' })
    clearInterval(timer)
    assert.ok(turns > 10, `${turns}`)
    assert.deepEqual(session.authKey, KEY)
  })

  it('what cannot be is refused, and not repeated', () => {
    const session = whole()
    const refused = (error) => failing('TGS_ERROR_INVALID_ARGUMENT')(error) && !error.message.includes(identity.slice(20, 40))
    for (const lock of [{}, { recipients: [] }, { recipients: [recipient, identity] }, { recipients: recipient }, { recipients: [5] },
      { passphrase: '' }, { passphrase: 5 }, { passphrase: 'a\0b' }, { passphrase: 'x', recipients: [recipient] }, { recipient }, null]) {
      assert.throws(() => session.toAge(lock), refused)
    }
    const sealed = session.toAge({ recipients: [recipient] })
    for (const key of [{}, { identity: '' }, { identity: 5 }, { identities: identity }, { identity, passphrase: 'x' }, undefined]) {
      assert.throws(() => Session.openAge(sealed, key), refused)
    }
  })
})

describe('leases', () => {
  const NEW_KEY = Uint8Array.from(randomBytes(256)) // leases are the whole machine's

  it('over every kind of session, until it is closed', () => {
    const options = { lease: { owner: 'bot 1', seconds: 5 } }
    const first = Session.open(':memory:', options)
    first.authKey = NEW_KEY
    const inUse = (error) => failing('TGS_ERROR_IN_USE')(error) && error.message.includes('bot 1')
    const others = [Session.openEngine(new MemoryEngine(), { lease: true }), Session.open(':memory:', { lease: {} })]
    for (const other of others) assert.throws(() => (other.authKey = NEW_KEY), inUse)
    Session.open(':memory:', { lease: false }).authKey = NEW_KEY
    first.close()
    others[0].authKey = NEW_KEY
    assert.throws(() => (others[1].authKey = NEW_KEY), failing('TGS_ERROR_IN_USE'))
    others.forEach((other) => other.close())
  })
})

describe('lists', () => {
  it('a place that keeps one session has none, here and in another thread', async () => {
    assert.throws(() => tgsession.listSessions(':memory:'), failing('TGS_ERROR_UNSUPPORTED'))
    await assert.rejects(tgsession.listSessionsAsync(':memory:'), failing('TGS_ERROR_UNSUPPORTED'))
  })
})

describe('async', () => {
  it('does what the others do', async (test) => {
    const path = join(folder(test), 'x.session')
    const session = await Session.openAsync(path, { format: 'telethon@8' })
    session.authKey = KEY
    await session.saveAsync()
    assert.ok(existsSync(path))
    const copy = Session.open(':memory:')
    assert.equal((await session.convertToAsync(copy)).source, 'telethon@8')
    assert.deepEqual(copy.authKey, KEY)
    session.close()
    await assert.rejects(session.saveAsync(), failing('TGS_ERROR_CLOSED'))
    await assert.rejects(session.updatePeersAsync([{ id: 1 }]), failing('TGS_ERROR_CLOSED'))
    await assert.rejects(Session.openAsync('/nowhere/x.session'), failing('TGS_ERROR_FILE_NOT_FOUND'))
  })

  it('many at once', async (test) => {
    const session = Session.open(join(folder(test), 'x.session'))
    await Promise.all(Array.from({ length: 50 }, (_, index) => session.updatePeersAsync([{ id: index + 1 }])))
    assert.equal([...session].length, 50)
  })
})

describe('workers', () => {
  const start = (handle, job) => {
    const worker = new Worker(new URL('./support/worker.mjs', import.meta.url), { workerData: { handle, job } })
    return new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject))
  }

  it('share a session, and one closes it while the others read and write', async (test) => {
    const session = Session.open(join(folder(test), 'x.session'))
    const workers = Array.from({ length: 3 }, (_, index) => start(session.handle, index === 0 ? 'write' : 'read'))
    const closer = sleep(1500).then(() => start(session.handle, 'close'))
    for (const { calls, end } of await Promise.all(workers)) {
      assert.equal(end, 'TGS_ERROR_CLOSED')
      assert.ok(calls > 0)
    }
    await closer
    assert.throws(() => session.format, failing('TGS_ERROR_CLOSED'))
  })
})

it('what stands beside a session is named', () => {
  const web = JSON.stringify({ dc: '4', dc4_auth_key: '07'.repeat(256), dc2_auth_key: '08' })
  const session = Session.openBytes(Buffer.from(web))
  const [other] = session.inspect().other_keys
  assert.deepEqual(other, { dc_id: 2, auth_key_id: null })
  const { text, report } = session.exportWithReport('telethon')
  assert.deepEqual(report.other_keys, [{ ...other, outcome: 'left_behind' }])
  assert.equal(text, session.exportSessionString('telethon'))
  assert.equal(report.foreign_tables, undefined)
})
