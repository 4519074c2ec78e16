/** What a login has at data centres: keys and addresses. */

import koffi from './koffi'
import * as check from './checks'
import { takeText, type Call } from './call'
import { functions } from './functions'
import { AUTH_KEY_LENGTH } from './status'
import { Dc, DcAddress as AddressStruct } from './structs'

/** Where a data centre is reached. Whether it is a test server, `Session.testMode` tells. */
export interface DcAddress {
  /** IPv4 or IPv6, without brackets. */
  serverAddress: string
  port: number
  /** Whether it serves files only. */
  isMediaOnly: boolean
}

/** What a login has at a data centre. Null is absent. */
export interface DataCenter {
  /** 1 to 5, 203, others possible. */
  id: number
  authKey: Uint8Array | null
  /** The temporary key of perfect forward secrecy. */
  tmpAuthKey: Uint8Array | null
  /** Unix seconds after which the temporary key is not valid any more. */
  tmpExpiresAt: number | null
  /** In the order in which they are tried: 64 at most. */
  addresses: DcAddress[]
}

/** A data centre to write: what is left out is absent. */
export type NewDataCenter = Pick<DataCenter, 'id'> & Partial<Omit<DataCenter, 'addresses'>> & {
  addresses?: (Pick<DcAddress, 'serverAddress' | 'port'> & Partial<DcAddress>)[] | null
}

type Raw = Record<string, unknown>

const DC_SIZE = koffi.sizeof(Dc)
const ADDRESS_SIZE = koffi.sizeof(AddressStruct)
const done = () => undefined

const key = (value: unknown, name: string) => check.optional(value, name, (given) => check.bytes(given, name, AUTH_KEY_LENGTH))

/** Makes the struct of C; `wipe` it after use. */
export function pack(dataCenter: unknown): Raw {
  const given = check.known(dataCenter, 'dataCenter', ['id', 'authKey', 'tmpAuthKey', 'tmpExpiresAt', 'addresses'])
  const addresses = check.array(given['addresses'] ?? [], 'dataCenter.addresses').map(packAddress)
  const expiry = check.optional(given['tmpExpiresAt'], 'dataCenter.tmpExpiresAt', check.integer)
  const raw: Raw = {
    size: DC_SIZE,
    dc_id: check.int32(given['id'], 'dataCenter.id'),
    auth_key: null,
    tmp_auth_key: null,
    tmp_expires_at: expiry ?? 0,
    has_tmp_expires_at: expiry !== null,
    addresses: addresses.length ? addresses : null,
    address_count: addresses.length,
  }
  try {
    raw['auth_key'] = key(given['authKey'], 'dataCenter.authKey')
    raw['tmp_auth_key'] = key(given['tmpAuthKey'], 'dataCenter.tmpAuthKey')
    return raw
  } catch (thrown) {
    wipe(raw)
    throw thrown
  }
}

function packAddress(address: unknown, index: number): Raw {
  const name = `dataCenter.addresses[${index}]`
  const given = check.known(address, name, ['serverAddress', 'port', 'isMediaOnly'])
  return {
    size: ADDRESS_SIZE,
    server_address: check.text(given['serverAddress'], `${name}.serverAddress`),
    port: check.uint16(given['port'], `${name}.port`),
    is_media_only: check.boolean(given['isMediaOnly'] ?? false, `${name}.isMediaOnly`),
  }
}

/** Wipes the copies of keys. */
export function wipe(raw: Raw): void {
  for (const value of Object.values(raw)) if (value instanceof Uint8Array) value.fill(0)
}

/** Sets what is packed. */
export const setDataCenter = (handle: number, raw: Raw): Call<void> => ({ name: 'tgs_set_dc', args: [handle, raw], answer: done })

/** Reads what is known; the library's keys are wiped. */
export function getDataCenter(handle: number, id: unknown): Call<DataCenter> {
  const place = [null]
  const answer = () => {
    try {
      return read(place[0])
    } finally {
      functions.tgs_dc_free(place[0])
    }
  }
  return { name: 'tgs_get_dc', args: [handle, check.int32(id, 'id'), place], answer }
}

export const deleteDataCenter = (handle: number, id: unknown): Call<void> =>
  ({ name: 'tgs_delete_dc', args: [handle, check.int32(id, 'id')], answer: done })

export function dataCenterIds(handle: number): Call<number[]> {
  const ids = [null]
  return { name: 'tgs_list_dcs', args: [handle, ids], answer: () => JSON.parse(takeText(ids)) as number[] }
}

function read(pointer: unknown): DataCenter {
  const raw = koffi.decode(pointer, Dc) as Raw
  const count = Number(raw['address_count'])
  const addresses = count ? (koffi.decode(raw['addresses'], AddressStruct as unknown as string, count) as Raw[]) : []
  return {
    id: raw['dc_id'] as number,
    authKey: readKey(raw['auth_key']),
    tmpAuthKey: readKey(raw['tmp_auth_key']),
    tmpExpiresAt: raw['has_tmp_expires_at'] ? check.toNumber(raw['tmp_expires_at'] as number | bigint, 'tmpExpiresAt') : null,
    addresses: Array.from(addresses, readAddress),
  }
}

const readKey = (pointer: unknown) => (pointer === null ? null : (koffi.decode(pointer, 'uint8_t', AUTH_KEY_LENGTH) as Uint8Array))

const readAddress = (raw: Raw): DcAddress => ({
  serverAddress: raw['server_address'] as string,
  port: raw['port'] as number,
  isMediaOnly: raw['is_media_only'] as boolean,
})
