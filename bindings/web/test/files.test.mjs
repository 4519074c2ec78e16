// Files in the module's memory, and what the package has beside the interface of the package for Node.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as tgsession from './support/package.mjs'

const { Session } = tgsession
const FIXTURES = fileURLToPath(new URL('../../../tests/fixtures/', import.meta.url))
const fixture = (name) => new Uint8Array(readFileSync(FIXTURES + name))
const failing = (status, part) => (error) => error instanceof tgsession.TgsError && error.status === status && error.message.includes(part)

after(() => assert.deepEqual(tgsession.listFiles(), []))

describe('files', () => {
  it('are listed, read and removed', () => {
    tgsession.putFile('/a/one', Uint8Array.of(1, 2, 3))
    tgsession.putFile('a/./b/../two', new Uint8Array())
    assert.deepEqual(tgsession.listFiles('/a'), ['a/one', 'a/two'])
    assert.deepEqual(tgsession.readFile('/a/one'), Uint8Array.of(1, 2, 3))
    assert.equal(tgsession.readFile('/a/two').length, 0)
    assert.throws(() => tgsession.readFile('/a/three'), failing('TGS_ERROR_FILE_NOT_FOUND', '/a/three'))
    tgsession.removeFiles('/a')
    assert.deepEqual(tgsession.listFiles(), [])
  })

  it('are opened with their WAL, as their client would', () => {
    const name = 'hydrogram-0.2.0/killed.session'
    tgsession.putFile('/x.session', fixture(name))
    const without = Session.open('/x.session', { readOnly: true })
    const before = without.inspect()
    tgsession.putFile('/x.session-wal', fixture(`${name}-wal`))
    const whole = Session.open('/x.session', { readOnly: true })
    // The client wrote 250 peers, and was killed before they were in the file.
    assert.equal(whole.inspect().peers - before.peers, 250)
    tgsession.removeFiles()
  })

  it('have what was written to a session when it is closed', () => {
    const session = Session.open('/new.session', { format: 'telethon@7' })
    session.updatePeers([{ id: 5, accessHash: 6n, name: 'Somebody' }])
    session.close()
    const again = Session.open('/new.session', { readOnly: true })
    assert.equal(again.getPeerById(5).accessHash, 6n)
    tgsession.removeFiles()
  })
})

describe('conversion', () => {
  it('names the fields that are missing, and takes them', () => {
    const source = Session.openBytes(fixture('telethon-1.45.0/account.session'))
    let missing
    try {
      tgsession.convertToFile(source, 'pyrogram@3', '/out.session')
    } catch (error) {
      missing = tgsession.missingFields(error)
    }
    assert.deepEqual(missing, ['api_id', 'is_bot'])
    assert.deepEqual(tgsession.listFiles(), [], 'nothing is left where it fails')
    const report = tgsession.convertToFile(source, 'pyrogram@3', '/out.session', { overrides: { api_id: 7, is_bot: false } })
    assert.deepEqual(report.fields.find(({ name }) => name === 'api_id'), { name: 'api_id', outcome: 'overridden' })
    const target = Session.open('/out.session', { readOnly: true })
    assert.deepEqual([target.format, target.apiId, target.isBot, target.userId], ['pyrogram@3', 7, false, source.userId])
    assert.deepEqual([...target.peers()].map(({ id }) => id), [...source.peers()].map(({ id }) => id))
    tgsession.removeFiles()
  })

  it('reaches every format, and each is opened again with its key', () => {
    const source = Session.openBytes(fixture('telethon-1.45.0/account.session'))
    const overrides = { user_id: 777000123, is_bot: false, api_id: 7 }
    const { layouts, files, strings } = tgsession.formats()
    assert.ok(layouts.length >= 9 && files.length >= 7 && strings.length >= 7)
    for (const format of [...layouts, ...files]) {
      const path = `/${format}`
      tgsession.convertToFile(source, format, path, { overrides })
      const made = Session.open(path, { readOnly: true })
      assert.deepEqual(made.authKey, source.authKey, format)
      tgsession.removeFiles()
    }
    for (const format of strings) {
      const { text, report } = tgsession.convertToString(source, format, overrides)
      const made = Session.openString(text, { expectedFormat: format })
      assert.deepEqual(made.authKey, source.authKey, format)
      assert.equal(report.target, format)
    }
  })

  it('keeps the passcode of a tdata, which opens with it only', () => {
    const source = Session.openBytes(fixture('telethon-1.45.0/account.session'))
    tgsession.convertToFile(source, 'tdata', '/tdata', { passcode: 'пароль' })
    assert.throws(() => Session.open('/tdata', { readOnly: true }), failing('TGS_ERROR_WRONG_KEY', 'passcode'))
    assert.deepEqual(tgsession.listAccounts('/tdata', 'пароль'), [0])
    const made = Session.open('/tdata', { readOnly: true, passcode: 'пароль' })
    assert.equal(made.userId, source.userId)
    tgsession.removeFiles()
    assert.equal(tgsession.listAccounts('/tdata'), null)
  })
})

