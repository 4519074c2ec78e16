/** How a session is opened. */

import * as check from './checks'
import { invalid } from './errors'
import { run } from './call'
import { functions, type FunctionName } from './functions'

export interface Options {
  /** Nothing of the session changes, and what is not there is not made. */
  readOnly?: boolean
  /** Whether what is not there is made: the default. */
  create?: boolean
  /** The layout of a new file, like "pyrogram@3" (the default), "kurigram@7" or "telethon@8". */
  format?: string
  /** How long a call waits for another program's lock, in milliseconds: 5000. */
  busyTimeout?: number
  /** Seconds; USERNAME_EXPIRY_NEVER, or USERNAME_EXPIRY_AS_CLIENT (the default). */
  usernameExpiry?: number
}

type Check = (value: unknown, name: string) => unknown
const SETTERS: Record<keyof Options, [FunctionName, Check]> = {
  readOnly: ['tgs_options_set_read_only', check.boolean],
  create: ['tgs_options_set_create', check.boolean],
  format: ['tgs_options_set_format', check.text],
  busyTimeout: ['tgs_options_set_busy_timeout', check.uint32],
  usernameExpiry: ['tgs_options_set_username_expiry', check.integer],
}

/** Makes options; `freeOptions` is called when they have served. 0 stands for the defaults. */
export function makeOptions(options: Options | undefined | null): number {
  if (options === undefined || options === null) return 0
  const given = Object.entries(check.object(options, 'options')).filter(([, value]) => value !== undefined)
  const handle = functions.tgs_options_new() as number
  try {
    for (const [name, value] of given) set(handle, name, value)
  } catch (thrown) {
    freeOptions(handle)
    throw thrown
  }
  return handle
}

export const freeOptions = (handle: number): void => void functions.tgs_options_free(handle)

function set(handle: number, name: string, value: unknown): void {
  if (!Object.hasOwn(SETTERS, name)) throw invalid(`there is no option ${name}; there are ${Object.keys(SETTERS).join(', ')}`)
  const [setter, checked] = SETTERS[name as keyof Options]
  run({ name: setter, args: [handle, checked(value, name)], answer: () => undefined })
}
