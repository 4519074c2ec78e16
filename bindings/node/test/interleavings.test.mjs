// A lookup and the writes behind it, in every order of their steps: what was told before the lookup began is what it answers, whether it
// waits, is being written, was written, failed and was put back, or stands in a batch that is split.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { info, user } from './support/entities.mjs'
import { everyOrder, everyStage, StoppingSession } from './support/interleavings.mjs'
import { require, tgsession } from './support/library.mjs'

const { InvalidArgumentError, TgsError } = tgsession
const { Api } = require('teleproto')
const bigInt = require('big-integer')
const { GramjsSession } = require('tgsession/gramjs')
const { TeleprotoSession } = require('tgsession/teleproto')
const { TgsessionStorage } = require('tgsession/mtcute')

process.removeAllListeners('warning') // each order in which a write fails warns, and Node would print thousands

const IN_FILE = [
  { id: 1, accessHash: 10n, type: 'user', usernames: ['user_1'], phoneNumber: '49151001', name: 'Name 1' },
  { id: 4, accessHash: 40n, type: 'user', usernames: ['user_4'], phoneNumber: '49151004', name: 'Name 4' },
]
/** What is told of users: [id, access hash, username, phone]. 1 moved and its phone is not told, 2 is new, 3 takes a username. */
const TOLD = [[1, 11, 'moved'], [2, 20, 'user_2', '49151002'], [3, 30, 'user_4']]
/** What then is the answer: a username, phone number or id, and the access hash; null where nobody has it. */
const ANSWERS = [['user_1', null], ['moved', 11], ['+49151001', 11], [1, 11], ['user_2', 20], ['+49151002', 20], [2, 20], ['user_4', 30], [4, 40], ['nobody', null], [99, null]]
const BAD = 13

/** How the store answers, and how many stages what is told then goes through. */
const STORES = {
  'takes all': { refuse: () => () => {}, stages: 4 },
  'fails once': {
    refuse: () => {
      let left = 1
      return (rows) => {
        if (rows.some?.(({ id }) => id === 1) && left-- > 0) throw new TgsError('TGS_ERROR_LOCKED', 'locked')
      }
    },
    stages: 6,
  },
  'refuses a row, so that the batch is split': {
    bad: [[BAD, 130, 'user_13']],
    refuse: () => (rows) => {
      if (rows.some?.(({ id }) => id === BAD)) throw new InvalidArgumentError('this one I do not take')
    },
    stages: 9,
  },
}

function notFound(error) {
  assert.match(error.message, /^Could not find input entity with key /)
  return null
}

const CLIENTS = {
  mtcute: {
    open: (session) => new TgsessionStorage(session),
    tell: ({ peers }, [id, hash, username, phone]) => peers.store(info(id, { accessHash: `${hash}|0`, usernames: username ? [username] : [], phone })),
    save: ({ driver }) => driver.save(),
    close: ({ driver }) => driver.destroy(),
    async lookUp({ peers }, key) {
      const found = typeof key === 'number' ? peers.getById(key) : key.startsWith('+') ? peers.getByPhone(key) : peers.getByUsername(key)
      const { accessHash } = (await found) ?? {}
      return accessHash ? Number(accessHash.split('|')[0]) : null
    },
  },
  teleproto: {
    open: (session) => new TeleprotoSession(session),
    tell: (ours, [id, hash, username, phone]) => ours.processEntities([new Api.User({ id: bigInt(id), accessHash: bigInt(hash), firstName: `Name ${id}`, username, phone })]),
    save: (ours) => ours.save(),
    close: (ours) => ours.close(),
    lookUp: (ours, key) => ours.getInputEntity(String(key)).then(({ accessHash }) => Number(accessHash), notFound),
  },
  GramJS: {
    open: (session) => new GramjsSession(session),
    tell: (ours, [id, hash, username, phone]) => ours.processEntities([user(id, { accessHash: BigInt(hash), username, phone })]),
    save: (ours) => ours.save(),
    close: (ours) => ours.close(),
    lookUpNow(ours, key) {
      try {
        return Number(ours.getInputEntity(String(key)).accessHash)
      } catch (error) {
        return notFound(error)
      }
    },
  },
}

/** A session whose calls stop, over what is in the file. */
function prepare({ open, tell, save, close }, { refuse, bad = [] }, told = TOLD, first = [[99, 1]]) {
  const stopping = new StoppingSession()
  stopping.session.updatePeers(IN_FILE)
  stopping.refuse = refuse()
  const ours = open(stopping.session)
  const all = (rows) => () => rows.forEach((row) => tell(ours, row))
  return { ours, stopping, save: () => save(ours), close: () => close(ours).then(() => stopping.session.close()), first: all(first), tell: all([told[0], ...bad, ...told.slice(1)].filter((row) => row)) }
}

