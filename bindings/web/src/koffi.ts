/**
 * In place of koffi, the bridge of the package for Node: as much of its interface as that package uses, over the memory of the
 * WebAssembly module. So both packages have the same sources above the bridge.
 */

import { exports, guarded } from './module'
import { bytesAt, copyOf, Loan, textAt } from './memory'
import { arrayOf, type CType, lend, type Named, pointerTo, structOf, typeOf } from './types'

type Direction = 'in' | 'out' | 'inout'

/** A pointer that is a parameter. */
interface Pointer extends CType {
  target: Named
  direction: Direction
}

/** How a type of C is written. */
export type Type = Named

/** A function of C. */
export type Native = (...args: unknown[]) => unknown

const isPointer = (type: CType): type is Pointer => 'direction' in type
const directed = (type: Named, direction: Direction): Pointer => ({ ...(type as Pointer), direction })

type Bytes = { [index: number]: unknown; length: number }

/** One argument: how the module gets it, and what is to be read when the call has returned. */
function passed(type: CType, value: unknown, loan: Loan): { argument: unknown; after?: () => void } {
  if (isPointer(type)) return pointed(type, value, loan)
  if (type.primitive === 'String') return { argument: value === null ? 0 : loan.text(value as string) }
  if (type.size === 8) return { argument: type.primitive === 'Float64' ? value : BigInt(value as number | bigint) }
  return { argument: value === null || value === undefined ? 0 : Number(value) }
}

function pointed({ target, direction }: Pointer, value: unknown, loan: Loan): { argument: number; after?: () => void } {
  if (value instanceof Uint8Array) return shared(value, loan)
  if (direction === 'in' || value === null || value === undefined) return { argument: lend(value, target, loan) }
  const type = typeOf(target)
  if (direction === 'inout') {
    const at = lend(value, target, loan)
    const places = Array.isArray(value) ? value : [value]
    return { argument: at, after: () => places.forEach((place, index) => Object.assign(place, type.read(at + index * type.size))) }
  }
  const places = value as Bytes
  const at = loan.take(type.size * places.length)
  const read = () => {
    for (let index = 0; index < places.length; index++) places[index] = type.read(at + index * type.size)
  }
  return { argument: at, after: read }
}

/** Bytes that the call may write too: it has a copy of them, which is read back. */
function shared(bytes: Uint8Array, loan: Loan): { argument: number; after: () => void } {
  const at = loan.bytes(bytes)
  return { argument: at, after: () => bytes.set(bytesAt(at, bytes.length)) }
}

function answer(type: CType | null, result: unknown): unknown {
  if (type === null) return undefined
  const number = Number(result)
  if (type.primitive === 'String') return number === 0 ? null : textAt(number >>> 0)
  return type.primitive === 'Int32' ? number : number >>> 0
}

/** A function of the module by its name. It may be made before the module is loaded. */
export function func(name: string, result: Named, parameters: Named[]): Native {
  const types = parameters.map(typeOf)
  const kind = result === 'void' ? null : typeOf(result)
  return (...args) => {
    const native = exports()[name] as (...args: unknown[]) => unknown
    const loan = new Loan()
    const all = types.map((type, index) => passed(type, args[index], loan))
    const returned = answer(kind, guarded(() => native(...all.map(({ argument }) => argument))))
    for (const { after } of all) after?.()
    loan.giveBack()
    return returned
  }
}

/** Reads a value, or so many, from memory. -1 is a text to its NUL. */
function decode(pointer: unknown, named: Named, length?: number): unknown {
  const at = pointer as number
  if (named === 'char') return textAt(at)
  if (named === 'uint8_t' && length !== undefined) return copyOf(at, length)
  const type = typeOf(named)
  if (length === undefined) return type.read(at)
  return Array.from({ length }, (_, index) => type.read(at + index * type.size))
}

const pointer = (target: Named): Pointer => ({ ...pointerTo(target), target, direction: 'in' })

export default {
  struct: structOf,
  array: (type: Named, length: number, _hint?: string) => arrayOf(type, length),
  pointer,
  out: (type: Named) => directed(type, 'out'),
  inout: (type: Named) => directed(type, 'inout'),
  sizeof: (type: Named) => typeOf(type).size,
  decode,
}
