// What a client for Node learned is found by a client for Python, and the other way round, in one file. The Python clients
// are real ones, driven by tests/oracle; without their libraries (make oracle) this is skipped, and says so.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folder, KEY, require, tgsession } from './support/library.mjs'

const { Api } = require('telegram')
const bigInt = require('big-integer')
const { GramjsSession } = require('tgsession/gramjs')
const { TgsessionStorage } = require('tgsession/mtcute')
const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const LIBRARIES = process.env.TGS_ORACLE_DIR ?? join(ROOT, 'target', 'oracle')

const CLIENTS = [
  { key: 'pyrogram-2.0.106', format: 'pyrogram@3' },
  { key: 'telethon-1.45.0', format: 'telethon@8' },
]

function oracle(key, verb, file, input) {
  const script = join(ROOT, 'tests', 'oracle', 'oracle.py')
  const run = spawnSync(process.env.PYTHON ?? 'python3', [script, key, verb, file], { input: JSON.stringify(input), encoding: 'utf8' })
  assert.equal(run.status, 0, run.stderr)
  // Numbers of 64 bits come as texts: JSON.parse would round them.
  return JSON.parse(run.stdout.replace(/(": )(-?\d{16,})\b/g, '$1"$2"'))
}

for (const { key, format } of CLIENTS) {
  const isMissing = !existsSync(join(LIBRARIES, key, '.stamp'))
  describe(`${key} and the clients for Node, in one file`, { skip: isMissing && `${key} is not installed: make oracle` }, () => {
    it('what GramJS and mtcute learned, Python finds', async (test) => {
      const path = join(folder(test), 'x.session')
      const gramjs = new GramjsSession(path, { format })
      await gramjs.load()
      gramjs.setDC(4, '149.154.167.91', 443)
      await gramjs.save()
      gramjs.tgsession.authKey = KEY
      gramjs.tgsession.apiId = 12345
      const me = new Api.User({ id: bigInt(777000900), accessHash: bigInt(9), firstName: 'Me', self: true })
      const anna = new Api.User({ id: bigInt(777000101), accessHash: bigInt('-5555555555555555555'), username: 'tgs_anna', phone: '99966110001', firstName: 'Anna' })
      gramjs.processEntities([me, anna])
      const mtcute = new TgsessionStorage(gramjs.tgsession)
      await mtcute.peers.store({ id: -1001777000301, accessHash: '7|0', isMin: false, usernames: ['tgs_news'], updated: Date.now(), complete: new Uint8Array() })
      await mtcute.driver.save()
      await gramjs.close()

      const { session, lookups } = oracle(key, 'read', path, { lookups: { ids: [777000101], usernames: ['tgs_anna', 'tgs_news'], phones: ['99966110001'] } })
      const user = { kind: 'user', id: 777000101, access_hash: '-5555555555555555555' }
      assert.deepEqual(lookups, {
        ids: { 777000101: user },
        usernames: { tgs_anna: user, tgs_news: { kind: 'channel', id: 1777000301, access_hash: 7 } },
        phones: { 99966110001: user },
      })
      assert.deepEqual([session.dc_id, session.user_id, session.auth_key], [4, 777000900, Buffer.from(KEY).toString('hex')])
    })

    it('what Python learned, GramJS and mtcute find', async (test) => {
      const path = join(folder(test), 'x.session')
      const peers = [
        { id: 777000102, access_hash: 6149554607, type: 'user', usernames: ['tgs_boris'], phone_number: '99966110002', name: 'Boris' },
        { id: -1001777000302, access_hash: -1, type: 'channel', usernames: ['tgs_boat'], phone_number: null, name: 'Boat' },
      ]
      const session = { dc_id: 5, server_address: '91.108.56.130', port: 443, api_id: 12345, test_mode: false, auth_key: Buffer.from(KEY).toString('hex'), user_id: 777000900, is_bot: false }
      oracle(key, 'write', path, { session, peers })

      const gramjs = new GramjsSession(path)
      await gramjs.load()
      assert.equal(gramjs.tgsession.format, format)
      assert.deepEqual([gramjs.dcId, gramjs.serverAddress, gramjs.port], [5, '91.108.56.130', 443])
      assert.deepEqual(new Uint8Array(gramjs.authKey.getKey()), KEY)
      for (const name of ['tgs_boris', '+99966110002']) assert.equal(String(gramjs.getInputEntity(name).accessHash), '6149554607')
      assert.equal(String(gramjs.getInputEntity('tgs_boat').channelId), '1777000302')
      await gramjs.close()

      const mtcute = new TgsessionStorage(path)
      assert.deepEqual(await mtcute.authKeys.get(5), KEY)
      assert.equal((await mtcute.peers.getByUsername('tgs_boris')).id, 777000102)
      assert.equal((await mtcute.peers.getById(-1001777000302)).accessHash, '-1|-1')
      await mtcute.driver.destroy()
    })
  })
}

it('the file is a session of its own client before, during and after', async (test) => {
  const path = join(folder(test), 'x.session')
  for (const format of ['pyrogram@3', 'telethon@8']) {
    const session = tgsession.Session.open(path, { format })
    const ours = new GramjsSession(session)
    ours.setDC(2, '149.154.167.51', 443)
    await ours.save()
    assert.equal(session.format, format)
    session.delete()
  }
})
