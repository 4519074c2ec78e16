// Whatever is passed, the answer is an exception: never a crash, and never another value than the one that was meant.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { failing, folder, KEY, tgsession } from './support/library.mjs'

const { Session, TgsError, diagnose, defaultServerAddress } = tgsession
const refused = failing('TGS_ERROR_INVALID_ARGUMENT')
const session = Session.open(':memory:')
const JUNK = [undefined, 5, -1, 5.5, NaN, Infinity, 2 ** 60, 2n ** 70n, -(2n ** 64n), true, '', 'text', 'a\0b', '\ud800', Symbol('s'), {}, [], null, () => 1, new Date(), KEY, [null], new Proxy({}, {})]
const without = (...types) => JUNK.filter((value) => value !== undefined && value !== null && !types.includes(typeof value))

describe('values of a wrong type', () => {
  for (const name of ['dcId', 'port', 'apiId', 'date', 'userId', 'takeoutId']) {
    it(name, () => {
      for (const value of [...without('number', 'bigint'), 5.5, NaN, Infinity, 2 ** 60, 2n ** 70n]) assert.throws(() => (session[name] = value), refused)
      assert.equal(session[name], null)
    })
  }

  it('numbers that a smaller type would cut', () => {
    for (const value of [65536, -1, 65536 + 443]) assert.throws(() => (session.port = value), refused)
    for (const value of [2 ** 31, -(2 ** 31) - 1, 2 ** 32 + 2]) assert.throws(() => (session.dcId = value), refused)
    for (const value of [2 ** 32 + 5, -5]) assert.throws(() => Session.open(':memory:', { busyTimeout: value }), refused)
    assert.throws(() => defaultServerAddress(2 ** 32 + 2), refused)
  })

  it('booleans, texts and keys', () => {
    for (const value of without('boolean')) assert.throws(() => (session.isBot = value), refused)
    for (const value of [...without('string'), 'a\0b', '\ud800', 'x\udc00']) assert.throws(() => (session.serverAddress = value), refused)
    for (const value of [...without().filter((one) => one !== KEY), new Uint8Array(0), new Uint8Array(255), new Uint16Array(256), KEY.buffer, Array.from(KEY)]) {
      assert.throws(() => (session.authKey = value), refused)
    }
    assert.deepEqual([session.isBot, session.serverAddress, session.authKey], [null, null, null])
  })

  it('locations, texts and options', () => {
    for (const value of [...JUNK.filter((one) => typeof one !== 'string'), 'a\0b', '\ud800']) {
      assert.throws(() => Session.open(value), refused)
      assert.throws(() => Session.openString(value), refused)
      assert.throws(() => diagnose(value), refused)
    }
    for (const value of [5, 'text', true, { nonsense: 1 }, { readOnly: 1 }, { wal: 1 }, { format: 5 }, { usernameExpiry: 'never' }, { __proto__: null, toString: 1 }]) {
      assert.throws(() => Session.open(':memory:', value), refused)
    }
  })

  it('async calls reject', async () => {
    for (const value of [5, 'a\0b', null]) await assert.rejects(async () => Session.openAsync(value), refused)
    await assert.rejects(session.updatePeersAsync('peers'), refused)
    await assert.rejects(session.convertToAsync({}), refused)
  })
})

describe('fields at once, bytes, leases and lists', () => {
  it('fields at once: one wrong value, and none is set', () => {
    const wrong = [{ nonsense: 5 }, { auth_key: KEY }, { toString: 5 }, { dcId: '4' }, { dcId: 2 ** 31 }, { port: 65536 }, { isBot: 0 }, { takeoutId: 1.5 }, { userId: -1 },
      { serverAddress: 'a\0b' }, { authKey: KEY.subarray(1) }, { authKey: 'key' }, { tmpAuthKey: Array.from(KEY) }]
    for (const value of wrong) assert.throws(() => session.setData({ apiId: 5, ...value }), refused)
    for (const value of [...JUNK, new Map([['apiId', 5]])]) assert.throws(() => session.setData(value), refused)
    assert.equal(session.apiId, null)
    const thrown = new Error('mine')
    assert.throws(() => session.setData({ get dcId() { throw thrown } }), thrown)
  })

  it('bytes that are none', () => {
    for (const value of [...JUNK.filter((one) => one !== KEY), KEY.buffer, Array.from(KEY), new Uint16Array(4), new DataView(KEY.buffer)]) assert.throws(() => Session.openBytes(value), refused)
  })

  it('bytes of something else, and damaged ones, at every length', () => {
    const real = Session.open(':memory:')
    real.setData({ authKey: KEY, dcId: 4, userId: 5, isBot: false, testMode: false, apiId: 1 })
    const status = /^TGS_ERROR_(NOT_A_SESSION|CORRUPT|UNKNOWN_VERSION)$/
    const bad = (error) => error instanceof TgsError && status.test(error.status) && error.message !== ''
    for (const options of [{}, { compress: true }]) {
      const bytes = real.toBytes(options)
      for (let length = 0; length < bytes.length; length += Math.ceil(bytes.length / 61)) assert.throws(() => Session.openBytes(bytes.subarray(0, length)), bad, `${length} bytes`)
    }
    for (const value of [KEY, new Uint8Array(0), new Uint8Array(5000), new TextEncoder().encode('{"a": 1}')]) assert.throws(() => Session.openBytes(value), bad)
  })

  it('options of bytes, leases and locations of lists', () => {
    for (const options of [null, 5, { format: 5 }, { format: 'nonsense' }, { compress: 1 }]) assert.throws(() => session.toBytes(options), refused)
    for (const lease of [5, 'bot', null, [5], { nonsense: 1 }, { owner: 5 }, { owner: 'a\0b' }, { owner: '' }, { seconds: 2 }, { seconds: '30' }, { seconds: 2 ** 32 + 30 }, { seconds: 3.5 }]) {
      assert.throws(() => Session.open(':memory:', { lease }), refused, JSON.stringify(lease))
    }
    for (const value of [...JUNK.filter((one) => typeof one !== 'string'), 'a\0b']) assert.throws(() => tgsession.listSessions(value), refused)
  })
})

