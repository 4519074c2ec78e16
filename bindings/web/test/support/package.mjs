// The package, loaded: what bindings/node/test/cases takes in place of the package for Node.
import { readFileSync } from 'node:fs'
import { load } from '../../dist/index.js'

export * from '../../dist/index.js'

// The package shows nobody the module's memory, so it is caught when it is made.
let memory
const { instantiate } = WebAssembly
WebAssembly.instantiate = async (...args) => {
  const instance = await instantiate(...args)
  memory = instance.exports.memory
  return instance
}
await load(readFileSync(new URL('../../dist/tgsession.wasm', import.meta.url)))
WebAssembly.instantiate = instantiate

/** Whether the module's memory has these bytes anywhere. */
export const isInMemory = (bytes) => Buffer.from(memory.buffer).includes(bytes)
