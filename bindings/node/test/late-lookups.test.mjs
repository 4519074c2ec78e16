// Lookups by the hundred while a batch is written, while the session is closed, and over a file that fails: each has an answer or an
// error that says why, and nothing stays open.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { info, user } from './support/entities.mjs'
import { folder, require, tgsession } from './support/library.mjs'

process.removeAllListeners('warning') // a failing file warns of each write
const { Session } = tgsession
const { Api } = require('teleproto')
const bigInt = require('big-integer')
const { GramjsSession } = require('tgsession/gramjs')
const { TeleprotoSession } = require('tgsession/teleproto')
const { TgsessionStorage } = require('tgsession/mtcute')
const range = (from, to) => Array.from({ length: to - from }, (_, index) => from + index)
const teleprotoUser = (id) => new Api.User({ id: bigInt(id), accessHash: bigInt(id * 10), firstName: `Name ${id}`, username: `user_${id}` })

/** How each client tells peers, and looks one up by its username: its id, or null. */
const CLIENTS = {
  mtcute: {
    open: (place) => new TgsessionStorage(place), life: ({ driver }) => [() => driver.load(), () => driver.save(), () => driver.destroy()],
    tell: ({ peers }, ids) => ids.forEach((id) => peers.store(info(id))),
    lookUp: async ({ peers }, id) => (await peers.getByUsername(`user_${id}`))?.id ?? null,
  },
  teleproto: {
    open: (place) => new TeleprotoSession(place), life: (ours) => [() => ours.load(), () => ours.save(), () => ours.close()],
    tell: (ours, ids) => ours.processEntities(ids.map(teleprotoUser)),
    lookUp: (ours, id) => ours.getInputEntity(`user_${id}`).then(({ userId }) => Number(userId), nullIfUnknown),
  },
  GramJS: {
    open: (place) => new GramjsSession(place), life: (ours) => [() => ours.load(), () => ours.save(), () => ours.close()],
    tell: (ours, ids) => ours.processEntities(ids.map((id) => user(id))),
    lookUp: async (ours, id) => {
      try {
        return Number(ours.getInputEntity(`user_${id}`).userId)
      } catch (error) {
        return nullIfUnknown(error)
      }
    },
  },
}

function nullIfUnknown(error) {
  if (!/^Could not find/.test(error.message)) throw error
  return null
}

/** The descriptors of this process that are open in a folder. */
const opened = (place) => readdirSync('/proc/self/fd').filter((fd) => {
  try {
    return require('node:fs').readlinkSync(`/proc/self/fd/${fd}`).startsWith(place)
  } catch {
    return false
  }
}).length

for (const [client, { open, life, tell, lookUp }] of Object.entries(CLIENTS)) {
  describe(client, () => {
    const made = async (test) => {
      const place = folder(test)
      const path = join(place, 'x.session')
      const ours = open(path)
      const [load, save, close] = life(ours)
      await load()
      tell(ours, range(1, 501))
      await save()
      return { place, path, ours, load, save, close }
    }

    it('500 lookups at once, while thousands are written, find each', async (test) => {
      const { ours, save, close } = await made(test)
      tell(ours, range(501, 3001))
      const saved = save()
      const ids = [...range(1, 251), ...range(2751, 3001)]
      assert.deepEqual(await Promise.all(ids.map((id) => lookUp(ours, id))), ids)
      await saved
      assert.deepEqual(await Promise.all(ids.map((id) => lookUp(ours, id))), ids)
      await close()
    })

    it('lookups under way while it is closed have their answer or say that it is closed; later ones open nothing', { skip: process.platform !== 'linux' && 'it reads /proc' }, async (test) => {
      const { place, ours, load, close } = await made(test)
      const unhandled = []
      const note = (error) => unhandled.push(error)
      process.on('unhandledRejection', note)
      test.after(() => process.off('unhandledRejection', note))
      for (let round = 0; round < 3; round++) {
        const lookups = range(1, 501).map((id) => lookUp(ours, id))
        for (let turn = 0; turn < round; turn++) await new Promise(setImmediate)
        const closed = close()
        lookups.push(...range(1, 51).map((id) => lookUp(ours, id)))
        const answers = await Promise.allSettled(lookups)
        for (const [index, { status, value, reason }] of answers.entries()) {
          if (status === 'fulfilled') assert.equal(value, index < 500 ? index + 1 : index - 499)
          else assert.equal(reason.code, 'TGS_ERROR_CLOSED', String(reason))
        }
        await closed
        await assert.rejects(lookUp(ours, 1), { code: 'TGS_ERROR_CLOSED', message: /load\(\) opens it again/ })
        assert.equal(opened(place), 0)
        await load()
        assert.equal(await lookUp(ours, 1), 1)
      }
      await close()
      // What is told to a closed session is written, and it is closed again.
      tell(ours, [7000])
      await life(ours)[1]()
      assert.equal(opened(place), 0)
      await load()
      assert.equal(await lookUp(ours, 7000), 7000)
      await close()
      await after(0)
      assert.deepEqual(unhandled, [])
    })

    it('a file that fails is an error of each lookup, and what waits is found all the same', async (test) => {
      const { path, ours, close } = await made(test)
      const unhandled = []
      const note = (error) => unhandled.push(error)
      process.on('unhandledRejection', note)
      test.after(() => process.off('unhandledRejection', note))
      truncateSync(path, 100)
      writeFileSync(path, Buffer.alloc(8192, 0x5a))
      tell(ours, [8000])
      for (const { status, reason } of await Promise.allSettled(range(1, 101).map((id) => lookUp(ours, id)))) {
        assert.equal(status, 'rejected')
        assert.match(reason.code, /^TGS_ERROR_(NOT_A_SESSION|DAMAGED|IO|WRONG_KEY)/)
      }
      assert.equal(await lookUp(ours, 8000), 8000)
      await assert.rejects(close())
      await after(0)
      assert.deepEqual(unhandled, [])
    })
  })
}

it('a session that its owner closes during lookups is an error of each', async () => {
  for (const { open, lookUp, life } of Object.values(CLIENTS)) {
    const session = Session.open(':memory:')
    session.updatePeers([{ id: 1, accessHash: 1n, type: 'user', usernames: ['user_1'] }])
    const ours = open(session)
    assert.equal(await lookUp(ours, 1), 1)
    const lookups = range(0, 100).map(() => lookUp(ours, 1))
    session.close()
    for (const { status, value, reason } of await Promise.allSettled(lookups)) assert.ok(status === 'fulfilled' ? value === 1 : reason.code === 'TGS_ERROR_CLOSED', String(reason))
    await assert.rejects(lookUp(ours, 1), { code: 'TGS_ERROR_CLOSED' })
    await life(ours)[2]()
  }
})