describe('examination', () => {
  it('finds nothing wrong with what a client has written, and tells what is damaged', () => {
    const bytes = fixture('telethon-1.45.0/account.session')
    tgsession.putFile('/x.session', bytes)
    assert.deepEqual(tgsession.examine('/x.session').findings.filter(({ severity }) => severity !== 'ok'), [])
    tgsession.putFile('/x.session', bytes.subarray(0, 4096 * 5))
    const { is_sound, findings } = tgsession.examine('/x.session')
    assert.equal(is_sound, false)
    assert.ok(findings.some(({ check, severity }) => check === 'length' && severity === 'error'))
    tgsession.removeFiles()
  })

  it('takes what is left of a file whose first page is lost', () => {
    const bytes = fixture('telethon-1.45.0/account.session')
    const whole = Session.openBytes(bytes)
    tgsession.putFile('/x.session', bytes.fill(0, 0, 4096))
    assert.throws(() => Session.open('/x.session', { readOnly: true }), tgsession.TgsError)
    const { session, report } = tgsession.salvage('/x.session')
    assert.deepEqual([report.method, report.peers], ['pages', 12])
    assert.deepEqual(session.authKey, whole.authKey)
    session.close()
    tgsession.removeFiles()
  })
})

describe('the module', () => {
  it('gets its random numbers from whoever loads it', () => {
    const source = Session.openBytes(fixture('telethon-1.45.0/account.session'))
    const made = ['/a', '/b'].map((path) => {
      tgsession.convertToFile(source, 'tdata', path)
      return Buffer.from(tgsession.readFile(`${path}/key_datas`)).toString('hex')
    })
    assert.notEqual(made[0], made[1])
    tgsession.removeFiles()
  })

  it('has the time from whoever loads it', () => {
    const session = Session.open(':memory:')
    session.updatePeers([{ id: 5, accessHash: 6n, usernames: ['somebody'] }])
    const [peer] = session.peers()
    assert.ok(Math.abs(peer.lastUpdateOn - Date.now() / 1000) < 60, String(peer.lastUpdateOn))
  })

  it('tells nothing of the machine that built it', () => {
    const module = readFileSync(new URL('../dist/tgsession.wasm', import.meta.url))
    for (const path of [`${homedir()}/`, fileURLToPath(new URL('../../..', import.meta.url))]) assert.ok(!module.includes(path), path)
  })

  it('wipes what it was lent and what it held', () => {
    const key = Uint8Array.from({ length: 256 }, (_, index) => (11 * index + 5) % 251)
    const session = Session.open('/wiped.session', { format: 'telethon@7' })
    session.authKey = key
    session.dcId = 2
    assert.ok(tgsession.isInMemory(key.subarray(0, 32)), 'an open session has its key')
    session.close()
    tgsession.removeFiles()
    assert.ok(!tgsession.isInMemory(key.subarray(0, 32)), 'the key is in the memory of the module')
  })
})
