// Engines in JavaScript: what they are given, what they throw, and where they run. The cases test the rest.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { failing, folder, KEY, require, tgsession } from './support/library.mjs'
import { MemoryEngine, newPlace } from './support/memory-engine.mjs'

const { Session, TgsError } = tgsession
const { GramjsSession } = require('tgsession/gramjs')
const { Api } = require('telegram')
const bigInt = require('big-integer')

/** An engine, some of whose methods are others. */
const engineWith = (methods) => Object.assign(new MemoryEngine(), methods)
const throwing = (thrown) => () => {
  throw thrown
}
const REQUIRED = ['getSessionData', 'setSessionData', 'putPeers', 'getPeers', 'getUpdateStates', 'setUpdateStates', 'deleteUpdateState', 'getSentFiles', 'cacheSentFiles']
const OPTIONAL = ['getPeersByUsername', 'getPeersByPhoneNumber', 'save', 'remove', 'begin', 'finish', 'close']

describe('what an engine is', () => {
  it('the required methods are enough', () => {
    const small = Object.assign(new MemoryEngine(), Object.fromEntries(OPTIONAL.map((name) => [name, undefined])))
    const session = Session.openEngine(small)
    session.setData({ authKey: KEY, dcId: 4 })
    session.updatePeers([{ id: 1, usernames: ['one'], phoneNumber: '491' }, { id: 2 }])
    session.updatePeers([{ id: 2, usernames: ['One'] }])
    assert.equal(session.getPeerByUsername('one').id, 2)
    assert.equal(session.getPeerByPhoneNumber('+49 1').id, 1)
    session.save()
    assert.throws(() => session.delete(), failing('TGS_ERROR_UNSUPPORTED'))
    session.close()
  })

  it('a required method that is missing or none is named', () => {
    for (const name of REQUIRED) {
      for (const value of [undefined, null, 5, 'text', {}]) {
        assert.throws(() => Session.openEngine(engineWith({ [name]: value })), (error) =>
          failing('TGS_ERROR_INVALID_ARGUMENT')(error) && error.message.includes(`engine.${name}`))
      }
    }
    for (const name of OPTIONAL) assert.throws(() => Session.openEngine(engineWith({ [name]: 5 })), failing('TGS_ERROR_INVALID_ARGUMENT'))
    assert.throws(() => Session.openEngine(engineWith({ finish: undefined })), failing('TGS_ERROR_INVALID_ARGUMENT'))
  })

  it('a location that is none, flags that are none, and no engine at all', () => {
    for (const location of [undefined, null, 5, 'a\0b', '\ud800']) assert.throws(() => Session.openEngine(engineWith({ location })), failing('TGS_ERROR_INVALID_ARGUMENT'))
    for (const name of ['isPersistent', 'usernamesExpire']) assert.throws(() => Session.openEngine(engineWith({ [name]: 1 })), failing('TGS_ERROR_INVALID_ARGUMENT'))
    for (const engine of [undefined, null, 5, 'text', [], {}, () => 1]) assert.throws(() => Session.openEngine(engine), failing('TGS_ERROR_INVALID_ARGUMENT'))
  })

  it('leases of its own are refused: they would be called in another thread', () => {
    for (const name of ['takeLease', 'releaseLease']) assert.throws(() => Session.openEngine(engineWith({ [name]() {} })), failing('TGS_ERROR_UNSUPPORTED'))
  })

  it('it gets whole values, of the types of the package', () => {
    const calls = []
    const engine = engineWith({
      setSessionData: (...given) => calls.push(given), putPeers: (...given) => calls.push(given), getPeers: (...given) => (calls.push(given), []),
      setUpdateStates: (...given) => calls.push(given), deleteUpdateState: (...given) => calls.push(given), cacheSentFiles: (...given) => calls.push(given),
      getPeersByUsername: (...given) => (calls.push(given), []), getPeersByPhoneNumber: (...given) => (calls.push(given), []),
      begin: (...given) => calls.push(given), finish: (...given) => calls.push(given), save: (...given) => calls.push(given),
    })
    const session = Session.openEngine(engine)
    session.setData({ authKey: KEY, isBot: false, takeoutId: -5n, userId: 2 ** 52 - 1, serverAddress: null, port: undefined })
    session.updatePeers([{ id: -1001777000301, accessHash: -(2n ** 63n), type: 'other', typeName: 'planet', usernames: ['@Näme', 'two'], name: '🧶', lastUpdateOn: 5 }])
    session.getPeerById(5n)
    session.getPeerByPhoneNumber('+49 1')
    session.setUpdateStates([{ id: 0, pts: 0 }])
    session.deleteUpdateState(0)
    session.cacheSentFiles([{ md5: new Uint8Array(16).fill(9), size: 5e9, type: 'photo', id: 1, accessHash: 2n ** 63n - 1n }])
    assert.deepEqual(calls, [
      [{ serverAddress: null, authKey: KEY, userId: 2 ** 52 - 1, isBot: false, takeoutId: -5n }],
      [],
      [['näme', 'two']],
      [[{ id: -1001777000301, accessHash: -(2n ** 63n), type: 'other', typeName: 'planet', usernames: ['näme', 'two'], phoneNumber: null, name: '🧶', lastUpdateOn: 5 }]],
      [true],
      [[5]],
      ['491'],
      [[{ id: 0, pts: 0, qts: null, date: null, seq: null }]],
      [0],
      [[{ md5: new Uint8Array(16).fill(9), size: 5e9, type: 'photo', id: 1n, accessHash: 2n ** 63n - 1n }]],
    ])
  })

  it('a hundred thousand peers, there and back', () => {
    const session = Session.openEngine(new MemoryEngine())
    session.updatePeers(Array.from({ length: 100_000 }, (_, index) => ({ id: index + 1, accessHash: -BigInt(index), name: `Nämé ${index} 🧶` })))
    let last
    for (const peer of session) last = peer
    assert.deepEqual([last.id, last.accessHash, last.name], [100_000, -99_999n, 'Nämé 99999 🧶'])
  })

  it('an engine may be a session: an engine over an engine over a file', (test) => {
    const path = join(folder(test), 'x.session')
    let session = Session.open(path)
    for (let level = 0; level < 5; level++) session = Session.openEngine(over(session))
    session.setData({ authKey: KEY, dcId: 4 })
    session.updatePeers([{ id: 5, accessHash: 6n, usernames: ['five'] }])
    assert.deepEqual([session.dcId, session.getPeerByUsername('five').accessHash, session.authKey], [4, 6n, KEY])
    session.close()
    assert.equal(Session.open(path).getPeerById(5).accessHash, 6n)
  })
})

