/**
 * mtcute's value of "current_user" (service/current-user.ts): version i32 = 1, flags i32 (1 bot, 2 usernames, 4 premium),
 * user id as two i32, low first, then usernames; little-endian. What stands after the id is mtcute's alone.
 */

export interface CurrentUser {
  userId: number
  isBot: boolean
}

export function encode(user: CurrentUser): Uint8Array {
  const value = Buffer.alloc(16)
  value.writeInt32LE(1, 0)
  value.writeInt32LE(user.isBot ? 1 : 0, 4)
  value.writeBigInt64LE(BigInt(user.userId), 8)
  return Uint8Array.from(value)
}

/** Null for an empty value, which says that nobody is logged in. */
export function decode(value: Uint8Array): CurrentUser | null {
  const bytes = Buffer.from(value)
  if (bytes.length < 16 || bytes.readInt32LE(0) !== 1) return null
  return { userId: Number(bytes.readBigInt64LE(8)), isBot: (bytes.readInt32LE(4) & 1) !== 0 }
}