describe('peers, lookups and tables', () => {
  it('peers', () => {
    const wrong = [5, 'x', {}, [5], [null], [{}], [{ id: '5' }], [{ id: 1.5 }], [{ id: 2n ** 64n }], [{ id: 0 }], [{ id: 1, type: 'person' }], [{ id: 1, type: 1 }],
      [{ id: 1, type: 'toString' }], [{ id: 1, usernames: 'x' }], [{ id: 1, usernames: [5] }], [{ id: 1, usernames: ['a\0'] }], [{ id: 1, usernames: [null] }],
      [{ id: 1, name: '\ud83e' }], [{ id: 1, accessHash: 1.5 }], [{ id: 1, accessHash: '5' }], [{ id: 1, lastUpdateOn: 'now' }], [{ id: 1, type: 'other' }]]
    for (const value of wrong) assert.throws(() => session.updatePeers(value), refused, JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one)))
    assert.deepEqual([...session], [])
  })

  it('a getter that throws, and one that changes', () => {
    const thrown = new Error('mine')
    assert.throws(() => session.updatePeers([{ id: 1, get name() { throw thrown } }]), thrown)
    let reads = 0
    session.updatePeers([{ id: 1, get name() { return reads++ ? 5 : 'first' } }])
    assert.equal([...session][0].name, 'first')
  })

  it('lookups and ids', () => {
    for (const value of [...JUNK.filter((one) => typeof one !== 'number' && typeof one !== 'bigint'), 1.5, 2n ** 63n]) {
      assert.throws(() => session.getPeerById(value), refused)
      assert.throws(() => session.getUpdateState(value), refused)
      assert.throws(() => session.deleteUpdateState(value), refused)
    }
    for (const value of [5, null, undefined, 'a\0b', '\udfff']) {
      assert.throws(() => session.getPeerByUsername(value), refused)
      assert.throws(() => session.getPeerByName(value), refused)
      assert.throws(() => session.getPeerByPhoneNumber(value), refused)
    }
    for (const value of [5, 'ids', ['5'], [null], [1.5], [2n ** 63n]]) assert.throws(() => session.peers(value), refused)
    assert.equal(session.getPeerById(-(2n ** 63n)), null)
  })

  it('update states and sent files', () => {
    const md5 = new Uint8Array(16)
    const file = { md5, size: 1, type: 'document', id: 1, accessHash: 1 }
    for (const value of [5, [5], [{}], [{ id: 'x' }], [{ id: 0, pts: 1.5 }], [{ id: 0, seq: 'x' }]]) assert.throws(() => session.setUpdateStates(value), refused)
    for (const change of [{ md5: new Uint8Array(15) }, { md5: 'x' }, { size: 1.5 }, { type: 'film' }, { type: 1 }, { id: null }, { accessHash: 'x' }]) {
      assert.throws(() => session.cacheSentFiles([{ ...file, ...change }]), refused)
    }
    assert.throws(() => session.getSentFile(new Uint8Array(17), 1, 'photo'), refused)
    assert.throws(() => session.getSentFile(md5, 1, 0), refused)
    assert.deepEqual([session.getUpdateStates(), session.getSentFiles()], [[], []])
  })

  it('conversion', () => {
    for (const target of [null, undefined, 5, {}, 'x']) assert.throws(() => session.convertTo(target), refused)
    for (const given of [5, { nonsense: 5 }, { user_id: 'five' }, { user_id: '5\0' }]) assert.throws(() => session.convertTo(Session.open(':memory:'), given), refused)
    for (const format of [5, null, 'nonsense', 'tele\0thon']) assert.throws(() => session.exportSessionString(format), refused)
    assert.throws(() => session.inspect({ showSecrets: 1 }), refused)
  })
})

it('handles that lead nowhere', () => {
  for (const handle of [0, 1, 8, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
    assert.throws(() => Session.fromHandle(handle).save(), (error) => ['TGS_ERROR_CLOSED', 'TGS_ERROR_INVALID_ARGUMENT'].includes(error.status))
  }
  for (const handle of [-1, 1.5, 'x', null, 2n ** 70n]) assert.throws(() => Session.fromHandle(handle), refused)
  assert.throws(() => Session.prototype.save.call({}), TypeError)
  assert.throws(() => new Session('x').save())
})

describe('a library that cannot be used is refused with a sentence', () => {
  const load = (library) => spawnSync(process.execPath, ['-e', "require('tgsession')"], { env: { ...process.env, TGSESSION_LIBRARY: library }, encoding: 'utf8' })

  it('it is not there', () => {
    const { status, stderr } = load('/nowhere/libtgsession.so')
    assert.equal(status, 1)
    assert.match(stderr, /cannot load the tgsession library \/nowhere\/libtgsession.so: set TGSESSION_LIBRARY/)
  })

  it('it has another binary interface', (test) => {
    const path = join(folder(test), 'libother.so')
    const compiled = spawnSync('cc', ['-shared', '-fPIC', '-x', 'c', '-', '-o', path], { input: 'unsigned tgs_abi_version(void) { return 999; }' })
    assert.equal(compiled.status, 0)
    const { status, stderr } = load(path)
    assert.equal(status, 1)
    assert.match(stderr, /has version 999 of the binary interface, and this package needs version 2/)
  })
})
