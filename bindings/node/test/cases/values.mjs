// The values of the cases and those of the package, both ways.
const TYPE = 'TGS_PEER_TYPE_'
export const typeOf = (name) => (name === undefined ? undefined : name.slice(TYPE.length).toLowerCase())
const nameOf = (type) => TYPE + type.toUpperCase()
const whole = (value) => (typeof value === 'string' ? BigInt(value) : value)
const FILE_TYPES = ['document', 'photo']

export const newPeer = (peer) => ({
  id: peer.id, accessHash: whole(peer.access_hash), type: typeOf(peer.type), typeName: peer.type_name, usernames: peer.usernames,
  phoneNumber: peer.phone_number, name: peer.name, lastUpdateOn: peer.last_update_on,
})

export const peer = (found) => ({
  id: found.id, access_hash: found.accessHash, type: nameOf(found.type), type_name: found.typeName, usernames: found.usernames,
  phone_number: found.phoneNumber, name: found.name, last_update_on: found.lastUpdateOn,
})

export const inputPeer = (found) => found && {
  id: found.id, bare_id: found.bareId, access_hash: found.accessHash, last_update_on: found.lastUpdateOn, type: nameOf(found.type),
}

const octets = (digits) => (digits ? new Uint8Array(Buffer.from(digits, 'hex')) : digits)
const digits = (octets) => octets && Buffer.from(octets).toString('hex')

export const newDataCenter = (dc) => ({
  id: dc.dc_id, authKey: octets(dc.auth_key), tmpAuthKey: octets(dc.tmp_auth_key), tmpExpiresAt: dc.tmp_expires_at,
  addresses: dc.addresses?.map((one) => ({ serverAddress: one.server_address, port: one.port, isMediaOnly: one.is_media_only })),
})

export const dataCenter = (found) => found && {
  dc_id: found.id, auth_key: digits(found.authKey), tmp_auth_key: digits(found.tmpAuthKey), tmp_expires_at: found.tmpExpiresAt,
  addresses: found.addresses.map((one) => ({ server_address: one.serverAddress, port: one.port, is_media_only: one.isMediaOnly })),
}

export const newSentFile = (file) => ({
  md5: new Uint8Array(Buffer.from(file.md5, 'hex')), size: file.file_size, type: FILE_TYPES[file.type] ?? `type ${file.type}`,
  id: whole(file.id), accessHash: whole(file.access_hash),
})

export const sentFile = (file) => file && {
  md5: Buffer.from(file.md5).toString('hex'), file_size: file.size, type: FILE_TYPES.indexOf(file.type), id: file.id, access_hash: file.accessHash,
}
