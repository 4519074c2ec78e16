/** Reads and writes whole tables of small structs. */

import * as check from './checks'
import { run, type Call } from './call'
import type { FunctionName } from './functions'

/** Asks how many rows there are, then for them; again if there are more by then. */
export function readRows<Raw, Row>(name: FunctionName, handle: number, place: () => Raw, convert: (raw: Raw) => Row): Row[] {
  for (let capacity = 0; ; ) {
    const rows: Raw[] = Array.from({ length: capacity }, place)
    const count: (number | bigint)[] = [0]
    run({ name, args: [handle, capacity ? rows : null, capacity, count], answer: () => undefined })
    const found = Number(count[0])
    if (found <= capacity) return rows.slice(0, found).map(convert)
    capacity = found
  }
}

export function writeRows(name: FunctionName, handle: number, rows: unknown, what: string, convert: (row: Record<string, unknown>, name: string) => unknown): Call<void> {
  const raw = check.array(rows, what).map((row, index) => convert(check.object(row, `${what}[${index}]`), `${what}[${index}]`))
  return { name, args: [handle, raw, raw.length], answer: () => undefined }
}
