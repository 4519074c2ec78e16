// The package from a module and by require, and the examples of its README and of the manual.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { dirname, join } from 'node:path'
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

let examples = 0

// It stands in the package while it runs, so that the package finds itself.
function runs(test, code, cwd) {
  examples += 1
  const path = join(ROOT, `.example-${process.pid}-${examples}.mjs`)
  writeFileSync(path, code)
  test.after(() => rmSync(path))
  const { status, stdout, stderr } = run(path, cwd)
  assert.equal(status, 0, stderr)
  return stdout
}

describe('the examples of the README run', () => {
  const found = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code)
  assert.ok(found.length >= 3)
  found.forEach((code, index) => it(`example ${index + 1}`, (test) => void runs(test, code, folder(test))))
})

// tests/site/snippets.py says what a snippet is; the sessions are those that it puts there.
describe('the snippets of the manual run', () => {
  const site = join(ROOT, '..', '..', 'tests', 'site')
  const pages = join(ROOT, '..', '..', 'docs', 'pages')
  const snippet = /```js\n(.*?)^```$(?:\n+It prints:\n+```text\n(.*?)^```$)?/gms
  const names = readdirSync(pages, { recursive: true }).filter((name) => name.endsWith('.md')).sort()
  const found = names.flatMap((name) => [...readFileSync(join(pages, name), 'utf8').matchAll(snippet)].map((match) => [name, ...match.slice(1)]))
  assert.ok(found.length >= 1)
  found.forEach(([name, code, prints], index) => it(`${name}, ${index + 1}`, (test) => {
    const cwd = folder(test)
    for (const [session, fixture] of Object.entries(JSON.parse(readFileSync(join(site, 'sessions.json'), 'utf8')))) {
      mkdirSync(dirname(join(cwd, session)), { recursive: true })
      copyFileSync(join(site, '..', 'fixtures', fixture), join(cwd, session))
    }
    const printed = runs(test, code, cwd)
    if (prints) assert.equal(printed, prints)
  }))
})
