// Builds the page into a folder that any static host serves, and that opens from a disk too: node build.mjs FOLDER. The worker
// is within app.js, and the WebAssembly module, compressed, within module.js: so the page needs no request.
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const at = (...parts) => join(here, ...parts)
const [out] = process.argv.slice(2)
if (!out) throw new Error('name the folder to build into: node build.mjs FOLDER')
const library = at('../bindings/web/dist')

// The names by which the sources import what is made elsewhere.
const made = (workerSource) => ({
  name: 'made',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^tgsession-web$/ }, () => ({ path: join(library, 'index.js') }))
    onResolve({ filter: /^worker-source$/ }, ({ path }) => ({ path, namespace: 'made' }))
    onLoad({ filter: /./, namespace: 'made' }, () => ({ contents: workerSource, loader: 'text' }))
  },
})

async function bundle(entry, workerSource = '') {
  const { outputFiles } = await build({
    entryPoints: [at(entry)],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'inline',
    plugins: [made(workerSource)],
  })
  return outputFiles[0].text
}

const worker = await bundle('src/worker/main.js')
const packed = gzipSync(readFileSync(join(library, 'tgsession.wasm')), { level: 9 })
const contents = {
  'app.js': await bundle('src/main.js', worker),
  'module.js': `globalThis.tgsessionModule='${packed.toString('base64')}'\n`,
  'style.css': readFileSync(at('style.css'), 'utf8'),
  'manifest.webmanifest': readFileSync(at('manifest.webmanifest'), 'utf8'),
  'icon.svg': readFileSync(at('icon.svg'), 'utf8'),
}
contents['index.html'] = readFileSync(at('index.html'), 'utf8').replace('$SCRIPTS', "'self'").replace('$STYLES', "'self'")

const hash = createHash('sha256')
for (const [name, text] of Object.entries(contents)) hash.update(`${name}\0${text}\0`)
const files = ['./', ...Object.keys(contents).map((name) => `./${name}`)]
contents['service-worker.js'] = readFileSync(at('service-worker.js'), 'utf8')
  .replace("tgsession-$VERSION'", `tgsession-${hash.digest('hex').slice(0, 16)}'`)
  .replace('const FILES = $FILES', `const FILES = ${JSON.stringify(files)}`)

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
for (const [name, text] of Object.entries(contents)) writeFileSync(join(out, name), text)
for (const name of ['LICENSE-MIT', 'LICENSE-APACHE']) copyFileSync(at('..', name), join(out, `${name}.txt`))
