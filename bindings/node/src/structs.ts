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
  ...numbers('id', 'bare_id', 'access_hash', 'last_update_on'),
  type: 'int32_t',
  has_access_hash: 'bool',
})

export const UpdateState = koffi.struct({
  ...numbers('id', 'pts', 'qts', 'date', 'seq'),
  ...flags('has_pts', 'has_qts', 'has_date', 'has_seq'),
})

export const SentFile = koffi.struct({
  md5: koffi.array('uint8_t', 16, 'Typed'),
  ...numbers('size', 'id', 'access_hash'),
  type: 'int32_t',
})

export const PEER_SIZE = koffi.sizeof(Peer)
