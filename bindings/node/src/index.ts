/**
 * tgsession: opens, keeps and converts the session of any Telegram client.
 *
 * Ids, counts and times are numbers; access hashes, takeout ids and ids of files, which fill 64 bits, are bigints.
 * Absent is null. A failed call throws a TgsError whose `status` is the name that include/tgsession.h gives it.
 */

export { ABI_VERSION } from './library'
export { abiVersion, statusName, version } from './version'
export { AUTH_KEY_LENGTH, PeerTypes, Status, USERNAME_EXPIRY_AS_CLIENT, USERNAME_EXPIRY_NEVER } from './status'
export type { PeerType, StatusName } from './status'
export { InvalidArgumentError, TgsError, UsernameExpiredError } from './errors'
export type { Lease, Options } from './options'
export type { AsyncOptions } from './abort'
export type { Location } from './checks'
export { Session, type AsyncConvertOptions, type AsyncExportOptions, type AsyncOpenOptions } from './session'
export type { SessionData } from './session-data'
export type { ByteOptions } from './bytes'
export type { AgeKey, AgeLock } from './age'
export type { Engine } from './engine'
export { listSessions, listSessionsAsync } from './stores'
export { PeerIterator } from './peer-iter'
export type { InputPeer, NewPeer, Peer, Prune } from './peers'
export type { NewUpdateState, UpdateState } from './update-states'
export type { NewSentFile, SentFile } from './sent-files'
export type { DataCenter, DcAddress, NewDataCenter } from './data-centers'
export type { Counts } from './values'
export { defaultServerAddress, diagnose } from './conversion'
export type { ConvertOptions, DataCenterSummary, Description, Diagnosis, ExportOptions, FieldReport, FileFormat, ForeignTable, OtherLogin, Overrides, Report, StringFormat, TableReport } from './conversion'