/** An engine over another session. */
const over = (below) => ({
  location: 'another session',
  getSessionData: () => ({ authKey: below.authKey, dcId: below.dcId }),
  setSessionData: (changes) => below.setData(changes),
  putPeers: (peers) => below.updatePeers(peers),
  getPeers: (ids) => [...below.peers(ids)],
  getUpdateStates: () => below.getUpdateStates(),
  setUpdateStates: (states) => below.setUpdateStates(states),
  deleteUpdateState: (id) => below.deleteUpdateState(id),
  getSentFiles: () => below.getSentFiles(),
  cacheSentFiles: (files) => below.cacheSentFiles(files),
  close: () => below.close(),
})

describe('what an engine throws', () => {
  const broken = (thrown) => Session.openEngine(engineWith({ location: 'shelf 7', getPeers: throwing(thrown), setUpdateStates: throwing(thrown) }))
  const failure = (call) => {
    try {
      call()
    } catch (error) {
      return error
    }
    return assert.fail('it did not fail')
  }

  it('becomes an error with its message, its status and itself', () => {
    const thrown = Object.assign(new Error('the tape is torn'), { status: 'TGS_ERROR_DISK_FULL' })
    for (const call of [(session) => session.setUpdateStates([{ id: 0 }]), (session) => [...session], (session) => session.getPeerById(5)]) {
      const error = failure(() => call(broken(thrown)))
      assert.ok(error instanceof TgsError)
      assert.equal(error.status, 'TGS_ERROR_DISK_FULL')
      assert.ok(error.message.includes('shelf 7') && error.message.includes('the tape is torn'), error.message)
      assert.equal(error.cause, thrown)
    }
  })

  it('without a status that is an error, it is the server', () => {
    for (const status of [undefined, null, 5, 51, 'TGS_OK', 'TGS_NOT_FOUND', 'TGS_EXPIRED', 'TGS_ERROR_NONSENSE', 'toString', {}, Symbol('s')]) {
      const error = failure(() => [...broken(Object.assign(new Error('torn'), { status }))])
      assert.equal(error.status, 'TGS_ERROR_SERVER')
    }
  })

  it('whatever it is, and whatever its message is', () => {
    const odd = [5, null, undefined, 'a text', Symbol('s'), {}, Object.create(null), new Error(''), new Error('a\0b \ud800'), Object.assign(new Error('x'), { message: 5 }),
      new Proxy(new Error('x'), { get: throwing(new Error('hostile')) }), new Proxy(new Error('x'), { getPrototypeOf: throwing(new Error('hostile')) })]
    for (const thrown of odd) {
      const error = failure(() => broken(thrown).setUpdateStates([{ id: 0 }]))
      assert.ok(failing('TGS_ERROR_SERVER')(error))
      assert.equal(error.cause, thrown)
    }
    assert.match(failure(() => [...broken('a text')]).message, /a text/)
  })

  it('an error of the library itself goes through as it is', (test) => {
    const below = Session.open(join(folder(test), 'x.session'))
    const session = Session.openEngine(over(below))
    below.close()
    assert.throws(() => [...session], (error) => failing('TGS_ERROR_CLOSED')(error) && failing('TGS_ERROR_CLOSED')(error.cause))
  })

  it('a cause is not blamed for a later error', () => {
    const session = broken(new Error('torn'))
    failure(() => [...session])
    assert.equal(failure(() => (session.userId = -1)).cause, undefined)
  })

  it('a batch that fails is undone', () => {
    const place = newPlace()
    const engine = new MemoryEngine('x', place)
    const session = Session.openEngine(engine)
    session.updatePeers([{ id: 1, usernames: ['one'] }])
    engine.putPeers = (peers) => {
      MemoryEngine.prototype.putPeers.call(engine, peers)
      throw new Error('too late')
    }
    assert.throws(() => session.updatePeers([{ id: 2, usernames: ['one'] }]), failing('TGS_ERROR_SERVER'))
    assert.deepEqual([...place.peers.values()].map(({ id, usernames }) => [id, usernames]), [[1, ['one']]])
  })

  it('a stack that overflows is an exception', () => {
    const deep = () => deep() + 1
    assert.throws(() => [...Session.openEngine(engineWith({ getPeers: deep }))], failing('TGS_ERROR_SERVER'))
    const session = Session.openEngine(new MemoryEngine())
    const atTheEnd = () => {
      session.updatePeers([{ id: 1 }])
      return atTheEnd() + 1
    }
    assert.throws(atTheEnd)
    assert.equal([...session].length, 1)
  })
})

