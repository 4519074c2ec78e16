// What this package copies from the header is what the header says.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { functions, numbers, structs } from './support/header.mjs'
import { tgsession } from './support/library.mjs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const { DECLARATIONS } = require('../dist/functions.js')
const declared = require('../dist/structs.js')
const status = require('../dist/status.js')
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

it('bits of fields, and constants of engines', () => {
  const bits = withPrefix('TGS_FIELD_').map(([name, bit]) => [name.slice('TGS_FIELD_'.length).toLowerCase().replace(/_(\w)/g, (_, letter) => letter.toUpperCase()), bit])
  assert.equal(bits.length, 11)
  assert.deepEqual(status.FieldBits, Object.fromEntries(bits))
  for (const name of ['ENGINE_VERSION', 'ENGINE_PERSISTENT', 'ENGINE_USERNAMES_EXPIRE']) assert.equal(status[name], numbers.get(`TGS_${name}`))
})

// By name of the C type: a wrong width would write over what lies beside it.
const WIDTHS = { bool: 'bool', int32_t: 'int32_t', int64_t: 'int64_t', uint16_t: 'uint16_t', uint32_t: 'uint32_t', uint64_t: 'uint64_t', uint8_t: 'uint8_t', size_t: 'size_t', tgs_status: 'int32_t' }

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

// What koffi calls a type of C. What C points to is a pointer, a text, or, for a context, a number that leads nowhere.
const PRIMITIVES = { bool: 'Bool', int32_t: 'Int32', int64_t: 'Int64', uint16_t: 'UInt16', uint32_t: 'UInt32', uint64_t: 'UInt64', size_t: 'UInt64', 'uint8_t': 'Array', 'char*': 'String' }
const STRUCTS = { tgs_peer: 'Peer', tgs_input_peer: 'InputPeer', tgs_update_state: 'UpdateState', tgs_sent_file: 'SentFile', tgs_session_data: 'SessionData', tgs_counts: 'Counts', tgs_dc_address: 'DcAddress', tgs_dc: 'Dc', tgs_report_entry: 'ReportEntry', tgs_engine: 'Engine' }
const primitive = (type) => PRIMITIVES[type] ?? 'Pointer'

it('every struct has the members of the header, in its order and of its widths', () => {
  assert.deepEqual([...structs.keys()].sort(), Object.keys(STRUCTS).sort())
  for (const [name, members] of structs) {
    const ours = Object.values(declared[STRUCTS[name]].members)
    assert.deepEqual(ours.map((one) => one.name), members.map((one) => one.name), name)
    members.forEach((one, index) => {
      const wanted = one.name === 'context' ? 'UInt64' : primitive(one.type)
      assert.equal(ours[index].type.primitive, wanted, `${name}.${one.name}`)
      assert.equal(ours[index].type.length, one.length, `${name}.${one.name}`)
    })
  }
})

it('every function of an engine gets what the header says', () => {
  const ofHeader = structs.get('tgs_engine').filter((one) => one.type === 'function' && !['destroy', 'take_lease', 'release_lease'].includes(one.name))
  assert.equal(ofHeader.length, 18)
  const simple = (type) => (type === 'char*' ? 'const char *' : type.endsWith('*') ? 'void *' : type)
  const wanted = ofHeader.map(({ name, parameters }) => [name, parameters.slice(1, -1).map(simple)])
  assert.deepEqual(declared.ENGINE_PARAMETERS, Object.fromEntries(wanted))
  for (const { parameters } of ofHeader) assert.deepEqual([parameters[0], parameters.at(-1)], ['void*', 'tgs_answer*'])
})
