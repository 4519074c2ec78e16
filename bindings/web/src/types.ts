/** The types of C as they lie in the memory of a module with 32 bits. */

import { type Loan, bytesAt, copyOf, textAt, view } from './memory'

/** How values of a type are read and written. */
export interface CType {
  size: number
  align: number
  /** As koffi calls it. */
  primitive: string
  read(at: number): unknown
  write(at: number, value: unknown, loan: Loan): void
  members?: Record<string, { type: CType; at: number }>
}

/** A type, or its name in C. */
export type Named = CType | string

// As koffi has it: a number where that is exact.
const narrow = (value: bigint) => (BigInt.asIntN(54, value) === value && value !== -(2n ** 53n) ? Number(value) : value)

const scalar = (size: number, primitive: string, read: CType['read'], write: (at: number, value: never) => void): CType =>
  ({ size, align: size, primitive, read, write: (at, value) => write(at, value as never) })

const word = (primitive: string) =>
  scalar(4, primitive, (at) => view().getUint32(at, true), (at, value: number) => view().setUint32(at, value, true))

const NUMBERS: Record<string, CType> = {
  bool: scalar(1, 'Bool', (at) => view().getUint8(at) !== 0, (at, value: boolean) => view().setUint8(at, value ? 1 : 0)),
  char: scalar(1, 'Int8', (at) => view().getInt8(at), (at, value: number) => view().setInt8(at, value)),
  uint8_t: scalar(1, 'UInt8', (at) => view().getUint8(at), (at, value: number) => view().setUint8(at, value)),
  uint16_t: scalar(2, 'UInt16', (at) => view().getUint16(at, true), (at, value: number) => view().setUint16(at, value, true)),
  int32_t: scalar(4, 'Int32', (at) => view().getInt32(at, true), (at, value: number) => view().setInt32(at, value, true)),
  uint32_t: word('UInt32'),
  size_t: word('UInt32'),
  uintptr_t: word('UInt32'),
  int64_t: scalar(8, 'Int64', (at) => narrow(view().getBigInt64(at, true)), (at, value: number | bigint) => view().setBigInt64(at, BigInt(value), true)),
  double: scalar(8, 'Float64', (at) => view().getFloat64(at, true), (at, value: number) => view().setFloat64(at, value, true)),
  uint64_t: scalar(8, 'UInt64', (at) => narrow(view().getBigUint64(at, true)), (at, value: number | bigint) => view().setBigUint64(at, BigInt(value), true)),
}

const TEXT: CType = {
  size: 4,
  align: 4,
  primitive: 'String',
  read: (at) => pointed(at, textAt),
  write: (at, value, loan) => {
    // The memory may move when it grows: the view comes after.
    const place = value === null || value === undefined ? 0 : loan.text(value as string)
    view().setUint32(at, place, true)
  },
}

const pointed = <T>(at: number, read: (target: number) => T): T | null => {
  const target = view().getUint32(at, true)
  return target === 0 ? null : read(target)
}

/** A pointer. It is read as a number, or null; what is written may also be what it is to lead to. */
export function pointerTo(target: Named): CType {
  const write: CType['write'] = (at, value, loan) => {
    const place = lend(value, target, loan)
    view().setUint32(at, place, true)
  }
  return { size: 4, align: 4, primitive: 'Pointer', read: (at) => pointed(at, (place) => place), write }
}

/** Puts what a pointer is to lead to into memory. */
export function lend(value: unknown, named: Named, loan: Loan): number {
  if (value === null || value === undefined) return 0
  if (typeof value === 'number') return value
  if (value instanceof Uint8Array) return loan.bytes(value)
  const type = typeOf(named)
  const values: ArrayLike<unknown> = Array.isArray(value) || ArrayBuffer.isView(value) ? (value as unknown as ArrayLike<unknown>) : [value]
  const at = loan.take(type.size * values.length)
  for (let index = 0; index < values.length; index++) type.write(at + index * type.size, values[index], loan)
  return at
}

/** An array within a struct. */
export function arrayOf(named: Named, length: number): CType {
  const type = typeOf(named)
  if (type !== NUMBERS['uint8_t']) throw new TypeError('the header has arrays of bytes only')
  return {
    size: length,
    align: 1,
    primitive: 'Array',
    read: (at) => copyOf(at, length),
    write: (at, value) => bytesAt(at, length).set(value as Uint8Array),
  }
}

/** A struct, whose members lie as C puts them. */
export function structOf(named: Record<string, Named>): CType {
  const members: Record<string, { type: CType; at: number }> = {}
  let [end, align] = [0, 1]
  for (const [name, one] of Object.entries(named)) {
    const type = typeOf(one)
    const at = roundUp(end, type.align)
    members[name] = { type, at }
    end = at + type.size
    align = Math.max(align, type.align)
  }
  const all = Object.entries(members)
  return {
    size: roundUp(end, align),
    align,
    primitive: 'Record',
    members,
    read: (start) => Object.fromEntries(all.map(([name, { type, at }]) => [name, type.read(start + at)])),
    write: (start, value, loan) => {
      for (const [name, { type, at }] of all) type.write(start + at, (value as Record<string, unknown>)[name], loan)
    },
  }
}

const roundUp = (number: number, step: number) => Math.ceil(number / step) * step

/** The type of a name in C. */
export function typeOf(named: Named): CType {
  if (typeof named !== 'string') return named
  const name = named.replace(/\bconst\b/g, '').replace(/\s+/g, '')
  if (name === 'char*') return TEXT
  if (name.endsWith('*')) return pointerTo(name === 'void*' ? 'uint8_t' : name.slice(0, -1))
  const number = NUMBERS[name]
  if (number === undefined) throw new TypeError(`there is no type ${named}`)
  return number
}
