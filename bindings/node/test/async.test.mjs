// Calls in the thread pool: the event loop goes on, signals stop the waiting, and each answers as its synchronous twin.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { join } from 'node:path'
import { failing, folder, KEY, tgsession } from './support/library.mjs'
import { lock, ticksDuring } from './support/lock.mjs'
import { MemoryEngine } from './support/memory-engine.mjs'

const { Session, UsernameExpiredError } = tgsession
const MD5 = new Uint8Array(16)
const PEER = { id: 5, accessHash: 7n, type: 'user', typeName: null, usernames: ['anna'], phoneNumber: '49151', name: 'Anna', lastUpdateOn: 1700000000 }
const FILE = { md5: MD5, size: 1, type: 'photo', id: 2n, accessHash: 3n }

const DATA_CENTER = {
  id: 2, authKey: KEY.map((byte) => byte ^ 1), tmpAuthKey: null, tmpExpiresAt: 1900000000,
  addresses: [{ serverAddress: '::1', port: 443, isMediaOnly: true }],
}

const fill = (session) => {
  session.setData({ authKey: KEY, dcId: 4, userId: 5, isBot: false, testMode: false, apiId: 1, takeoutId: -(2n ** 63n) })
  session.updatePeers([PEER])
  session.setUpdateStates([{ id: 0, pts: 5 }])
  session.cacheSentFiles([FILE])
  session.setValue('salts', MD5)
  session.setDataCenter(DATA_CENTER)
  return session
}

const READS = [
  ['getPeerById', 5], ['getPeerById', 6], ['getPeersById', [6, 5]], ['getPeerByUsername', '@Anna'], ['getPeerByName', 'Anna'], ['getPeerByPhoneNumber', '+49151'],
  ['getUpdateStates'], ['getUpdateState', 0], ['getUpdateState', -1000000000005], ['getSentFiles'], ['getSentFile', MD5, 1, 'photo'],
  ['exportSessionString', 'pyrogram'], ['exportWithReport', 'telethon'], ['toBytes'], ['toBytes', { format: 'telethon@8' }], ['inspect'], ['inspect', { showSecrets: true }],
  ['getSessionData'], ['getCounts'], ['getValueNames'], ['getValue', 'salts'], ['getValue', 'none'],
  ['getDataCenterIds'], ['getDataCenter', 2], ['getDataCenter', 4], ['getDataCenter', 5],
]
for (const [what, open] of [['in memory', () => Session.open(':memory:', { usernameExpiry: -1 })], ['over an engine', () => Session.openEngine(new MemoryEngine(), { usernameExpiry: -1 })]]) {
  it(`every reading call answers as its synchronous twin, ${what}`, async () => {
    const session = fill(open())
    for (const [name, ...args] of READS) assert.deepEqual(await session[`${name}Async`](...args), session[name](...args), name)
    const fields = await session.getSessionDataAsync()
    for (const [name, value] of Object.entries(fields)) assert.deepEqual(value, session[name], name)
    assert.equal(Object.keys(fields).length, 11)
    const walked = []
    for await (const peer of session) walked.push(peer)
    assert.deepEqual(walked, [...session])
  })

  it(`every writing call does what its synchronous twin does, ${what}`, async (test) => {
    const session = open()
    await session.setDataAsync({ authKey: KEY, dcId: 4, userId: 5, isBot: false })
    await session.updatePeersAsync([PEER])
    await session.mergePeersAsync([{ id: 5, name: 'Anna' }, { id: 6 }, { id: 7 }])
    await session.deletePeersAsync([6, 7])
    await session.mergePeersAsync([PEER])
    await session.setUpdateStatesAsync([{ id: 0, pts: 5 }, { id: -1000000000005, pts: 6 }])
    await session.deleteUpdateStateAsync(0)
    await session.cacheSentFilesAsync([FILE])
    await session.setValueAsync('salts', MD5)
    await session.setValueAsync('config', KEY)
    await session.deleteValueAsync('config')
    await session.setDataCenterAsync(DATA_CENTER)
    await session.setDataCenterAsync({ id: 5 })
    await session.deleteDataCenterAsync(5)
    assert.deepEqual([session.getDataCenterIds(), session.getDataCenter(2)], [[2, 4], DATA_CENTER])
    assert.deepEqual([session.getValueNames(), session.getValue('salts')], [['salts'], MD5])
    await session.saveAsync()
    assert.deepEqual([session.authKey, [...session], session.getUpdateStates(), session.getSentFiles()],
      [KEY, [PEER], [{ id: -1000000000005, pts: 6, qts: null, date: null, seq: null }], [FILE]])
    const target = Session.open(':memory:')
    await session.convertToAsync(target, { api_id: 5, test_mode: false })
    assert.equal(target.apiId, 5)
    const path = join(folder(test), 'x.json')
    assert.equal((await session.exportFileAsync('gotd', new URL(`file://${path}`), { dc_id: 4 })).target, 'gotd')
    assert.throws(() => session.exportFile('gotd', path), failing('TGS_ERROR_INVALID_ARGUMENT'))
    await session.deleteAllPeersAsync()
    assert.deepEqual([...session], [])
    await session.closeAsync()
    assert.throws(() => session.dcId, failing('TGS_ERROR_CLOSED'))
  })
}

