/** mtcute's text of a 64-bit number: "low|high", both signed. */

export const fromFastString = (text: string): bigint => {
  const [low, high] = text.split('|').map((part) => BigInt(part))
  return BigInt.asIntN(64, (high! << 32n) + BigInt.asUintN(32, low!))
}

export const toFastString = (value: bigint): string => `${BigInt.asIntN(32, value)}|${BigInt.asIntN(32, value >> 32n)}`
