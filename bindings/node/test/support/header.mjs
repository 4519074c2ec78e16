// include/tgsession.h, as far as tests compare with it: functions with their parameters, and the numbers of enums.
import { readFileSync } from 'node:fs'

const source = readFileSync(new URL('../../../../include/tgsession.h', import.meta.url), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')

const parameters = (text) => (/^\s*(void)?\s*$/.test(text) ? [] : text.split(',').map((one) => one.trim()))
export const functions = new Map(
  [...source.matchAll(/\b(tgs_\w+)\(([^)]*)\);/g)].map(([, name, inside]) => [name, parameters(inside)]),
)

const values = [...source.matchAll(/^\s*(TGS_\w+) = (\d+),/gm), ...source.matchAll(/^#define (TGS_\w+) (-?\d+)$/gm)]
export const numbers = new Map(values.map(([, name, number]) => [name, Number(number)]))

/** The members of each struct, in their order: name, then type without "const"; a function has the types of its parameters. */
export const structs = new Map(
  [...source.matchAll(/typedef struct (tgs_\w+) \{([^}]*)\}/g)].map(([, name, inside]) => [name, inside.split(';').map((one) => one.trim()).filter(Boolean).map(member)]),
)

function member(text) {
  const [, name, inside] = /\(\*(\w+)\)\(([^)]*)\)/.exec(text) ?? []
  if (name) return { name, type: 'function', parameters: parameters(inside).map((one) => declared(one).type) }
  return declared(text)
}

function declared(text) {
  const [, type, name, length] = /^(.*?)(\w+)(?:\[(\d+)\])?$/.exec(text.replace(/\bconst\b|\bstruct\b/g, '').replace(/\s+/g, ' ').trim())
  return { name, type: type.replaceAll(' ', ''), ...(length && { length: Number(length) }) }
}
