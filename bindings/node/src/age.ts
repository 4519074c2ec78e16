/** A session as a file of age: https://age-encryption.org */

import * as check from './checks'
import { takeBytes } from './bytes'
import type { Call } from './call'

/** What an age file is encrypted with: a passphrase, or recipients, of whom each can decrypt it. */
export type AgeLock = ({ passphrase: string; recipients?: never } | { recipients: string[]; passphrase?: never }) & {
  /** The layout of the file in it, like "telethon@8". Left out: the session's own. */
  format?: string | null
}

/** What an age file is decrypted with: its passphrase, or the text of an identity file (AGE-SECRET-KEY-1… lines). */
export type AgeKey = { passphrase: string; identity?: never } | { identity: string; passphrase?: never }

export function toAge(handle: number, lock: AgeLock): Call<Uint8Array> {
  const { format, passphrase, recipients } = check.known(lock, 'lock', ['format', 'passphrase', 'recipients'])
  const texts = check.optional(recipients, 'recipients', check.array)?.map((one) => check.text(one, 'a recipient')) ?? []
  const [pointer, length] = [[null], [0]]
  const args = [
    handle, check.optional(format, 'format', check.text), check.optional(passphrase, 'passphrase', check.text),
    texts.length ? texts : null, texts.length, pointer, length,
  ]
  return { name: 'tgs_to_age', args, answer: () => takeBytes(pointer[0], Number(length[0])) }
}

export function openAge(bytes: Uint8Array, length: number, key: AgeKey, options: number): Call<number> {
  const { passphrase, identity } = check.known(key, 'key', ['passphrase', 'identity'])
  const place = [0]
  const secrets = [check.optional(passphrase, 'passphrase', check.text), check.optional(identity, 'identity', check.text)]
  return { name: 'tgs_open_age', args: [bytes, length, ...secrets, options, place], answer: () => place[0]! }
}
