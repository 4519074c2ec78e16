// Users as GramJS and mtcute tell them to a session.
import { require } from './library.mjs'

const { Api } = require('telegram')
const bigInt = require('big-integer')

export const user = (id, more = {}) =>
  new Api.User({ id: bigInt(id), accessHash: bigInt(id * 10), firstName: `Name ${id}`, username: `user_${id}`, phone: `4915100${id}`, ...more })

export const info = (id, more = {}) =>
  ({ id, accessHash: `${id}|0`, isMin: false, usernames: [`user_${id}`], phone: `4915100${id}`, updated: Date.now(), complete: new Uint8Array([1]), ...more })

/** What a key resolves to in a session of GramJS, or undefined where GramJS would ask Telegram. */
export function resolve(session, key) {
  try {
    return String(session.getInputEntity(key).userId)
  } catch {
    return undefined
  }
}

/** The warnings of the process while `work` runs. */
export async function warningsDuring(work) {
  const warnings = []
  const note = (warning) => warnings.push(warning.message)
  process.on('warning', note)
  try {
    await work()
    await new Promise(setImmediate)
  } finally {
    process.off('warning', note)
  }
  return warnings
}
