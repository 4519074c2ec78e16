// The values of the cases and those of the package, both ways.
const TYPE = 'TGS_PEER_TYPE_'
const typeOf = (name) => (name === undefined ? undefined : name.slice(TYPE.length).toLowerCase())
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

export const newSentFile = (file) => ({
  md5: new Uint8Array(Buffer.from(file.md5, 'hex')), size: file.file_size, type: FILE_TYPES[file.type] ?? `type ${file.type}`,
  id: whole(file.id), accessHash: whole(file.access_hash),
})

export const sentFile = (file) => file && {
  md5: Buffer.from(file.md5).toString('hex'), file_size: file.size, type: FILE_TYPES.indexOf(file.type), id: file.id, access_hash: file.accessHash,
}
