/** Stores that keep many sessions. */

import { abortable, signalOf, type AsyncOptions } from './abort'
import * as check from './checks'
import type { Location } from './checks'
import { run, runAsync, takeText, type Call } from './call'

function listing(location: unknown): Call<string[]> {
  const names = [null]
  const answer = () => JSON.parse(takeText(names)) as string[]
  return { name: 'tgs_list_sessions', args: [check.location(location), names], answer }
}

/** The names of the sessions in a store, in ascending order: a URL without a session's name, like "mongodb://host/". */
export const listSessions = (location: Location): string[] => run(listing(location))!

/** As `listSessions`, in another thread. */
export async function listSessionsAsync(location: Location, options?: AsyncOptions): Promise<string[]> {
  return abortable(signalOf(options), async () => (await runAsync(listing(location)))!)
}