describe('what an engine answers', () => {
  const GARBAGE = [undefined, null, 5, 'text', {}, [5], [null], [{}], [{ id: 'x' }], [{ id: 1.5 }], [[]], () => 1, Symbol('s'), new Map(), KEY]

  it('garbage is an exception that names the method', () => {
    const calls = {
      getPeers: (session) => [...session],
      getPeersByUsername: (session) => session.getPeerByUsername('one'),
      getPeersByPhoneNumber: (session) => session.getPeerByPhoneNumber('1'),
      getUpdateStates: (session) => session.getUpdateStates(),
      getSentFiles: (session) => session.getSentFiles(),
    }
    for (const [method, call] of Object.entries(calls)) {
      for (const value of GARBAGE) {
        assert.throws(() => call(Session.openEngine(engineWith({ [method]: () => value }))), (error) =>
          failing('TGS_ERROR_INVALID_ARGUMENT')(error) && error.message.includes(`${method}()`), `${method}: ${String(value)}`)
      }
    }
  })

  it('peers and rows with a wrong value', () => {
    for (const peer of [{ id: 0 }, { id: 1, accessHash: '5' }, { id: 1, type: 'person' }, { id: 1, usernames: 'one' }, { id: 1, name: '\ud800' }, { id: 2n ** 63n }]) {
      assert.throws(() => [...Session.openEngine(engineWith({ getPeers: () => [peer] }))], failing('TGS_ERROR_INVALID_ARGUMENT'))
    }
    const file = { md5: new Uint8Array(15), size: 1, type: 'photo', id: 1, accessHash: 1 }
    assert.throws(() => Session.openEngine(engineWith({ getSentFiles: () => [file] })).getSentFiles(), failing('TGS_ERROR_INVALID_ARGUMENT'))
  })

  it('fields with a wrong value, or of no such name', () => {
    for (const data of [undefined, null, 5, 'x', { dcId: '4' }, { dcId: 2 ** 40 }, { port: -1 }, { authKey: KEY.subarray(1) }, { authKey: 'key' }, { isBot: 0 }, { auth_key: KEY }, { toString: 5 }]) {
      assert.throws(() => Session.openEngine(engineWith({ getSessionData: () => data })).dcId, (error) =>
        failing('TGS_ERROR_INVALID_ARGUMENT')(error) && error.message.includes('getSessionData()'))
    }
    assert.deepEqual(Session.openEngine(engineWith({ getSessionData: () => ({ authKey: KEY, dcId: null, port: undefined }) })).authKey, KEY)
  })

  it('a promise is refused, also one that is rejected', async () => {
    const session = Session.openEngine(engineWith({ getPeers: async () => [], setUpdateStates: async () => assert.fail('nobody looks at it') }))
    assert.throws(() => [...session], failing('TGS_ERROR_UNSUPPORTED'))
    assert.throws(() => session.setUpdateStates([{ id: 0 }]), failing('TGS_ERROR_UNSUPPORTED'))
    await sleep(5)
  })

  it('an id that a number cannot hold reaches no engine rounded', () => {
    let given
    const session = Session.openEngine(engineWith({ getPeers: (ids) => ((given = ids), []) }))
    assert.throws(() => session.getPeerById(2n ** 53n + 1n), failing('TGS_ERROR_SERVER'))
    assert.equal(given, undefined)
  })
})