for (const [client, does] of Object.entries(CLIENTS)) {
  describe(client, () => {
    for (const [what, store] of Object.entries(STORES)) {
      const answers = ANSWERS.filter(([key]) => key !== 99)
      if (does.lookUpNow) {
        it(`the store ${what}: one answer at every stage`, async () => {
          const stages = await everyStage({
            prepare: () => prepare(does, store),
            check: ({ ours }, where) => answers.forEach(([key, hash]) => assert.equal(does.lookUpNow(ours, key), hash, `${key} ${where}`)),
          })
          assert.equal(stages, store.stages)
        })
        continue
      }
      for (const [key, hash] of answers) {
        it(`the store ${what}: one answer for ${key} in every order`, async () => {
          const runs = await everyOrder({
            prepare: () => prepare(does, store),
            lookUp: ({ ours }) => does.lookUp(ours, key),
            check: (found, where, error) => assert.deepEqual([found, error], [hash, undefined], where),
          })
          assert.ok(runs > store.stages, `${runs}`)
        })
      }
    }

    it("a username that one batch takes, and the next gives up, is nobody's", async () => {
      const made = () => prepare(does, STORES['takes all'], [[3, 30, undefined]], [[3, 30, 'user_4']])
      const check = (found, where) => assert.equal(found, null, where)
      if (does.lookUpNow) await everyStage({ prepare: made, check: ({ ours }, where) => check(does.lookUpNow(ours, 'user_4'), where) })
      else await everyOrder({ prepare: made, lookUp: ({ ours }) => does.lookUp(ours, 'user_4'), check })
    })
  })
}

describe('what is told while a lookup is under way', () => {
  for (const name of ['mtcute', 'teleproto']) for (const [key, before, after] of [['user_1', 10, null], ['moved', null, 11], ['+49151001', 10, 11], [1, 10, 11], ['user_2', null, 20], ['user_4', 40, 30]]) {
    it(`${name}: the answer for ${key} is of before or of after, and then of after`, async () => {
      await everyOrder({
        prepare: () => {
          const { tell, ...made } = prepare(CLIENTS[name], STORES['takes all'])
          return { ...made, late: tell }
        },
        lookUp: ({ ours }) => CLIENTS[name].lookUp(ours, key),
        during: ({ late }) => late(),
        check: (found, where) => assert.ok(where.startsWith('after') ? found === after : [before, after].includes(found), `${found} ${where}`),
      })
    })
  }
})

describe('fields', () => {
  const at = { dcId: 2, serverAddress: '149.154.167.51', port: 443 }
  const made = () => {
    const { stopping, ours, ...more } = prepare(CLIENTS.GramJS, STORES['takes all'], [])
    stopping.session.setData(at)
    return { stopping, ours, ...more }
  }
  const lookUp = async ({ ours }) => {
    await ours.load()
    return ours.dcId
  }

  it('GramJS: what was set before it is loaded is there when it is loaded, in every order', async () => {
    const runs = await everyOrder({
      prepare: () => {
        const { ours, ...more } = made()
        return { ...more, ours, tell: () => ours.setDC(4, '149.154.167.91', 443) }
      },
      lookUp,
      check: (found, where) => assert.equal(found, 4, where),
    })
    assert.ok(runs > 10, `${runs}`)
  })

  it('GramJS: so is what is set while it is loaded', async () => {
    await everyOrder({ prepare: made, lookUp, during: ({ ours }) => ours.setDC(4, '149.154.167.91', 443), check: (found, where) => assert.equal(found, 4, where) })
  })

  it("mtcute: an update state that was told is read, and the rest of it is the file's", async () => {
    for (const [key, wanted] of [['updates_pts', 7], ['updates_qts', 2]]) {
      await everyOrder({
        prepare: () => {
          const { stopping, ours, ...more } = prepare(CLIENTS.mtcute, STORES['takes all'], [])
          stopping.session.setUpdateStates([{ id: 0, pts: 1, qts: 2 }])
          return { ...more, stopping, ours, tell: () => ours.kv.set('updates_pts', new Uint8Array([7, 0, 0, 0])) }
        },
        lookUp: ({ ours }) => ours.kv.get(key),
        check: (found, where) => assert.equal(found?.[0], wanted, `${key} ${where}`),
      })
    }
  })
})
