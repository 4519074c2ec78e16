// What this package copies from the header is what the header says.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { functions, numbers } from './support/header.mjs'
import { tgsession } from './support/library.mjs'
import { createRequire } from 'node:module'

const { DECLARATIONS } = createRequire(import.meta.url)('../dist/functions.js')
const withPrefix = (prefix) => [...numbers].filter(([name]) => name.startsWith(prefix))

it('statuses', () => {
  const statuses = [...numbers].filter(([name]) => /^TGS_(OK|NOT_FOUND|EXPIRED|ERROR_\w+)$/.test(name))
  assert.deepEqual(tgsession.Status, Object.fromEntries(statuses))
  for (const [name, number] of statuses) assert.equal(tgsession.statusName(number), name)
})

it('types of peers', () => {
  const types = withPrefix('TGS_PEER_TYPE_').map(([name, number]) => [name.slice('TGS_PEER_TYPE_'.length).toLowerCase(), number])
  assert.deepEqual(tgsession.PeerTypes, Object.fromEntries(types))
})

it('constants', () => {
  assert.equal(tgsession.ABI_VERSION, numbers.get('TGS_ABI_VERSION'))
  assert.equal(tgsession.abiVersion(), tgsession.ABI_VERSION)
  assert.equal(tgsession.AUTH_KEY_LENGTH, numbers.get('TGS_AUTH_KEY_LEN'))
  assert.equal(tgsession.USERNAME_EXPIRY_NEVER, numbers.get('TGS_USERNAME_EXPIRY_NEVER'))
  assert.equal(tgsession.USERNAME_EXPIRY_AS_CLIENT, numbers.get('TGS_USERNAME_EXPIRY_AS_CLIENT'))
})

// By name of the C type: a wrong width would write over what lies beside it.
const WIDTHS = { bool: 'bool', int32_t: 'int32_t', int64_t: 'int64_t', uint16_t: 'uint16_t', uint32_t: 'uint32_t', uint8_t: 'uint8_t', size_t: 'size_t' }

it('every function is declared with as many parameters, of the same widths', () => {
  assert.deepEqual(Object.keys(DECLARATIONS), [...functions.keys()])
  for (const [name, parameters] of functions) {
    const declared = DECLARATIONS[name].parameters
    assert.equal(declared.length, parameters.length, name)
    parameters.forEach((parameter, index) => {
      const width = /^(\w+) \w+$/.exec(parameter)?.[1]
      if (width) assert.equal(declared[index], WIDTHS[width], `${name}: ${parameter}`)
    })
  }
})