describe('closing', () => {
  it('the engine is closed once, with its session, and called no more', () => {
    const engine = new MemoryEngine()
    const session = Session.openEngine(engine)
    session.close()
    session.close()
    assert.equal(engine.closed, 1)
    assert.throws(() => [...session], failing('TGS_ERROR_CLOSED'))
    assert.throws(() => session.setData({ dcId: 4 }), failing('TGS_ERROR_CLOSED'))
    assert.throws(() => session.toBytes(), failing('TGS_ERROR_CLOSED'))
    assert.throws(() => session.changeCount, failing('TGS_ERROR_CLOSED'))
  })

  it('not where the session could not be opened', () => {
    const engine = engineWith({ getSessionData: throwing(new Error('away')) })
    assert.throws(() => Session.openEngine(engine, { readOnly: true }), failing('TGS_ERROR_SERVER'))
    assert.equal(engine.closed, 0)
  })

  it('with a forgotten session', async () => {
    const engine = new MemoryEngine()
    ;(() => Session.openEngine(engine).setData({ dcId: 4 }))()
    for (let round = 0; round < 100 && engine.closed === 0; round++) {
      globalThis.gc()
      await sleep(5)
    }
    assert.equal(engine.closed, 1)
  })

  it('from within the engine itself: the call comes to its end', () => {
    const engine = engineWith({ getUpdateStates: () => (session.close(), [{ id: 0, pts: 5 }]) })
    const session = Session.openEngine(engine)
    assert.throws(() => session.getUpdateStates(), failing('TGS_ERROR_CLOSED')) // it asks for the length, then for the rows
    assert.equal(engine.closed, 1)
  })

  it('what `close` throws is a warning', async () => {
    const warning = new Promise((resolve) => process.once('warning', resolve))
    const thrown = new Error('it hangs')
    Session.openEngine(engineWith({ close: throwing(thrown) })).close()
    assert.equal(await warning, thrown)
  })

  it('a thousand sessions, more than koffi has places for', () => {
    const sessions = Array.from({ length: 1000 }, (_, index) => Session.openEngine(new MemoryEngine(`engine ${index}`)))
    sessions.forEach((session, index) => (session.dcId = index + 1))
    assert.deepEqual(sessions.map((session) => session.dcId), sessions.map((_, index) => index + 1))
    sessions.forEach((session) => session.close())
  })
})

