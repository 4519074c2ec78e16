// The package from a module and by require, and the examples of its README.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Session, TgsError } from 'tgsession'
import { GramjsSession } from 'tgsession/gramjs'
import { TeleprotoSession } from 'tgsession/teleproto'
import { TgsessionStorage } from 'tgsession/mtcute'
import { folder, require, tgsession } from './support/library.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const run = (path, cwd) => spawnSync(process.execPath, [path], { cwd, encoding: 'utf8' })

it('a module and require see the same classes', () => {
  assert.equal(Session, tgsession.Session)
  assert.equal(TgsError, tgsession.TgsError)
  assert.equal(GramjsSession, require('tgsession/gramjs').GramjsSession)
  assert.equal(TeleprotoSession, require('tgsession/teleproto').TeleprotoSession)
  assert.equal(TgsessionStorage, require('tgsession/mtcute').TgsessionStorage)
})

it('no client is needed for the package itself', () => {
  const loaded = spawnSync(process.execPath, ['-e', "require('tgsession'); require('tgsession/mtcute'); console.log(Object.keys(require.cache).join('\\n'))"], { cwd: ROOT, encoding: 'utf8' })
  assert.equal(loaded.status, 0, loaded.stderr)
  assert.ok(!/node_modules.(telegram|teleproto|@mtcute)/.test(loaded.stdout))
})

it('all that a user needs is in the package, and no more', () => {
  const { files, dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  assert.deepEqual(files, ['dist', 'README.md', 'LICENSE-MIT', 'LICENSE-APACHE'])
  assert.deepEqual(Object.keys(dependencies), ['koffi'])
})

describe('the examples of the README run', () => {
  const examples = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code)
  assert.ok(examples.length >= 3)
  examples.forEach((code, index) => it(`example ${index + 1}`, (test) => {
    const path = join(ROOT, `.example-${process.pid}-${index}.mjs`) // here, so that the package finds itself
    writeFileSync(path, code)
    test.after(() => rmSync(path))
    const { status, stderr } = run(path, folder(test))
    assert.equal(status, 0, stderr)
  }))
})
