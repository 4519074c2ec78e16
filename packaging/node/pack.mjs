// pack.mjs PLATFORM...: the npm packages, from what `make dist` has staged (set full) and from bindings/node as built.
//
// target/dist/npm has one package with the library of each platform, and the main one, which names those as optional
// dependencies: npm installs the one that fits.
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const NODE = join(ROOT, 'bindings/node')
const OUT = join(ROOT, 'target/dist/npm')
const LICENSES = ['LICENSE-MIT', 'LICENSE-APACHE']

const platforms = JSON.parse(readFileSync(join(ROOT, 'packaging/node/platforms.json'), 'utf8'))
const main = JSON.parse(readFileSync(join(NODE, 'package.json'), 'utf8'))

/** tgsession-linux-x64-gnu, as bindings/node/src/library.ts asks for it. */
const packageName = ({ os, cpu, libc }) => ['tgsession', os, cpu, ...(libc ? [libc.replace('glibc', 'gnu')] : [])].join('-')

function pack(folder, contents) {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(contents, null, 2) + '\n')
  for (const license of LICENSES) copyFileSync(join(ROOT, license), join(folder, license))
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', OUT], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] })
}

function freshFolder(name) {
  const folder = join(OUT, 'build', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

function packPlatform(platform) {
  const { os, cpu, libc, library } = platforms[platform]
  const name = packageName(platforms[platform])
  const folder = freshFolder(name)
  const archive = `tgsession-${main.version}-${platform}-full`
  const staged = join(ROOT, 'target/dist/stage', `${platform}-full`, archive)
  copyFileSync(join(staged, library), join(folder, basename(library))) // follows the link to the versioned name
  cpSync(join(staged, 'share/licenses/tgsession'), join(folder, 'licenses'), { recursive: true })
  writeFileSync(join(folder, 'README.md'), `The library of [tgsession](${main.homepage}) for ${platform}. Install \`tgsession\`, which takes it.\n`)
  const { version, license, homepage, repository, bugs, engines } = main
  const description = `The library of tgsession for ${platform}`
  const files = [basename(library), 'licenses', ...LICENSES]
  pack(folder, { name, version, description, license, homepage, repository, bugs, engines, os: [os], cpu: [cpu], ...(libc && { libc: [libc] }), files })
  return name
}

function packMain(names) {
  const folder = freshFolder('tgsession')
  for (const entry of ['dist', 'README.md']) cpSync(join(NODE, entry), join(folder, entry), { recursive: true })
  const { devDependencies, overrides, scripts, ...published } = main
  pack(folder, { ...published, optionalDependencies: Object.fromEntries(names.map((name) => [name, main.version])) })
}

rmSync(OUT, { recursive: true, force: true })
mkdirSync(OUT, { recursive: true })
process.argv.slice(2).forEach(packPlatform)
packMain(Object.values(platforms).map(packageName))
rmSync(join(OUT, 'build'), { recursive: true })
