/** Reads and writes whole tables of small structs. */

import * as check from './checks'
import { run, type Call, type Runner } from './call'
import type { FunctionName } from './functions'

/** A table: its function, the place for a row, and how a row is read. */
export interface Table<Raw, Row> {
  name: FunctionName
  place: () => Raw
  convert: (raw: Raw) => Row
}

// The rows, or their number if there are more than there is room for.
function attempt<Raw, Row>({ name, place, convert }: Table<Raw, Row>, handle: number, capacity: number): Call<Row[] | number> {
  const rows = Array.from({ length: capacity }, place)
  const count: (number | bigint)[] = [0]
  const answer = () => {
    const found = Number(count[0])
    return found <= capacity ? rows.slice(0, found).map(convert) : found
  }
  return { name, args: [handle, capacity ? rows : null, capacity, count], answer }
}

/** Asks how many rows there are, then for them; again if there are more by then. */
export function readRows<Raw, Row>(table: Table<Raw, Row>, handle: number): Row[] {
  let found: Row[] | number = 0
  while (typeof found === 'number') found = run(attempt(table, handle, found))!
  return found
}

/** The same, wherever `runner` runs it. */
export async function readRowsAsync<Raw, Row>(table: Table<Raw, Row>, handle: number, runner: Runner): Promise<Row[]> {
  let found: Row[] | number = 0
  while (typeof found === 'number') found = (await runner(attempt(table, handle, found)))!
  return found
}

export function writeRows(name: FunctionName, handle: number, rows: unknown, what: string, convert: (row: Record<string, unknown>, name: string) => unknown): Call<void> {
  const raw = check.array(rows, what).map((row, index) => convert(check.object(row, `${what}[${index}]`), `${what}[${index}]`))
  return { name, args: [handle, raw, raw.length], answer: () => undefined }
}
