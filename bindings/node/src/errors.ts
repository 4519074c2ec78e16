/** What a failed call throws. */

import type { StatusName } from './status'

/**
 * A call of the library failed. `status` is the name that the header gives it, like "TGS_ERROR_LOCKED", and so is `code`,
 * where Node's own errors have theirs; `cause` is what an engine of your own threw. A bad argument is an
 * InvalidArgumentError, which is a TypeError; `instanceof TgsError` is true of it too.
 */
export class TgsError extends Error {
  readonly status: StatusName | 'TGS_STATUS_UNKNOWN'
  readonly code: StatusName | 'TGS_STATUS_UNKNOWN'

  constructor(status: StatusName | 'TGS_STATUS_UNKNOWN', message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TgsError'
    this.status = this.code = status
  }
}

/** An argument is of a wrong type, or a value that no session can hold. */
export class InvalidArgumentError extends TypeError {
  readonly status = 'TGS_ERROR_INVALID_ARGUMENT'
  readonly code = 'TGS_ERROR_INVALID_ARGUMENT'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'InvalidArgumentError'
  }
}

// A class has one parent, and an error of an argument is a TypeError in JavaScript. Subclasses inherit this function.
Object.defineProperty(TgsError, Symbol.hasInstance, {
  value(this: unknown, error: unknown): boolean {
    return (this === TgsError && error instanceof InvalidArgumentError) || Function.prototype[Symbol.hasInstance].call(this as typeof TgsError, error)
  },
})

/** The username was last seen too long ago to be trusted: ask Telegram. */
export class UsernameExpiredError extends TgsError {
  constructor(username: string) {
    super('TGS_EXPIRED', `the username ${username} was last seen too long ago: ask Telegram whose it is now`)
    this.name = 'UsernameExpiredError'
  }
}

/** The error of a status. */
export function errorOf(status: StatusName, message: string, options?: ErrorOptions): TgsError | InvalidArgumentError {
  return status === 'TGS_ERROR_INVALID_ARGUMENT' ? new InvalidArgumentError(message, options) : new TgsError(status, message, options)
}

/** An argument that must not reach C, where it could be anything. */
export const invalid = (message: string) => new InvalidArgumentError(message)

/** An operation that this session or engine does not support. */
export const unsupported = (message: string) => new TgsError('TGS_ERROR_UNSUPPORTED', message)
