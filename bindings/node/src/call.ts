/** One call of the library: its status becomes an answer, `undefined` for "not there", or an error. */

import koffi from './koffi'
import { errorOf, UsernameExpiredError } from './errors'
import { functions, type FunctionName } from './functions'
import { callInPool } from './pool'
import { Status, type StatusName } from './status'

/** A call and how its outputs are read; made once, then run here or in another thread. */
export interface Call<T> {
  name: FunctionName
  args: unknown[]
  /** Reads the outputs after success. */
  answer: () => T
  /** The username that is looked up: the error of one that expired tells it. */
  username?: string
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
  const error = [0]
  const outer = blamed
  blamed = undefined
  try {
    return settle(call, functions[call.name](...call.args, error) as number, error)
  } finally {
    blamed = outer
  }
}

/** Runs a call in the thread pool. */
export async function runAsync<T>(call: Call<T>): Promise<T | undefined> {
  const error = [0]
  return settle(call, (await callInPool(functions[call.name], [...call.args, error])) as number, error)
}

function settle<T>(call: Call<T>, status: number, error: unknown[]): T | undefined {
  if (status === Status.TGS_OK) return call.answer()
  if (status === Status.TGS_NOT_FOUND) return undefined
  if (status === Status.TGS_EXPIRED) throw new UsernameExpiredError(call.username!)
  throw takeError(status, error[0] as number)
}

function takeError(status: number, handle: number): Error {
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
