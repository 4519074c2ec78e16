// The cases that every language replays. What needs a server, another process or a function of JavaScript's within a call is
// beyond a WebAssembly module; each such case is named by what it asks for, and has to fail for that.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { clear, isThere, mirror } from './support/disk.mjs'

process.env.TGSESSION_PACKAGE = fileURLToPath(new URL('support/package.mjs', import.meta.url))
const { everyCase, HELPERS, replay } = await import('../../node/test/cases/replay.mjs')
const { caller } = await import('../../node/test/cases/calls.mjs')

// What a case asks for, and why there is none of it.
const BEYOND = [
  [/tgs_open_engine/, 'the module calls no functions of JavaScript'],
  [/\$STORE|sqlite:\/\//, 'there is no database of many sessions'],
  [/"lease"/, 'there is no other process'],
  [/tgs_(to|open)_age/, 'the module is built without age'],
  [/passphrase|encryption_key/, 'its SQLite is not SQLCipher'],
]

// Cases that ask for what only a disk has.
const BEYOND_BY_NAME = {
  'nothing is written over, and nothing is left where it fails': 'a folder is there as soon as something is in it',
  'a folder that is not there': 'a folder is there as soon as something is in it',
  "in Telethon's family it does not, unless the options say so": 'each session has its own copy of a file while it is open',
  'an exclusive file is locked for others until it is closed': 'each session has its own copy of a file while it is open',
  'never, and at once': 'each session has its own copy of a file while it is open',
}

// A case that asks for such a thing, and gets the answer of a handle that is closed.
const REPLAYED = new Set(['a closed session is not encrypted'])

const reasonOf = (one) => REPLAYED.has(one.name) ? undefined : BEYOND_BY_NAME[one.name] ?? BEYOND.find(([asked]) => asked.test(JSON.stringify(one.steps)))?.[1]
const cases = everyCase().filter(([, one]) => one.for !== 'c')

// The files of a case are in the module's memory.
HELPERS.check_file = ({ path }) => ({ exists: isThere(path), mode: isThere(path) ? '600' : null })

function run(one) {
  const { call, closeAll } = caller()
  try {
    replay(one, (name, args, as, { TMP }) => {
      for (const path of [args.location, args.path]) mirror(path, TMP)
      return call(name, args, as)
    })
  } finally {
    closeAll()
    clear()
  }
}

describe('cases', () => {
  for (const [noun, one] of cases.filter(([, one]) => reasonOf(one) === undefined)) it(`${noun}: ${one.name}`, () => run(one))
})

it('most cases are replayed, and what is beyond the module fails', () => {
  const beyond = cases.filter(([, one]) => reasonOf(one) !== undefined)
  assert.ok(cases.length - beyond.length >= 100, `${cases.length - beyond.length} of ${cases.length}`)
  const names = cases.map(([, one]) => one.name)
  for (const name of Object.keys(BEYOND_BY_NAME)) assert.ok(names.includes(name), name)
  const passing = beyond.filter(([, one]) => {
    try {
      run(one)
      return true
    } catch {
      return false
    }
  })
  assert.deepEqual(passing.map(([, one]) => one.name), [], 'these can be replayed')
})
