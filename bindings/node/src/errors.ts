/** What a failed call throws. */

import type { StatusName } from './status'

/**
 * A call of the library failed. `status` is the name that the header gives it, like "TGS_ERROR_LOCKED"; `cause` is what
 * an engine of your own threw.
 */
export class TgsError extends Error {
  readonly status: StatusName | 'TGS_STATUS_UNKNOWN'

  constructor(status: StatusName | 'TGS_STATUS_UNKNOWN', message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TgsError'
    this.status = status
  }
}

/** The username was last seen too long ago to be trusted: ask Telegram. */
export class UsernameExpiredError extends TgsError {
  constructor(username: string) {
    super('TGS_EXPIRED', `the username ${username} was last seen too long ago: ask Telegram whose it is now`)
    this.name = 'UsernameExpiredError'
  }
}

/** An argument that must not reach C, where it could be anything. */
export const invalid = (message: string) => new TgsError('TGS_ERROR_INVALID_ARGUMENT', message)

/** An operation that this session or engine does not support. */
export const unsupported = (message: string) => new TgsError('TGS_ERROR_UNSUPPORTED', message)
