/**
 * What the library calls of an engine. One table of C functions serves all engines of a thread, for koffi has room for
 * few; the context says whose session it is. A function never throws into C: koffi would answer "done" there.
 */

import { isMainThread } from 'node:worker_threads'
import koffi, { type Type } from './koffi'
import * as check from './checks'
import { lendBytes } from './bytes'
import { blame, run } from './call'
import type { Engine } from './engine'
import { unsupported } from './errors'
import { functions, type FunctionName } from './functions'
import * as peers from './peers'
import { writeRows } from './rows'
import * as sentFiles from './sent-files'
import * as sessionData from './session-data'
import { Status, type StatusName } from './status'
import * as structs from './structs'
import { ENGINE_FUNCTIONS, ENGINE_PARAMETERS, type EngineFunction } from './structs'
import * as updateStates from './update-states'

/** An engine, and the session over it once that is open. */
interface Served {
  engine: Engine
  session: number
}

const served = new Map<number, Served>()
let lastContext = 0
// How many methods are under way, one within the other.
let depth = 0

/** Gives an engine the number by which the library names it. */
export function serve(engine: Engine): number {
  served.set(++lastContext, { engine, session: 0 })
  return lastContext
}

/** Its session is open, and the library says when it is closed. */
export function opened(context: number, session: number): void {
  served.get(context)!.session = session
}

/** Its session could not be opened. */
export const forget = (context: number): void => void served.delete(context)

const same = (value: unknown) => value
const id = (value: unknown) => check.toNumber(value as number | bigint, 'an id')

/** Reads an array of the library's; NULL is null. */
const list = (type: Type, convert: (raw: never) => unknown) => (pointer: unknown, count: unknown) => {
  if (pointer === null) return null
  return count ? Array.from(koffi.decode(pointer, type as string, Number(count)) as never[], convert) : []
}

/** Makes a method's argument of what C tells between the context and the answer. */
const ARGUMENTS: Partial<Record<EngineFunction, (first: unknown, second: unknown, third: unknown) => unknown>> = {
  set_session_data: (data, which) => sessionData.read(data, which as number),
  put_peers: list(structs.Peer, peers.fromRaw),
  get_peers: list('int64_t', id),
  get_peers_by_username: list('const char *', same),
  get_peers_by_phone_number: same,
  delete_peers: list('int64_t', id),
  set_update_states: list(structs.UpdateState, updateStates.fromRaw),
  delete_update_state: id,
  cache_sent_files: list(structs.SentFile, sentFiles.fromRaw),
  finish: same,
  get_values: list('const char *', same),
  set_value: (name, pointer, length) => [name, pointer === null ? null : bytesOf(pointer, Number(length))],
}

/** A copy of a value; one without bytes has a pointer too. */
const bytesOf = (pointer: unknown, length: number) =>
  length === 0 ? new Uint8Array() : koffi.decode(pointer, 'uint8_t', length) as Uint8Array

type Answer = (answer: number, result: unknown, what: string) => void

const rows = (name: FunctionName, convert: (row: Record<string, unknown>, name: string) => unknown): Answer =>
  (answer, result, what) => void run(writeRows(name, answer, result, what, convert))

const ofPeers: Answer = (answer, result, what) => void run(peers.writePeers('tgs_answer_peers', answer, result, what))

/** Hands over what a method answered; the others answer nothing. */
const ANSWERS: Partial<Record<EngineFunction, Answer>> = {
  get_session_data: (answer, result, what) => {
    const packed = sessionData.pack(result, what)
    try {
      run({ name: 'tgs_answer_session_data', args: [answer, packed.raw], answer: () => undefined })
    } finally {
      sessionData.wipe(packed)
    }
  },
  get_peers: ofPeers,
  get_peers_by_username: ofPeers,
  get_peers_by_phone_number: ofPeers,
  get_update_states: rows('tgs_answer_update_states', updateStates.toRaw),
  get_sent_files: rows('tgs_answer_sent_files', sentFiles.toRaw),
  get_values: (answer, result, what) => {
    for (const [name, value] of Object.entries(check.object(result, what))) {
      lendBytes(value, `${what}.${name}`, (lent, length) =>
        run({ name: 'tgs_answer_value', args: [answer, check.text(name, what), lent, length], answer: () => undefined }))
    }
  },
}

/** The method that a function of the header's table is. */
export const methodOf = (name: EngineFunction) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) as keyof Engine

function answering(name: EngineFunction) {
  const method = methodOf(name)
  return (context: number, ...rest: unknown[]): number => {
    const answer = rest.pop() as number
    depth++
    try {
      const engine = served.get(context)!.engine as unknown as Record<string, (...given: unknown[]) => unknown>
      const argument = ARGUMENTS[name]?.(rest[0], rest[1], rest[2])
      const given = name === 'set_value' ? (argument as unknown[]) : name in ARGUMENTS ? [argument] : []
      const result = engine[method]!(...given)
      refusePromise(result, `${method}()`)
      ANSWERS[name]?.(answer, result, `${method}()`)
      return Status.TGS_OK
    } catch (thrown) {
      return failed(answer, thrown)
    } finally {
      depth--
    }
  }
}

function refusePromise(result: unknown, what: string): void {
  if (!(result instanceof Promise)) return
  // Nobody else will look at it.
  result.catch(() => undefined)
  throw unsupported(`${what} answered with a promise: the methods of an engine are synchronous`)
}

function failed(answer: number, thrown: unknown): number {
  blame(thrown)
  try {
    run({ name: 'tgs_answer_cause', args: [answer, causeOf(thrown)], answer: () => undefined })
    return statusOf(thrown)
  } catch {
    return Status.TGS_ERROR_SERVER
  }
}

function causeOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : thrown
  return typeof message === 'string' ? message.toWellFormed().replaceAll('\0', '\uFFFD') : 'its engine threw what is no Error'
}

function statusOf(thrown: unknown): number {
  const status = thrown instanceof Error && 'status' in thrown ? String(thrown.status) : ''
  return status.startsWith('TGS_ERROR_') && Object.hasOwn(Status, status) ? Status[status as StatusName] : Status.TGS_ERROR_SERVER
}

/** Called when the session is closed, also with its object, where nobody could catch anything. */
function destroy(context: number): void {
  const { engine } = served.get(context)!
  served.delete(context)
  try {
    engine.close?.()
  } catch (thrown) {
    process.emitWarning(thrown instanceof Error ? thrown : String(thrown))
  }
}

type Table = Record<EngineFunction | 'destroy', bigint>
let table: Table | undefined

/** The functions for C, made when the first engine needs them. */
export function engineTable(): Table {
  return (table ??= makeTable())
}

function makeTable(): Table {
  const pointer = (result: Type, parameters: readonly string[], native: (...args: never[]) => unknown) =>
    koffi.register(native, koffi.pointer(koffi.proto(result as string, [...parameters])))
  const all = ENGINE_FUNCTIONS.map((name) =>
    [name, pointer('int32_t', ['uintptr_t', ...ENGINE_PARAMETERS[name], 'uintptr_t'], answering(name))])
  // A worker ends before its process, and koffi gets the places of its functions back only if they are given back.
  if (!isMainThread) process.once('exit', closeAll)
  return { ...Object.fromEntries(all), destroy: pointer('void', ['uintptr_t'], destroy) } as Table
}

function closeAll(): void {
  for (const { session } of [...served.values()]) functions.tgs_close(session)
  // Within a method the library may call another one on its way out.
  if (depth === 0) for (const pointer of Object.values(table!)) koffi.unregister(pointer)
}