it('each asynchronous method has a synchronous twin, and takes a signal', async () => {
  const session = fill(Session.open(':memory:'))
  const names = [Session, Session.prototype].flatMap((place) => Object.getOwnPropertyNames(place).filter((name) => name.endsWith('Async')).map((name) => [place === Session ? Session : session, name]))
  assert.ok(names.length > 25)
  const signal = AbortSignal.abort(new Error('enough'))
  const withOptions = new Set(['toBytesAsync', 'inspectAsync', 'saveAsync', 'deleteAsync', 'deleteAllPeersAsync', 'getSessionDataAsync', 'getCountsAsync', 'getValueNamesAsync', 'getDataCenterIdsAsync', 'getUpdateStatesAsync', 'getSentFilesAsync'])
  for (const [place, name] of names) {
    assert.equal(typeof place[name.replace('Async', '')], 'function', name)
    if (name === 'closeAsync') continue
    const before = { openAsync: [':memory:'], openStringAsync: ['x'], openBytesAsync: [KEY], openAgeAsync: [KEY, { passphrase: 'x' }], getSentFileAsync: [MD5, 1, 'photo'], convertToAsync: [session, {}], exportFileAsync: ['gotd', 'x', {}], setValueAsync: ['x', KEY] }
    await assert.rejects(async () => place[name](...(before[name] ?? (withOptions.has(name) ? [] : [null])), { signal }), { message: 'enough' }, name)
  }
  assert.equal(session.dcId, 4)
})

it('an error, an expired username and a bad argument reject', async () => {
  const session = Session.open(':memory:', { usernameExpiry: 0 })
  session.updatePeers([{ id: 1, usernames: ['old'], lastUpdateOn: 1 }])
  await assert.rejects(session.getPeerByUsernameAsync('old'), UsernameExpiredError)
  await assert.rejects(session.getPeerByIdAsync('x'), TypeError)
  await assert.rejects(Session.openAsync('/nowhere/x.session', { create: false }), { code: 'TGS_ERROR_FILE_NOT_FOUND' })
  await assert.rejects(Session.openBytesAsync(KEY), { code: 'TGS_ERROR_NOT_A_SESSION' })
  for (const options of [5, { nonsense: 1 }, { signal: 5 }]) await assert.rejects(session.saveAsync(options), TypeError)
  await assert.rejects(Session.openAsync(':memory:', { signal: {} }), TypeError)
})

describe('while another program holds the lock', () => {
  it('the event loop goes on, and the call comes to its end after it', async (test) => {
    const path = join(folder(test), 'x.session')
    const session = await Session.openAsync(path)
    for (const kind of ['IMMEDIATE', 'EXCLUSIVE']) {
      const unlock = await lock(test, path, kind)
      const ticks = await ticksDuring(async (counted) => {
        const written = session.updatePeersAsync([PEER])
        while (counted() < 20) await new Promise(setImmediate)
        await unlock()
        await written
      })
      assert.ok(ticks >= 20)
      assert.deepEqual([...session].length, 1)
    }
    await session.closeAsync()
  })

  it('a signal ends the waiting at once', async (test) => {
    const path = join(folder(test), 'x.session')
    const session = await Session.openAsync(path, { busyTimeout: 60_000 })
    const unlock = await lock(test, path)
    const controller = new AbortController()
    const written = session.updatePeersAsync([PEER], { signal: controller.signal })
    setImmediate(() => controller.abort())
    await assert.rejects(written, { name: 'AbortError' })
    await unlock()
    await session.closeAsync()
  })
})

it('a session that is opened too late is closed', async (test) => {
  const path = join(folder(test), 'x.session')
  const controller = new AbortController()
  const opened = Session.openAsync(path, { signal: controller.signal, lease: true })
  controller.abort()
  await assert.rejects(opened, { name: 'AbortError' })
  for (;;) {
    try {
      return Session.open(path, { lease: true }).close()
    } catch (error) {
      assert.equal(error.code, 'TGS_ERROR_IN_USE') // until the late one is closed
      await new Promise(setImmediate)
    }
  }
})
