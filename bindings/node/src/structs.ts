/** The header's structs, and the shapes in which they cross. */

import koffi from './koffi'

const numbers = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'int64_t']))
const flags = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'bool']))

export const Peer = koffi.struct({
  size: 'size_t',
  id: 'int64_t',
  access_hash: 'int64_t',
  has_access_hash: 'bool',
  type: 'int32_t',
  type_name: 'const char *',
  usernames: 'const char **',
  username_count: 'size_t',
  phone_number: 'const char *',
  name: 'const char *',
  last_update_on: 'int64_t',
})

export const InputPeer = koffi.struct({
  size: 'size_t',
  ...numbers('id', 'bare_id', 'access_hash', 'last_update_on'),
  type: 'int32_t',
  has_access_hash: 'bool',
})

export const UpdateState = koffi.struct({
  size: 'size_t',
  ...numbers('id', 'pts', 'qts', 'date', 'seq'),
  ...flags('has_pts', 'has_qts', 'has_date', 'has_seq'),
})

export const SentFile = koffi.struct({
  size: 'size_t',
  md5: koffi.array('uint8_t', 16, 'Typed'),
  ...numbers('file_size', 'id', 'access_hash'),
  type: 'int32_t',
})

export const SessionData = koffi.struct({
  size: 'size_t',
  dc_id: 'int32_t',
  api_id: 'int32_t',
  server_address: 'const char *',
  auth_key: 'const uint8_t *',
  tmp_auth_key: 'const uint8_t *',
  ...numbers('date', 'user_id', 'takeout_id'),
  port: 'uint16_t',
  ...flags('test_mode', 'is_bot'),
  ...flags('has_dc_id', 'has_port', 'has_api_id', 'has_test_mode', 'has_date', 'has_user_id', 'has_is_bot', 'has_takeout_id'),
})

export const Counts = koffi.struct({
  size: 'size_t',
  ...Object.fromEntries(['peers', 'usernames', 'update_states', 'sent_files', 'values'].map((name) => [name, 'uint64_t'])),
})

export const DcAddress = koffi.struct({
  size: 'size_t',
  server_address: 'const char *',
  port: 'uint16_t',
  is_media_only: 'bool',
})

export const Dc = koffi.struct({
  size: 'size_t',
  auth_key: 'const uint8_t *',
  tmp_auth_key: 'const uint8_t *',
  tmp_expires_at: 'int64_t',
  addresses: koffi.pointer(DcAddress),
  address_count: 'size_t',
  dc_id: 'int32_t',
  has_tmp_expires_at: 'bool',
})

export const ReportEntry = koffi.struct({
  size: 'size_t',
  subject: 'const char *',
  outcome: 'const char *',
  detail: 'const char *',
  number: 'int64_t',
  has_number: 'bool',
})

/** Places for answers: all zero but the size, which the library asks for. */
export const updateStatePlace = () => ({
  size: koffi.sizeof(UpdateState), id: 0, pts: 0, qts: 0, date: 0, seq: 0, has_pts: false, has_qts: false, has_date: false, has_seq: false,
})
export const sentFilePlace = () => ({
  size: koffi.sizeof(SentFile), md5: new Uint8Array(16), file_size: 0, id: 0, access_hash: 0, type: 0,
})

/** What an engine's functions get between the context and the answer. Pointers to arrays are told with their length. */
export const ENGINE_PARAMETERS = {
  get_session_data: [],
  set_session_data: ['void *', 'uint32_t'],
  put_peers: ['void *', 'size_t'],
  get_peers: ['void *', 'size_t'],
  get_peers_by_username: ['void *', 'size_t'],
  get_peers_by_phone_number: ['const char *'],
  get_update_states: [],
  set_update_states: ['void *', 'size_t'],
  delete_update_state: ['int64_t'],
  get_sent_files: [],
  cache_sent_files: ['void *', 'size_t'],
  save: [],
  remove: [],
  begin: [],
  finish: ['bool'],
  delete_peers: ['void *', 'size_t'],
  get_values: ['void *', 'size_t'],
  set_value: ['const char *', 'void *', 'size_t'],
} as const satisfies Record<string, readonly string[]>

/** The name of an engine's function; those of leases are called from the library's own thread and are no part of this. */
export type EngineFunction = keyof typeof ENGINE_PARAMETERS
export const ENGINE_FUNCTIONS = Object.keys(ENGINE_PARAMETERS) as EngineFunction[]

const LATER = new Set<string>(['delete_peers', 'get_values', 'set_value'])

export const Engine = koffi.struct({
  size: 'size_t',
  version: 'uint32_t',
  flags: 'uint32_t',
  context: 'uintptr_t',
  location: 'const char *',
  destroy: 'void *',
  ...Object.fromEntries(ENGINE_FUNCTIONS.filter((name) => !LATER.has(name)).map((name) => [name, 'void *'])),
  take_lease: 'void *',
  release_lease: 'void *',
  // In the order in which they came.
  delete_peers: 'void *',
  get_values: 'void *',
  set_value: 'void *',
})

export const PEER_SIZE = koffi.sizeof(Peer)
export const UPDATE_STATE_SIZE = koffi.sizeof(UpdateState)
export const SENT_FILE_SIZE = koffi.sizeof(SentFile)
export const SESSION_DATA_SIZE = koffi.sizeof(SessionData)
export const ENGINE_SIZE = koffi.sizeof(Engine)
