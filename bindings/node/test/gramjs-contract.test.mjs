// What GramJS expects of a session: one body, on its own StringSession and StoreSession and on ours.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { join, relative } from 'node:path'
import { folder, KEY, require } from './support/library.mjs'
import { user } from './support/entities.mjs'

const { Api, TelegramClient } = require('telegram')
const { AuthKey } = require('telegram/crypto/AuthKey')
const { StoreSession, StringSession } = require('telegram/sessions')
const { GramjsSession } = require('tgsession/gramjs')
const bigInt = require('big-integer')

// Where no data centre is named. Pyrogram's layout has one from the beginning.
const NOWHERE = [0, undefined, undefined, undefined]
const AS_PYROGRAM = [2, '149.154.167.51', 443, undefined]

/** How each is made in a folder, and opened again from what is kept there. StringSession keeps no entities. */
const SESSIONS = {
  StringSession: { make: () => new StringSession(''), again: (session) => new StringSession(session.save()), keepsEntities: false },
  StoreSession: { make: (place) => new StoreSession(relative(process.cwd(), join(place, 'store'))), keepsEntities: true },
  'GramjsSession, a file of Pyrogram': { make: (place) => new GramjsSession(join(place, 'x.session')), keepsEntities: true, fresh: AS_PYROGRAM },
  "GramjsSession, a file of Telethon's": { make: (place) => new GramjsSession(join(place, 'x.session'), { format: 'telethon@8' }), keepsEntities: true },
}

async function authKey(bytes = KEY) {
  const key = new AuthKey()
  await key.setKey(Buffer.from(bytes))
  return key
}
const look = (session) => [session.dcId, session.serverAddress, session.port, session.authKey?.getKey()?.toString('hex')]
const hex = Buffer.from(KEY).toString('hex')

for (const [name, { make, again, keepsEntities, fresh = NOWHERE }] of Object.entries(SESSIONS)) {
  describe(name, () => {
    const opened = async (test) => {
      const all = []
      test.after(async () => {
        for (const one of all) await one.close()
      })
      const place = folder(test)
      const session = make(place)
      all.push(session)
      await session.load()
      const reopen = async () => {
        await session.save()
        const next = again ? again(session) : make(place)
        all.push(next)
        await next.load()
        return next
      }
      return { session, reopen }
    }

    it('a new one has nothing', async (test) => {
      const { session } = await opened(test)
      assert.deepEqual(look(session), fresh)
      assert.equal(session.getAuthKey(), undefined)
    })

    it('what is set is there at once, and after it was opened again', async (test) => {
      const { session, reopen } = await opened(test)
      session.setDC(4, '149.154.167.91', 443)
      session.setAuthKey(await authKey())
      assert.deepEqual(look(session), [4, '149.154.167.91', 443, hex])
      assert.deepEqual(look(await reopen()), [4, '149.154.167.91', 443, hex])
    })

    it('a key is that of the data centre, and of no other', async (test) => {
      const { session } = await opened(test)
      session.setDC(4, '149.154.167.91', 443)
      session.setAuthKey(await authKey(), 4)
      session.setAuthKey(await authKey(KEY.map((byte) => byte ^ 1)), 2)
      assert.deepEqual([undefined, 0, 4, 2].map((dc) => session.getAuthKey(dc)?.getKey().toString('hex')), [hex, hex, hex, undefined])
      session.setAuthKey(undefined, 2)
      assert.equal(session.getAuthKey(4).getKey().toString('hex'), hex)
      session.setAuthKey(undefined)
      assert.equal(session.getAuthKey(4), undefined)
    })

    it('loading twice changes nothing', async (test) => {
      const { session, reopen } = await opened(test)
      session.setDC(2, '149.154.167.51', 80)
      session.setAuthKey(await authKey())
      const next = await reopen()
      await next.load()
      assert.deepEqual(look(next), [2, '149.154.167.51', 80, hex])
    })

    it('every response is taken, and answers nothing', async (test) => {
      const { session } = await opened(test)
      const responses = [true, [], {}, { users: [], chats: [] }, [user(5)], { users: [user(6), new Api.UserEmpty({ id: bigInt(7) })], chats: [new Api.ChatForbidden({ id: bigInt(8), title: 'x' })] },
        new Api.Updates({ updates: [], users: [user(9)], chats: [], date: 1, seq: 1 }), { user: user(10) }]
      for (const response of responses) assert.equal(session.processEntities(response), undefined)
    })

    it('what is an InputPeer, or can be one, needs no session; what nobody knows is an error', async (test) => {
      const { session } = await opened(test)
      const input = new Api.InputPeerUser({ userId: bigInt(5), accessHash: bigInt(6) })
      assert.equal(session.getInputEntity(input), input)
      assert.deepEqual(session.getInputEntity(user(5)).toJSON(), new Api.InputPeerUser({ userId: bigInt(5), accessHash: bigInt(50) }).toJSON())
      for (const key of ['nobody', '99', 'Nobody At All', '+4915199']) assert.throws(() => session.getInputEntity(key), { message: `Could not find input entity with key ${key}` })
    })

    it('an entity is found by its id, as soon as it was learned and, where it is kept, later', async (test) => {
      const { session, reopen } = await opened(test)
      session.setDC(4, '149.154.167.91', 443)
      session.setAuthKey(await authKey())
      session.processEntities([user(777)])
      const wanted = { userId: '777', accessHash: '7770' }
      const found = (one) => {
        const { userId, accessHash } = one.getInputEntity('777')
        return { userId: String(userId), accessHash: String(accessHash) }
      }
      assert.deepEqual(found(session), wanted)
      if (keepsEntities) assert.deepEqual(found(await reopen()), wanted)
    })

    it('a client takes it', async (test) => {
      const { session } = await opened(test)
      assert.equal(new TelegramClient(session, 12345, 'hash', {}).session, session)
    })
  })
}
