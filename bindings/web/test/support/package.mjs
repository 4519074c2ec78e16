// The package, loaded: what bindings/node/test/cases takes in place of the package for Node.
import { readFileSync } from 'node:fs'
import { load } from '../../dist/index.js'

export * from '../../dist/index.js'
export const WASM = new URL('../../dist/tgsession.wasm', import.meta.url)

await load(readFileSync(WASM))
