// Makes dist: one module of JavaScript, its types, and the WebAssembly module. The sources above the bridge are those of the
// package for Node; what is of Node only is replaced by the file of that name here.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const at = (...parts) => join(here, ...parts)
const wasm = process.env.TGSESSION_WASM
if (!wasm) throw new Error('TGSESSION_WASM is not set: it is the path of tgsession.wasm (make web-module)')

const OWN = { './koffi': 'koffi', './library': 'library', './pool': 'pool', './engine': 'engine', './peer-block': 'peer-block', 'node:os': 'node-os', 'node:url': 'node-url', 'node:util': 'node-util' }

const bridge = {
  name: 'bridge',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^(\.\/|node:)/ }, ({ path, importer }) => {
      const isOfNode = dirname(importer) === at('../node/src')
      return isOfNode && OWN[path] ? { path: at('src', `${OWN[path]}.ts`) } : undefined
    })
  },
}

rmSync(at('dist'), { recursive: true, force: true })
mkdirSync(at('dist'))
await build({
  entryPoints: [at('src/index.ts')],
  outfile: at('dist/index.js'),
  bundle: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  plugins: [bridge],
})
copyFileSync(wasm, at('dist/tgsession.wasm'))
const types = spawnSync(at('node_modules/.bin/dts-bundle-generator'), ['--project', at('tsconfig.json'), '--no-check', '--export-referenced-types', 'false', '-o', at('dist/index.d.ts'), at('src/index.ts')], { stdio: 'inherit' })
if (types.status !== 0) throw new Error('the types were not made')

// The types of what was replaced need packages that nobody has here.
const OF_NODE = [
  ["import * as Koffi from 'koffi';\n", ''],
  ["import { InspectOptions, inspect } from 'node:util';\n", ''],
  ['string | Koffi.TypeObject | ReturnType<typeof Koffi.out> | ReturnType<typeof Koffi.inout>', 'unknown'],
  ['\t[inspect.custom](_depth: number, options: InspectOptions): string;\n', ''],
]
const declarations = OF_NODE.reduce((text, [old, own]) => {
  if (!text.includes(old)) throw new Error(`the types have changed: there is no ${old}`)
  return text.replace(old, own)
}, readFileSync(at('dist/index.d.ts'), 'utf8'))
writeFileSync(at('dist/index.d.ts'), declarations.replace(/\/\*\* What `console.log` shows[^*]*\*\/\n/, ''))
