/** mtcute over a tgsession: pass it to `TelegramClient` as `storage`. */

import type { ITelegramStorageProvider } from '@mtcute/core'
import type { Location } from '../checks'
import type { Options } from '../options'
import type { Session } from '../session'
import { TgsessionAuthKeys } from './auth-keys'
import { TgsessionDriver } from './driver'
import { TgsessionKeyValues } from './key-values'
import { TgsessionPeers } from './peers'
import { TgsessionRefMessages } from './ref-messages'

export interface StorageOptions extends Options {
  /** As the client's `testMode`. */
  testMode?: boolean
}

/** A storage that other clients, in this language or another, read and write at the same time. */
export class TgsessionStorage implements ITelegramStorageProvider {
  readonly driver: TgsessionDriver
  readonly authKeys: TgsessionAuthKeys
  readonly kv: TgsessionKeyValues
  readonly peers: TgsessionPeers
  readonly refMessages = new TgsessionRefMessages()

  /** @param session  what `Session.open` takes; or an open Session, which stays its owner's to close. */
  constructor(session: Location | Session, { testMode = false, ...options }: StorageOptions = {}) {
    this.driver = new TgsessionDriver(session, options)
    this.authKeys = new TgsessionAuthKeys(this.driver, testMode)
    this.kv = new TgsessionKeyValues(this.driver, this.authKeys)
    this.peers = new TgsessionPeers(this.driver)
  }
}
