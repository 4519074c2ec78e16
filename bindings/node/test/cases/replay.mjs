// The format of bindings/cases, as its README describes it.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CASES = fileURLToPath(new URL('../../../cases/', import.meta.url))
const FIXTURES = fileURLToPath(new URL('../../../../tests/fixtures', import.meta.url))
const JSON_ANSWERS = new Set(['description', 'diagnosis', 'report'])
const key = (factor, first) => Buffer.from(Array.from({ length: 256 }, (_, index) => (factor * index + first) % 256)).toString('hex')

/** Cases that this language cannot replay, and why not; another test shows what it does instead. */
export const BEYOND = {
  'a lease that somebody on another machine holds': 'an engine in JavaScript has no leases: the library renews them in a thread of its own, where no JavaScript runs',
}

/** [noun, case] for each case that there is. */
export function everyCase() {
  const files = readdirSync(CASES).filter((name) => name.endsWith('.json'))
  return files.flatMap((name) => JSON.parse(readFileSync(join(CASES, name), 'utf8')).map((one) => [name.slice(0, -5), one]))
}

/** [noun, case] for each case that this language can replay. */
export function allCases() {
  return everyCase().filter(([, one]) => one.for !== 'c' && !(one.name in BEYOND))
}

/** Replays a case; `call(name, arguments, keepAs, variables)` answers {status, outputs, message}. */
export function replay(one, call) {
  const folder = mkdtempSync(join(tmpdir(), 'tgsession-case-'))
  const variables = { TMP: folder, STORE: `sqlite:///${folder}`, FIXTURES, KEY: key(7, 3), KEY2: key(5, 1), NEWKEY: randomBytes(256).toString('hex') }
  try {
    one.steps.forEach((step, index) => replayStep(step, `step ${index + 1}, ${step.call}`, call, variables))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function replayStep(step, where, call, variables) {
  const args = fillIn(step.args ?? {}, variables)
  const helper = HELPERS[step.call]
  const answer = helper ? { status: 'TGS_OK', outputs: helper(args) } : call(step.call, args, step.as, variables)
  const { status, outputs = {}, message = '' } = answer
  assert.equal(status, step.status ?? 'TGS_OK', `${where}: ${message}`)
  assert.equal(message !== '', status.startsWith('TGS_ERROR'), `${where}: the message is '${message}'`)
  for (const part of fillIn(step.message ?? [], variables)) assert.ok(message.includes(part), `${where}: '${part}' in '${message}'`)
  for (const part of fillIn(step.message_lacks ?? [], variables)) assert.ok(!message.includes(part), `${where}: a secret in the message`)
  for (const [name, wanted] of Object.entries(fillIn(step.result ?? {}, variables))) {
    assert.ok(name in outputs, `${where}: there is no ${name}`)
    compare(outputs[name], wanted, `${where}: ${name}`, JSON_ANSWERS.has(name))
  }
  for (const [output, variable] of Object.entries(step.keep ?? {})) variables[variable] = outputs[output]
}

function fillIn(value, variables) {
  if (Array.isArray(value)) return value.map((inner) => fillIn(inner, variables))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fillIn(inner, variables)]))
  }
  const [, name, rest] = /^\$(\w+)(\/.*)?$/.exec(typeof value === 'string' ? value : '') ?? []
  if (!Object.hasOwn(variables, name ?? '')) return value
  return rest === undefined ? variables[name] : variables[name] + rest
}

// Of JSON answers a case tells a part; all else has to be the same all through.
function compare(got, wanted, where, isPart) {
  if (wanted === '$any') return assert.ok(got !== null && got !== undefined, where)
  if (wanted === '$now') return assert.ok(Math.abs(Number(got) - Date.now() / 1000) < 60, `${where} is ${got}, not now`)
  if (Array.isArray(wanted)) {
    assert.ok(Array.isArray(got) && got.length === wanted.length, `${where} has another length`)
    return wanted.forEach((inner, index) => compare(got[index], inner, `${where}.${index}`, isPart))
  }
  if (typeof wanted === 'object' && wanted !== null) {
    if (!isPart) assert.deepEqual(Object.keys(got).sort(), Object.keys(wanted).sort(), where)
    return Object.entries(wanted).forEach(([name, inner]) => compare(got[name], inner, `${where}.${name}`, isPart))
  }
  const isNumber = typeof got === 'bigint' || typeof got === 'number'
  assert.equal(isNumber ? String(got) : got, isNumber && typeof wanted !== 'boolean' ? String(wanted) : wanted, where)
}

/** What a case does to files beside the library; a package without a disk has its own. */
export const HELPERS = {
  write_file: ({ path, bytes }) => (writeFileSync(path, Buffer.from(bytes, 'hex')), {}),
  copy_file: ({ source, target }) => (copyFileSync(source, target), {}),
  check_file: ({ path }) => {
    const exists = existsSync(path)
    return { exists, mode: exists && process.platform !== 'win32' ? (statSync(path).mode & 0o777).toString(8) : null }
  },
}
