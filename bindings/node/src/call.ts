/** One call of the library: its status becomes an answer, `undefined` for "not there", or an error. */

import koffi from './koffi'
import { errorOf, UsernameExpiredError } from './errors'
import { functions, type FunctionName } from './functions'
import { givePlace, readWord, takePlace, type Place } from './places'
import { callInPool } from './pool'
import { Status, type StatusName } from './status'

/** A call and how its outputs are read; made once, then run here or in another thread. */
export interface Call<T> {
  name: FunctionName
  args: unknown[]
  /** Where its answer is written, if that is taken for the call and given back after it. */
  place?: Place
  /** Reads the outputs after success. */
  answer: () => T
  /** What is looked up: the error of a username that expired tells it. */
  key?: string | number | bigint
}

/** Runs a call somewhere: `run`, `runAsync`, or where its session has to be. */
export type Runner = <T>(call: Call<T>) => Promise<T | undefined>

// What an engine of the caller's own threw, within the call that is under way.
let blamed: ErrorOptions | undefined

/** Makes this the `cause` of the error with which the call under way may end; the first one counts. */
export function blame(thrown: unknown): void {
  blamed ??= { cause: thrown }
}

/** Runs a call in this thread. An engine's functions may run others within it. */
export function run<T>(call: Call<T>): T | undefined {
  const error = takePlace()
  const outer = blamed
  blamed = undefined
  try {
    return settle(call, functions[call.name](...call.args, error.bytes) as number, error)
  } finally {
    blamed = outer
  }
}

/** Runs a call in the thread pool. */
export async function runAsync<T>(call: Call<T>): Promise<T | undefined> {
  const error = takePlace()
  return settle(call, (await callInPool(functions[call.name], [...call.args, error.bytes])) as number, error)
}

function settle<T>(call: Call<T>, status: number, error: Place): T | undefined {
  if (status === Status.TGS_OK) {
    const answer = call.answer()
    giveBack(call, error)
    return answer
  }
  if (status === Status.TGS_NOT_FOUND) return giveBack(call, error)
  if (status === Status.TGS_EXPIRED) throw new UsernameExpiredError(String(call.key))
  throw takeError(status, readWord(error.view, 0))
}

function giveBack({ place }: Call<unknown>, error: Place): undefined {
  if (place) givePlace(place)
  givePlace(error)
  return undefined
}

function takeError(status: number, handle: number | bigint): Error {
  const message = functions.tgs_error_message(handle) as string
  functions.tgs_error_free(handle)
  return errorOf(functions.tgs_status_name(status) as StatusName, message, blamed)
}

/** Reads a text that the library gave to us, and frees it. */
export function takeText(place: unknown[]): string {
  const pointer = place[0]
  const text = koffi.decode(pointer, 'char', -1) as string
  functions.tgs_string_free(pointer)
  return text
}
