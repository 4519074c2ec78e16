/** Files that were uploaded before (Telethon). */

import * as check from './checks'
import type { Call } from './call'
import type { Table } from './rows'
import { invalid } from './errors'
import { SENT_FILE_SIZE, sentFilePlace } from './structs'

export interface SentFile {
  /** The MD5 of its content: 16 bytes. */
  md5: Uint8Array
  size: number
  type: 'document' | 'photo'
  /** Telegram's id of it: the whole range of 64 bits. */
  id: bigint
  accessHash: bigint
}

/** A sent file to write. */
export type NewSentFile = Omit<SentFile, 'id' | 'accessHash'> & { id: bigint | number; accessHash: bigint | number }

const TYPES = ['document', 'photo'] as const

function typeNumber(value: unknown, name: string): number {
  const number = TYPES.indexOf(value as SentFile['type'])
  if (number < 0) throw invalid(`${name} must be the type document or photo`)
  return number
}

export function fromRaw(raw: Record<string, unknown>): SentFile {
  return {
    md5: Uint8Array.from(raw['md5'] as Uint8Array),
    size: check.toNumber(raw['file_size'] as number | bigint, 'file_size'),
    type: TYPES[raw['type'] as number] ?? 'document',
    id: BigInt(raw['id'] as number | bigint),
    accessHash: BigInt(raw['access_hash'] as number | bigint),
  }
}

export function toRaw(file: Record<string, unknown>, name: string): Record<string, unknown> {
  check.known(file, name, ['md5', 'size', 'type', 'id', 'accessHash'])
  return {
    size: SENT_FILE_SIZE,
    md5: check.bytes(file['md5'], `${name}.md5`, 16),
    file_size: check.integer(file['size'], `${name}.size`),
    type: typeNumber(file['type'], `${name}.type`),
    id: check.integer(file['id'], `${name}.id`),
    access_hash: check.integer(file['accessHash'], `${name}.accessHash`),
  }
}

export const table: Table<ReturnType<typeof sentFilePlace>, SentFile> = { name: 'tgs_get_sent_files', place: sentFilePlace, convert: fromRaw }

export function find(handle: number, md5: unknown, size: unknown, type: unknown): Call<SentFile> {
  const place = sentFilePlace()
  const args = [handle, check.bytes(md5, 'md5', 16), check.integer(size, 'size'), typeNumber(type, 'type'), place]
  return { name: 'tgs_get_sent_file', args, answer: () => fromRaw(place) }
}