describe('threads', () => {
  it('a method that calls the session it serves gets an exception, for it would wait for itself', () => {
    let caught
    const session = Session.openEngine(engineWith({
      getUpdateStates() {
        try {
          return session.dcId
        } catch (error) {
          caught = error
          return []
        }
      },
    }))
    session.getUpdateStates()
    assert.ok(failing('TGS_ERROR_INVALID_ARGUMENT')(caught))
  })

  it('asynchronous calls run here, while others follow at once', async () => {
    const engine = new MemoryEngine()
    const session = Session.openEngine(engine)
    session.setData({ authKey: KEY, dcId: 4, userId: 5, isBot: false, testMode: false, apiId: 1 })
    const file = Session.open(':memory:')
    const pending = [session.updatePeersAsync([{ id: 1 }]), session.saveAsync(), session.peersAsync(), session.convertToAsync(file), file.convertToAsync(session)]
    assert.equal([...session].length, 1) // it waits for nobody
    const [, , walk, there, back] = await Promise.all(pending)
    assert.deepEqual([[...walk].length, there.source, back.target], [1, 'custom', 'custom'])
    engine.getPeers = throwing(new Error('away'))
    await assert.rejects(session.peersAsync(), failing('TGS_ERROR_SERVER'))
    await assert.rejects(session.updatePeersAsync('peers'), failing('TGS_ERROR_INVALID_ARGUMENT'))
  })

  it('it has no handle for other threads', () => {
    assert.throws(() => Session.openEngine(new MemoryEngine()).handle, failing('TGS_ERROR_UNSUPPORTED'))
  })

  const start = (end, path) => {
    const worker = new Worker(new URL('./support/engine-worker.mjs', import.meta.url), { workerData: { end, path } })
    return new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject))
  }

  it("a worker's engines are closed when it ends", async (test) => {
    for (const end of ['return', 'exit']) {
      const path = join(folder(test), end)
      await start(end, path)
      assert.equal(readFileSync(path, 'utf8'), 'closed closed ')
    }
  })

  it('a worker that is ended in the middle of a call takes nobody with it', async (test) => {
    const path = join(folder(test), 'within')
    assert.equal(await start('within', path), 3)
    const session = Session.openEngine(new MemoryEngine())
    session.dcId = 4
    assert.equal(session.dcId, 4)
  })
})

describe('over an engine', () => {
  const USER = new Api.User({ id: bigInt(777), accessHash: bigInt('-5555555555555555555'), firstName: 'Anna', username: 'Tgs_Anna', phone: '491', self: true })

  it('a session of GramJS', async () => {
    const place = newPlace()
    const below = Session.openEngine(new MemoryEngine('maps', place))
    const gramjs = new GramjsSession(below)
    const { AuthKey } = require('telegram/crypto/AuthKey')
    const key = new AuthKey()
    await key.setKey(Buffer.from(KEY))
    await gramjs.load()
    gramjs.setDC(4, '149.154.167.91', 443)
    gramjs.setAuthKey(key)
    gramjs.processEntities({ users: [USER], chats: [] })
    await gramjs.save()
    assert.deepEqual(place.data.authKey, KEY)
    assert.deepEqual([place.data.dcId, place.data.userId, place.data.isBot], [4, 777, false])

    const again = new GramjsSession(Session.openEngine(new MemoryEngine('maps', place)))
    await again.load()
    assert.deepEqual(Uint8Array.from(again.authKey.getKey()), KEY)
    assert.equal(again.getInputEntity('tgs_anna').accessHash.toString(), '-5555555555555555555')
  })
})
