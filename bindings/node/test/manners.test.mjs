// What a user of Node expects of any package: errors, locations, disposal and what the console shows.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { format, inspect } from 'node:util'
import { folder, KEY, require, tgsession } from './support/library.mjs'

const { InvalidArgumentError, Session, TgsError, UsernameExpiredError } = tgsession

describe('errors', () => {
  it('have a code; one of an argument is a TypeError, also where the library finds it', () => {
    const session = Session.open(':memory:')
    for (const wrong of [() => session.getPeerById('x'), () => session.updatePeers([{ id: 0 }]), () => Session.open(':memory:', { format: 'nonsense' })]) {
      assert.throws(wrong, (error) => error instanceof TypeError && error instanceof InvalidArgumentError && error instanceof TgsError && !(error instanceof UsernameExpiredError)
        && error.code === 'TGS_ERROR_INVALID_ARGUMENT' && error.status === error.code)
    }
    assert.throws(() => Session.open('/nowhere/x.session', { create: false }), (error) => error instanceof TgsError && !(error instanceof TypeError) && error.code === 'TGS_ERROR_FILE_NOT_FOUND')
    assert.ok(!(new TypeError('other') instanceof TgsError) && !(new TgsError('TGS_ERROR_IO', 'x') instanceof UsernameExpiredError))
  })

  it('name a property that there is not', () => {
    const session = Session.open(':memory:')
    const file = { md5: new Uint8Array(16), size: 1, type: 'photo', id: 1, accessHash: 1 }
    const wrong = {
      'options.|option readonly': () => Session.open(':memory:', { readonly: true }),
      'accesHash': () => session.updatePeers([{ id: 1, accesHash: 5n }]),
      'bareId': () => session.updatePeers([{ id: 1, bareId: 1 }]),
      'PTS': () => session.setUpdateStates([{ id: 0, PTS: 5 }]),
      'hash': () => session.cacheSentFiles([{ ...file, hash: 5 }]),
      'gzip': () => session.toBytes({ gzip: true }),
      'secrets': () => session.inspect({ secrets: true }),
      'dc_id': () => session.setData({ dc_id: 5 }),
    }
    for (const [name, call] of Object.entries(wrong)) assert.throws(call, { name: 'InvalidArgumentError', message: new RegExp(name) })
    assert.deepEqual([[...session], session.getUpdateStates(), session.getSentFiles()], [[], [], []])
  })
})

describe('locations', () => {
  it('a file by its path, its URL and the bytes of its path', (test) => {
    const path = join(folder(test), 'mein Kontö #1.session')
    const session = Session.open(pathToFileURL(path))
    session.dcId = 4
    session.close()
    for (const location of [path, Buffer.from(path), new TextEncoder().encode(path), pathToFileURL(path), new URL(pathToFileURL(path).href)]) {
      const found = Session.open(location, { create: false })
      assert.equal(found.dcId, 4)
      found[Symbol.dispose]()
    }
  })

  it('a URL of a server is itself; bytes that are no path are refused', () => {
    assert.throws(() => Session.open(new URL('nonsense://host/database')), TgsError)
    assert.throws(() => tgsession.listSessions(new URL('postgresql://127.0.0.1:1/x')), TgsError)
    const bytes = Session.open(':memory:').toBytes()
    assert.throws(() => Session.open(bytes), { name: 'InvalidArgumentError', message: /openBytes/ })
    assert.throws(() => Session.open(new Uint8Array([0x2f, 0xff])), { name: 'InvalidArgumentError', message: /UTF-8/ })
  })
})

it('what `using` and `await using` call closes', async () => {
  const sessions = [Session.open(':memory:'), await Session.openAsync(':memory:')]
  assert.deepEqual(sessions.map((session) => session.dcId), [null, null])
  sessions[0][Symbol.dispose]()
  await sessions[1][Symbol.asyncDispose]()
  for (const session of sessions) assert.throws(() => session.dcId, { code: 'TGS_ERROR_CLOSED' })
})

describe('what the console shows', () => {
  const hidden = (text) => {
    const digits = Buffer.from(KEY.subarray(0, 16)).toString('hex')
    for (const part of [digits, digits.match(/../g).slice(0, 8).join(' '), KEY.subarray(0, 8).join(', '), 'geheim']) assert.ok(!text.includes(part), `${part} in ${text}`)
    return text
  }

  it('of a session: whose it is, and no secret', () => {
    const session = Session.open(':memory:')
    session.setData({ authKey: KEY, dcId: 4, userId: 777, isBot: true })
    const text = hidden(inspect(session))
    for (const part of ['Session {', "format: 'memory'", 'dcId: 4', 'userId: 777', 'isBot: true', '256 bytes']) assert.ok(text.includes(part), text)
    hidden(format('%o %O %j', session, session, session))
    session.close()
    assert.match(inspect(session), /TGS_ERROR_CLOSED/)
  })

  it('of the sessions of GramJS and mtcute: no secret', async () => {
    const { GramjsSession } = require('tgsession/gramjs')
    const { TgsessionStorage } = require('tgsession/mtcute')
    const login = Session.open(':memory:')
    login.setData({ authKey: KEY, dcId: 4, userId: 777, isBot: true, testMode: false, apiId: 5 })
    const text = login.exportSessionString('pyrogram')
    const gramjs = new GramjsSession(text)
    const mtcute = new TgsessionStorage('postgresql://anna:geheim@127.0.0.1/x', { passphrase: 'geheim' })
    const other = new TgsessionStorage(text)
    for (const one of [gramjs, mtcute, other]) {
      const shown = hidden(format('%o %O %j', one, one, one))
      assert.ok(!shown.includes(text))
    }
    const opened = new GramjsSession(login)
    await opened.load()
    await other.driver.load()
    for (const one of [opened, other, other.driver]) hidden(format('%o %O %j', one, one, one))
    assert.match(inspect(opened), /userId: 777/)
  })
})
