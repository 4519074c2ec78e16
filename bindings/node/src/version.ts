/** Versions, and the names of statuses. */

import * as check from './checks'
import { functions } from './functions'

/** The version of the binary interface of the library that is loaded. */
export const abiVersion = (): number => functions.tgs_abi_version() as number

/** The version of the library, like "0.1.0". */
export const version = (): string => functions.tgs_version() as string

/** The name of a status; "TGS_STATUS_UNKNOWN" for a number that the library does not know. */
export const statusName = (status: number): string => functions.tgs_status_name(check.int32(status, 'status')) as string
