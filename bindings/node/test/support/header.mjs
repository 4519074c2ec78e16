// include/tgsession.h, as far as tests compare with it: functions with their parameters, and the numbers of enums.
import { readFileSync } from 'node:fs'

const source = readFileSync(new URL('../../../../include/tgsession.h', import.meta.url), 'utf8').replace(/\/\*[^]*?\*\//g, '')

const parameters = (text) => (/^\s*(void)?\s*$/.test(text) ? [] : text.split(',').map((one) => one.trim()))
export const functions = new Map(
  [...source.matchAll(/\b(tgs_\w+)\(([^)]*)\);/g)].map(([, name, inside]) => [name, parameters(inside)]),
)

const values = [...source.matchAll(/^\s*(TGS_\w+) = (\d+),/gm), ...source.matchAll(/^#define (TGS_\w+) (-?\d+)$/gm)]
export const numbers = new Map(values.map(([, name, number]) => [name, Number(number)]))
