/**
 * mtcute's value of "dc_main" (utils/dcs.ts): version u8 = 2, id u8, flags u8 (1 IPv6, 2 media, 4 test), address as a TL
 * string, port i32; little-endian. Version 1 is the same without the test flag.
 */

export interface DcOption {
  id: number
  ipAddress: string
  port: number
  testMode: boolean
}

export function encode(dc: DcOption): Uint8Array {
  const address = Buffer.from(dc.ipAddress)
  // A TL string of less than 254 bytes: its length, itself, and zeros up to a multiple of four.
  const value = Buffer.alloc(3 + Math.ceil((1 + address.length) / 4) * 4 + 4)
  value.set([2, dc.id, (dc.ipAddress.includes(':') ? 1 : 0) | (dc.testMode ? 4 : 0), address.length, ...address])
  value.writeInt32LE(dc.port, value.length - 4)
  return Uint8Array.from(value)
}

export function decode(value: Uint8Array): DcOption | null {
  const [version, id, flags, length] = value
  if (length === undefined || length > 253 || (version !== 1 && version !== 2)) return null
  const end = 3 + Math.ceil((1 + length) / 4) * 4
  if (value.length < end + 4) return null
  const bytes = Buffer.from(value)
  return {
    id: id!,
    ipAddress: bytes.toString('utf8', 4, 4 + length),
    port: bytes.readInt32LE(end),
    testMode: version === 2 && (flags! & 4) !== 0,
  }
}
