// The cases that every language replays, and that no function of the header is missing here.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BY_ITSELF, CALLS, caller } from './cases/calls.mjs'
import { allCases, BEYOND, everyCase, replay } from './cases/replay.mjs'
import { functions } from './support/header.mjs'

describe('cases', () => {
  for (const [noun, one] of allCases()) {
    it(`${noun}: ${one.name}`, () => {
      const { call, closeAll } = caller()
      try {
        replay(one, call)
      } finally {
        closeAll()
      }
    })
  }
})

it('a runner that answers wrongly fails', () => {
  const one = { steps: [{ call: 'tgs_version', result: { return: 'another' } }] }
  assert.throws(() => replay(one, () => ({ status: 'TGS_OK', outputs: { return: '0.1.0' } })))
  assert.throws(() => replay({ steps: [{ call: 'tgs_save' }] }, () => ({ status: 'TGS_ERROR_IO', message: 'no' })))
})

it('what is not replayed are cases that there are', () => {
  const names = everyCase().map(([, one]) => one.name)
  for (const name of Object.keys(BEYOND)) assert.ok(names.includes(name), name)
})

it('every function of the header is known here, and no other', () => {
  const known = [...Object.keys(CALLS), ...Object.keys(BY_ITSELF)]
  assert.ok(functions.size > 50)
  assert.deepEqual(known.sort(), [...functions.keys()].sort())
})
